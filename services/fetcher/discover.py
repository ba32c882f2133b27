"""Where a site's feed is: the links a page declares, then the places where feeds usually are."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from services.fetcher.links import admissible

_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
        "application/xml",
        "text/xml",
    }
)
USUAL = (
    "feed",
    "rss",
    "rss.xml",
    "feed.xml",
    "atom.xml",
    "index.xml",
    "feed.json",
    "news-sitemap.xml",
)
"""Paths to try where a page declares nothing."""


def declared(html: bytes, url: str) -> tuple[str, ...]:
    """The feeds that a page names in `<link rel="alternate">`, in its order, absolute."""
    parser = etree.HTMLParser(no_network=True, huge_tree=False)
    try:
        root: Any = etree.fromstring(html, parser) if html.strip() else None
    except (etree.XMLSyntaxError, ValueError):
        root = None
    return () if root is None else tuple(dict.fromkeys(_alternates(root, url)))


def _alternates(root: Any, url: str) -> Iterator[str]:
    base = next((b.get("href") for b in root.iter("base") if b.get("href")), "")
    for link in root.iter("link"):
        is_feed = (link.get("type") or "").partition(";")[0].strip().lower() in _TYPES
        if is_feed and "alternate" in (link.get("rel") or "").lower().split():
            found = admissible(link.get("href") or "", admissible(base, url) or url)
            if found:
                yield found


def guesses(url: str) -> tuple[str, ...]:
    """Where the feed of the site at `url` might be."""
    return tuple(urljoin(url, f"/{path}") for path in USUAL)
