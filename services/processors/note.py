"""What is committed beside an offset: of which log it is, and a record to know that log by.

An offset says nothing of what stands there. A topic may be deleted and made anew: its id differs.
Or its log may lose its end: the broker's machine lost power, an older copy of its disk was put
back, a replica that lagged was made the leader. What comes then takes the offsets of what was lost,
and whoever goes on at the offset that is committed passes it over. So the commit names the latest
record that was read. Where the log has it no more, reading begins a day before it: who knows an
article says so. The records are of another log from then on, for their offsets were others'.
"""

import re
from datetime import timedelta
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

CLOCKS = int(timedelta(days=1, hours=1) / timedelta(milliseconds=1))
"""Milliseconds by which the clocks of those who write may differ: more, and topics refuse it."""


class Mark(NamedTuple):
    """A record's offset, and its time in milliseconds."""

    offset: int
    time: int


class Note(Struct, frozen=True):
    """`topic` is the topic's id, `ends` how often its log was seen to have lost its end.

    `mark` is the latest record read, by its time: it is the first of all with that time or a later
    one, but for those of the same millisecond.
    """

    topic: str = ""
    ends: int = 0
    mark: Mark | None = None

    @property
    def log(self) -> str:
        """The log that offsets are of."""
        return f"{self.topic}~{self.ends}" if self.ends else self.topic

    def __str__(self) -> str:
        return " ".join([self.log, *map(str, self.mark or ())])

    def read(self, mark: Mark) -> "Note":
        """The note after this record."""
        known = self.mark and self.mark.time >= mark.time
        return self if known else replace(self, mark=mark)

    def of_what_is_left(self) -> "Note":
        """The note of the same topic after its log lost its end."""
        return Note(self.topic, self.ends + 1)


def origin_of(topic: str, log: str, place: str) -> str:
    """What no other record has: its topic's name, the log, and its partition-offset there."""
    return f"{topic}@{log}-{place}"


def whichever_end(origin: str) -> str:
    """The origin without how often its log was seen to have lost its end."""
    return _ENDS.sub("", origin)


def noted(text: str) -> Note:
    """The note in this text; all of it is the id where it is none, as that of earlier versions."""
    found = _NOTE.fullmatch(text)
    if not found:
        return Note(text)
    topic, ends, offset, time = found.groups()
    return Note(topic, int(ends or 0), Mark(int(offset), int(time)) if offset else None)


def is_gone(mark: Mark, first: int, since: Mark | None) -> bool:
    """Whether the log has lost this record, and not because it was too old to be kept.

    `first` is the log's first offset, `since` the first record with the mark's time or a later one.
    """
    kept = since is not None and since.time == mark.time and since.offset <= mark.offset
    return mark.offset >= first and not kept


_ENDS = re.compile(r"~\d+(?=-\d+-\d+$)")
_NOTE = re.compile(r"([^ ~]*)(?:~(\d{1,9}))?(?: (\d{1,18}) (\d{1,15}))?", re.ASCII)
