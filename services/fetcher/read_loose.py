"""Every other feed, read by feedparser: ill-formed, mislabelled, entity-ridden, long forgotten.

feedparser's own sanitiser and link resolver stay off: they cost two thirds of the time, and have
inputs on which they take minutes; text is extracted by `services.fetcher.plain` instead. The input
is a stream always: feedparser opens strings that look like paths or URLs.

A document of more than a few hundred entries is cut before every so many of them, each piece behind
the same head, and a piece is read when it is looked at. It is ill-formed anyway, or it would not be
here.
"""

import io
import re
from collections.abc import Sequence
from typing import Any

import feedparser

from services.fetcher.document import EMPTY, Hints, Marked, Markup, RawDocument, RawEntry, Unread
from services.fetcher.hints import hours, number, period

_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,12})|([0-9]{1,12}));", re.IGNORECASE)
_BARE = re.compile(r"&(?!#?[0-9A-Za-z]{1,32};)")  # feedparser reads AT&T as AT&T;
_LAST = 0x10FFFF
_STARTS = re.compile(r"<(?:[A-Za-z][\w.-]*:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE | re.ASCII)
_PIECE = 200

Parsed = Any  # feedparser ships no types


def read_loose(text: str, url: str = "") -> RawDocument:
    """The document, its entries in order; without entries and version where it is no feed."""
    text = _mended(text)
    starts = [found.start() for found in _STARTS.finditer(text)]
    if len(starts) <= 2 * _PIECE:
        return _read(text, url)
    first = _read(text[: starts[_PIECE]], url)
    pieces = _Pieces(text, starts, url)
    return RawDocument(
        format=first.format,
        entries=Unread(range(len(starts)), pieces.entry),
        hints=first.hints,
    )


class _Pieces:
    """The last piece that was looked at, read."""

    def __init__(self, text: str, starts: list[int], url: str) -> None:
        self._text, self._starts, self._url = text, starts, url
        self._at = -1
        self._entries: Sequence[RawEntry] = ()

    def entry(self, number: int) -> RawEntry:
        """The entry of this number; an empty one where feedparser finds fewer than begin."""
        at, within = divmod(number, _PIECE)
        if at != self._at:
            self._at, self._entries = at, self._piece(at)
        return self._entries[within] if within < len(self._entries) else RawEntry()

    def _piece(self, at: int) -> Sequence[RawEntry]:
        ends = [*self._starts, len(self._text)]
        begin, end = ends[at * _PIECE], ends[min((at + 1) * _PIECE, len(self._starts))]
        return _read(self._text[: ends[0]] + self._text[begin:end], self._url).entries


def _read(text: str, url: str) -> RawDocument:
    parsed = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers={
            "content-type": "application/xml; charset=utf-8",
            "content-location": url,
        },
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return RawDocument(
        format=parsed.get("version") or "",
        entries=tuple(_entry(entry) for entry in parsed.entries),
        hints=_hints(parsed.feed),
    )


def _mended(text: str) -> str:
    return _BARE.sub("&amp;", _REFERENCE.sub(_possible, text))


def _possible(reference: re.Match[str]) -> str:
    """The reference, or nothing where it names no character: feedparser gives up on those."""
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    is_character = 0 < number <= _LAST and not 0xD800 <= number <= 0xDFFF  # noqa: PLR2004  surrogates
    return reference[0] if is_character else ""


def _entry(entry: Parsed) -> RawEntry:
    identity = _said(entry, "id")
    candidates = (_said(entry, "feedburner_origlink"), _said(entry, "link"))
    permanent = entry.get("guidislink", True)
    return RawEntry(
        id=identity,
        links=tuple(filter(None, (*candidates, identity if permanent else ""))),
        title=_marked(entry.get("title_detail")),
        summary=_marked(entry.get("summary_detail")),
        content=next((_marked(content) for content in entry.get("content", ())), EMPTY),
        published=_said(entry, "published") or _said(entry, "created"),
        updated=dict.get(entry, "updated") or "",  # its own get() falls back to published
    )


def _marked(detail: Parsed) -> Marked:
    if not detail or not detail.get("value"):
        return EMPTY
    is_plain = detail.get("type") == "text/plain" and detail.get("mode") != "escaped"
    return Marked(detail["value"].strip(), Markup.PLAIN if is_plain else Markup.HTML)


def _said(thing: Parsed, name: str) -> str:
    """What feedparser found; it finds None, and sometimes other things, in strange documents."""
    value = thing.get(name)
    return value if isinstance(value, str) else ""


def _hints(feed: Parsed) -> Hints:
    links = [link for link in feed.get("links", ()) if _said(link, "href")]
    return Hints(
        title=_said(feed, "title"),
        link=_said(feed, "link"),
        language=_said(feed, "language"),
        ttl_minutes=number(_said(feed, "ttl")),
        period_seconds=period(_said(feed, "sy_updateperiod"), _said(feed, "sy_updatefrequency")),
        skip_hours=hours(_said(feed, "hour").split()),
        hubs=tuple(link["href"] for link in links if link.get("rel") == "hub"),
        self_url=next((link["href"] for link in links if link.get("rel") == "self"), ""),
    )
