"""What a feed document holds, by stage of knowledge.

    bytes ▸ Raw document (as the format says it) ▸ Document (text, links and dates made usable)

`RawEntry` holds marked-up strings exactly once decoded from their container; `Entry` holds plain
text. Every entry of the document is in both, so that each can be accounted for.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, overload

from msgspec import Struct


class Markup(StrEnum):
    """How a string of a feed is to be read."""

    HTML = "html"
    PLAIN = "plain"


class Marked(Struct, frozen=True):
    """A string of a feed and how to read it."""

    text: str = ""
    markup: Markup = Markup.HTML


EMPTY = Marked()


class RawEntry(Struct, frozen=True, kw_only=True):
    """One entry as its format gives it; what is absent is empty."""

    id: str = ""
    links: tuple[str, ...] = ()  # candidates, best first
    title: Marked = EMPTY
    summary: Marked = EMPTY
    content: Marked = EMPTY
    published: str = ""
    updated: str = ""


class Hints(Struct, frozen=True, kw_only=True):
    """What a document says of itself and of when to come back."""

    title: str = ""
    link: str = ""
    language: str = ""
    ttl_minutes: float = 0
    period_seconds: float = 0  # syndication module: updatePeriod / updateFrequency
    skip_hours: tuple[int, ...] = ()  # 0 to 23, UTC
    hubs: tuple[str, ...] = ()
    self_url: str = ""


class Unread(Sequence[RawEntry]):
    """Entries that are read when they are looked at: a document may list very many."""

    def __init__(self, parts: Sequence[Any], read: Callable[[Any], RawEntry]) -> None:
        self._parts, self._read = parts, read

    def __len__(self) -> int:
        return len(self._parts)

    def __iter__(self) -> Iterator[RawEntry]:
        return map(self._read, self._parts)

    @overload
    def __getitem__(self, index: int) -> RawEntry: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[RawEntry]: ...
    def __getitem__(self, index: int | slice) -> RawEntry | Sequence[RawEntry]:
        if isinstance(index, slice):
            return Unread(self._parts[index], self._read)
        return self._read(self._parts[index])


class RawDocument(Struct, frozen=True, kw_only=True):
    """A feed document as its format gives it."""

    format: str
    entries: Sequence[RawEntry] = ()
    hints: Hints = Hints()


class Entry(Struct, frozen=True, kw_only=True):
    """One entry, usable: plain text, an absolute http(s) link or none, a date in UTC or none."""

    id: str
    link: str = ""
    title: str = ""
    summary: str = ""
    text: str = ""
    published: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to publish: no title and no text."""
        return not (self.title or self.summary or self.text)


class Document(Struct, frozen=True, kw_only=True):
    """A feed document, usable: the entries from `start` on, as many as there was time for."""

    format: str
    encoding: str
    entries: tuple[Entry, ...] = ()
    hints: Hints = Hints()
    start: int = 0
    total: int = 0  # entries that the whole document lists

    @property
    def end(self) -> int:
        """The first entry that is not in here, counted in the whole document."""
        return self.start + len(self.entries)


class NotAFeed(ValueError):  # noqa: N818  the poll's outcome, in the same words
    """The bytes are no feed; the message says what they look like."""
