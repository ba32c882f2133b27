"""Which of a feed's links may leave the fetcher: absolute http and https, nothing else."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

LONGEST = 4096
# What nearly every link looks like; nothing to take apart in it.
_USUAL = re.compile(r"https?://[a-z0-9][a-z0-9.-]*/[!-?A-~]*", re.ASCII)
_BLANKS = re.compile(r"[\x00-\x20\x7f]+")


def admissible(link: str, base: str = "") -> str:
    """The link made absolute, or "" where it is refused.

    Refused: other schemes (`javascript:`, `data:`, `file:`), no host, user names and passwords,
    more than 4096 characters. Blanks inside are what feeds break lines with; they are removed.
    """
    if len(link) <= LONGEST and _USUAL.fullmatch(link):
        return link
    cleaned = _BLANKS.sub("", link)
    if not cleaned or len(cleaned) > LONGEST:
        return ""
    try:
        is_whole = not base or cleaned.startswith(("https://", "http://"))
        absolute = cleaned if is_whole else urljoin(base, cleaned)
        parts = urlsplit(absolute)
        refused = parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc
        _ = parts.port
    except ValueError:
        return ""
    return "" if refused else absolute


def first_admissible(links: Iterable[str], base: str = "") -> str:
    """The first of these that may leave, or ""."""
    return next((good for link in links if (good := admissible(link, base))), "")
