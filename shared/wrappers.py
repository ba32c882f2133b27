"""URLs that stand for another URL, undone from the text of the URL alone (no request is made).

`unwrap`: redirectors, share dialogs, AMP caches, translators, archives, Google News' older ids.
`unmask`: the AMP, mobile or print face of an article on its own site.
"""

import base64
import binascii
import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

_TARGET = (
    "url",
    "u",
    "q",
    "to",
    "target",
    "dest",
    "destination",
    "redirect",
    "redirect_url",
    "murl",
)
_REDIRECTORS = re.compile(
    r"(?:www\.)?google\.[a-z.]{2,6}|(?:www\.)?bing\.com|(?:l|lm|www|m)\.(?:facebook|instagram)\.com|"
    r"t\.me|telegram\.me|(?:api\.)?whatsapp\.com|(?:www\.)?(?:twitter|x|linkedin|reddit|vk)\.com|"
    r"out\.reddit\.com|away\.vk\.com|translate\.google\.[a-z.]{2,6}|[\w-]+\.safelinks\.protection\."
    r"outlook\.com|href\.li|getpocket\.com|share\.flipboard\.com|r\.search\.yahoo\.com|"
    r"[\w-]*\.?awstrack\.me|news\.url\.google\.com|steamcommunity\.com|youtube\.com",
    re.IGNORECASE,
)
_AMP_CACHE = re.compile(
    r"https?://[^/]+\.cdn\.ampproject\.org/(?:[a-z]/)?(s/)?(.+)|"
    r"https?://(?:www\.)?google\.[a-z.]{2,6}/amp/(s/)?(.+)",
    re.IGNORECASE,
)
_ARCHIVE = re.compile(r"https?://web\.archive\.org/web/\d+[a-z_]*/(https?:/{1,2}.+)", re.IGNORECASE)
_GOOGLE_NEWS = re.compile(
    r"https?://news\.google\.com/(?:__i/)?(?:rss/)?(?:articles|read)/([\w-]+)", re.IGNORECASE
)
_WRAPPING_HOST = re.compile(
    r"(?:.+\.)?(?:cdn\.ampproject\.org|google\.[a-z.]{2,6}|web\.archive\.org|translate\.goog)"
)
_INSIDE = re.compile(rb"https?://[\x21-\x7e]+")
_FACE = re.compile(r"^(?:m|mobile|amp|mobil|wap)\.(?=[^.]+\.[^.]+)", re.IGNORECASE)
_AMP_END = re.compile(r"(?:/amp/?|/amp/index\.html|(?:\.|_)amp(?=\.html?$|$))$", re.IGNORECASE)
_AMP_HTML = re.compile(r"\.amp(\.html?)$", re.IGNORECASE)
_AMP_START = re.compile(r"^/amp/(?=[^/]+[/-])", re.IGNORECASE)


def unwrap(url: str) -> str:
    """The URL inside this one, or this one where nothing is inside.

    Nor is anything where it has a user's name: `https://known.example@other.example/` opens other.
    """
    for inside in (_amp_cache, _archive, _google_news, _translated, _redirector):
        if target := inside(url):
            return url if "@" in urlsplit(target).netloc else target
    return url


def unmask(url: str) -> str:
    """The article's own page instead of its AMP or mobile face."""
    parts = urlsplit(url)
    host = _FACE.sub("www.", parts.netloc)
    path = _AMP_HTML.sub(r"\1", parts.path)
    path = _AMP_START.sub("/", _AMP_END.sub("", path))
    return urlunsplit((parts.scheme, host, path, parts.query, parts.fragment))


@lru_cache(maxsize=4096)
def is_plain(host: str) -> bool:
    """Whether no rule here knows this host (in lower case), nor is its name encoded.

    On such a host `unwrap` finds nothing, and `unmask` only AMP in the path.
    """
    known = _WRAPPING_HOST.fullmatch(host) or _REDIRECTORS.fullmatch(host) or _FACE.match(host)
    return known is None and "xn--" not in host


def _amp_cache(url: str) -> str | None:
    found = _AMP_CACHE.match(url)
    if not found:
        return None
    secure, rest = found[1] or found[3], found[2] or found[4]
    return f"http{'s' if secure else ''}://{rest}"


def _archive(url: str) -> str | None:
    found = _ARCHIVE.match(url)
    return re.sub(r"^(https?):/+", r"\1://", found[1]) if found else None


def _google_news(url: str) -> str | None:
    """Ids made before 2024 hold the URL in base64; later ones do not and stay as they are."""
    found = _GOOGLE_NEWS.match(url)
    if not found:
        return None
    try:
        payload = base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
    except (binascii.Error, ValueError):
        return None
    inside = _INSIDE.search(payload)
    return inside[0].decode("ascii") if inside else None


def _translated(url: str) -> str | None:
    """`example-com.translate.goog`: dots are written as hyphens, hyphens doubled."""
    parts = urlsplit(url)
    if not (parts.hostname or "").endswith(".translate.goog"):
        return None
    label = parts.netloc[: -len(".translate.goog")]
    host = label.replace("--", "\0").replace("-", ".").replace("\0", "-")
    query = "&".join(q for q in parts.query.split("&") if not q.startswith("_x_tr_"))
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def _redirector(url: str) -> str | None:
    parts = urlsplit(url)
    if not _REDIRECTORS.fullmatch(parts.hostname or ""):
        return None
    values = dict(parse_qsl(parts.query))
    targets = (values.get(name, "") for name in _TARGET)
    found = next((t for t in targets if re.match(r"https?://[^/]+\.", t, re.IGNORECASE)), None)
    return found or _yahoo(parts.path)


def _yahoo(path: str) -> str | None:
    found = re.search(r"/RU=(https?[^/]+)/", path)
    return unquote(found[1]) if found else None
