"""One article, one URL: the canonical form that ids are made of, found without a request.

    unwrap (redirects that carry their target) ▸ unmask (AMP, mobile, print) ▸ clean (courlan)
    ▸ drop what only tracks ▸ drop the fragment

A parameter that may identify the article is never dropped. courlan decides what tracks, with two
corrections measured on news sites: it matches prefixes (`gallery=7` falls with `ga`), and it drops
parameters that name the article on sites whose path does not (`haber.php?cid=81`, `?12345`).
"""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from shared.escapes import escaped
from shared.wrappers import is_plain, unmask, unwrap

_ALWAYS = re.compile(
    r"(?:utm|mtm|pk|itm|vero|oly|mkt|mc|hsa|at|wt|ns|trk|cmp|gaa|guce?|ref)_\w*|"
    r"(?:fb|gc|twc|yc|ysc|ttc|g|dc|o|s)clid|li_fat_id|msclkid|wbraid|gbraid|srsltid|mibextid|"
    r"igshid|igsh|smid|smtyp|taid|tpcc|ncid|ocid|cmpid|_ga|_gl|guccounter|xtor|refsrc|from_rss|"
    r"amp|amp_js_v|amp_gsa|usqp|print|printable|view_?count|no_?cache|_|__tn__|__source|"
    r"__twitter_impression|echobox|sharetype|phpsessid|jsessionid",
    re.IGNORECASE,
)
"""Names that only track, whatever their value (matched whole)."""

_SKIN = re.compile(
    r"(?:output_?(?:type)?|format|mode|layout|theme|device|display|share|feed|rss|via|spm|ito)",
    re.IGNORECASE,
)
"""Names that say how or to whom an article is shown, unless their value could be an article."""

_PLAIN = re.compile(
    r"(https?://([a-z0-9-]+(?:\.[a-z0-9-]+)+)"
    r"(?:/(?!\.)(?:[\w.~-]|%[0-9A-F]{2})+)+/?)(?:\?([\x21\x22\x24-\x7e]*))?(?:#[\x21-\x7e]*)?",
    re.ASCII,
)
"""An address of which only the query may need cleaning: what is before it, host, query."""

_AMP = re.compile(r"[/._]amp", re.IGNORECASE)
_SAYS_SOMETHING = re.compile(r"\d{4,}|(?<![^/\-])[^/\-]+(?:-[^/\-]+){3,}")
_ESCAPE = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_SAFE = "/:,@!$'()*;~-._"


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """The URL that stands for this article, or the text without spaces if it is no http(s) URL.

    Never raises; canonical(canonical(u)) == canonical(u). The scheme, `www.` and the last slash
    stay as published, since a link must open; `shared.identity.article_id` does not see them.
    """
    bare = "".join(url.split())
    try:
        return _settled(bare)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return bare


def _settled(url: str) -> str:
    """Cleaning may uncover a wrapper, and unwrapping dirt: repeat until nothing moves."""
    for _ in range(6):
        cleaned = _once(url)
        if cleaned == url:
            break
        url = cleaned
    return url


def _once(url: str) -> str:
    plain = _PLAIN.fullmatch(url)
    if plain is None or not is_plain(plain[2]) or _AMP.search(plain[1]):
        return in_full(url)
    path = plain[1].partition("://")[2].removeprefix(plain[2])
    return plain[1] + _query(plain[3] or "", path)


def in_full(url: str) -> str:
    """One round of cleaning; for a plain address what `_once` knows without it."""
    url = unmask(unwrap(url))
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return url
    path = _ESCAPE.sub(lambda escape: escape[0].upper(), parts.path)
    bare = urlunsplit((parts.scheme, parts.netloc, escaped(path), "", ""))
    from courlan import clean_url  # noqa: PLC0415  a quarter of a second, and few addresses need it

    cleaned = clean_url(bare) or bare
    root = "" if cleaned.count("/") > len("//") else "/"
    return cleaned + root + _query(parts.query, parts.path)


def _query(query: str, path: str) -> str:
    """What is left of the query, its parameters sorted, "?" before it if there is any."""
    if "=" not in query:
        return f"?{query}" if _identifies(query) else ""
    kept = [(name, value) for name, value in _parameters(query) if not _tracks(name, value, path)]
    return "?" + "&".join(_pair(name, value) for name, value in kept) if kept else ""


@lru_cache(maxsize=4096)
def _parameters(query: str) -> tuple[tuple[str, str], ...]:
    """A query's parameters, sorted, each once; those left out only track, whatever their value.

    An outlet's feed gives all its articles the same ones.
    """
    given = set(parse_qsl(query, keep_blank_values=True))
    return tuple(sorted(pair for pair in given if pair[0] and not _ALWAYS.fullmatch(pair[0])))


def _pair(name: str, value: str) -> str:
    return f"{quote(name, safe=_SAFE + '[]')}={quote(value, safe=_SAFE)}"


def _tracks(name: str, value: str, path: str) -> bool:
    suspect = _SKIN.fullmatch(name) or _courlan_drops(name)
    return bool(suspect) and (_names_an_article(path) or not _identifies(value))


@lru_cache(maxsize=1024)
def _courlan_drops(name: str) -> bool:
    from courlan.clean import clean_query  # noqa: PLC0415  as above

    return not clean_query(f"{quote(name)}=x")


def _identifies(value: str) -> bool:
    """Whether a value could be an article's: a number, or several words."""
    return bool(re.search(r"\d", value) or value.count("-") > 1)


def _names_an_article(path: str) -> bool:
    return bool(_SAYS_SOMETHING.search(unquote(path)))
