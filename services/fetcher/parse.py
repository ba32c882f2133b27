"""Feed bytes to a Document; the one way in for bytes that somebody else wrote.

    bytes ▸ decode ▸ JSON Feed | sitemap | XML (libxml2, else feedparser) ▸ text, links, dates

Pure, and not to be trusted with the clock: feeds can be built that take minutes. The service runs
it in a process that is killed at a deadline (`services.fetcher.sandbox`).
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo

from msgspec import Struct, structs

from services.fetcher import dates
from services.fetcher.decode import decode
from services.fetcher.document import Document, Entry, Hints, NotAFeed, RawDocument, RawEntry
from services.fetcher.links import LONGEST, first_admissible
from services.fetcher.plain import one_line, plain
from services.fetcher.read_json import read_json
from services.fetcher.read_loose import read_loose
from services.fetcher.read_sitemap import read_sitemap
from services.fetcher.read_xml import Unusual, read_xml

_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_LONGEST_TITLE = 1000
_LONGEST_TAG = 100
_MOST_HUBS = 8


class Opened(Struct, frozen=True, kw_only=True):
    """A document whose entries are still to be read."""

    raw: RawDocument
    encoding: str
    base: str  # of relative links


def parse(
    body: bytes,
    *,
    now: datetime,
    url: str = "",
    content_type: str = "",
    language: str = "",
    zone: tzinfo = UTC,
) -> Document:
    """The document in these bytes, every entry of it, in order. Raises NotAFeed.

    `language` and `zone` are the catalogue's hints for what the feed does not say itself. An entry
    may come out empty; it is there all the same, to be accounted for.
    """
    return part(opened(body, url, content_type, language), now=now, zone=zone)


def opened(body: bytes, url: str, content_type: str, language: str) -> Opened:
    """The document in these bytes, its entries unread. Raises NotAFeed."""
    text, encoding = decode(body, content_type, language)
    raw = _reader(text)(text, url)
    return Opened(raw=raw, encoding=encoding, base=first_admissible((raw.hints.link,), url) or url)


def part(
    document: Opened,
    *,
    now: datetime,
    zone: tzinfo,
    start: int = 0,
    enough: Callable[[int], bool] = lambda _: False,
) -> Document:
    """The document's entries from `start` on, in order.

    All of them, unless `enough`, asked with the number read so far, says to stop; at least one.
    """
    raw, entries = document.raw, list[Entry]()
    for entry in raw.entries[start:] if start else raw.entries:
        entries.append(_usable(entry, document.base, now, zone))
        if enough(len(entries)):
            break
    return Document(
        format=raw.format,
        encoding=document.encoding,
        entries=tuple(entries),
        hints=_bounded(raw.hints),
        start=start,
        total=len(raw.entries),
    )


def _reader(text: str) -> Callable[[str, str], RawDocument]:
    start = text.lstrip()[:1]
    if not start:
        raise NotAFeed("empty")
    if start in "{[":
        return lambda whole, _url: read_json(whole)
    root = _ROOT.search(text)
    name = root[1].lower() if root else ""
    if name in {"urlset", "sitemapindex"}:
        return lambda whole, _url: read_sitemap(whole)
    if name == "html":
        raise NotAFeed("a web page, not a feed")
    return _xml


def _xml(text: str, url: str) -> RawDocument:
    try:
        return read_xml(text)
    except Unusual:
        raw = _loosely(text, url)
    if not raw.format and not len(raw.entries):
        raise NotAFeed(f"neither RSS, RDF, Atom, JSON Feed nor a sitemap; starts {text[:40]!r}")
    return raw


def _loosely(text: str, url: str) -> RawDocument:
    try:
        return read_loose(text, url)
    except Exception as error:  # whatever a parser raises on bytes is the bytes' fault
        raise NotAFeed(f"unreadable: {type(error).__name__}: {error}"[:300]) from error


def _bounded(hints: Hints) -> Hints:
    """They become part of the feed's memory, which is one record."""
    return structs.replace(
        hints,
        title=hints.title[:_LONGEST_TITLE],
        link=hints.link[:LONGEST],
        language=hints.language[:_LONGEST_TAG],
        self_url=hints.self_url[:LONGEST],
        hubs=tuple(hub[:LONGEST] for hub in hints.hubs[:_MOST_HUBS]),
    )


def _usable(raw: RawEntry, base: str, now: datetime, zone: tzinfo) -> Entry:
    summary, text = plain(raw.summary), plain(raw.content)
    return Entry(
        id=raw.id,
        link=first_admissible(raw.links, base),
        title=one_line(raw.title)[:_LONGEST_TITLE],
        summary="" if summary == text else summary,
        text=text,
        published=dates.published((raw.published, raw.updated), now=now, zone=zone),
    )
