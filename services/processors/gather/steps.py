"""What gather writes down: one record a step, one record of its events, and their keys.

    <watch>/e/<seq>   what the step tells: its origin and its events, compressed
    <watch>/g/<seq>   articles of the stories that the step closed early, if there are any
    <watch>/s/<seq>   the step itself; the stories are a fold of all steps in order of seq

A step is one write, so it happened or it did not; the others are written before it. Whatever
prefix of a decision's writes survives a crash, the replayed message finds one of two states: the
step is not there (it is taken again, from the same state), or it is (its events are read back).
"""

import zlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

import msgspec

from services.processors.gather.account import Account
from services.processors.gather.signals import Signals
from shared.codec import decode, encode
from shared.records import Count, Lane, Moment, Source, StoryEvent

UNREADABLE = (ValueError, zlib.error, msgspec.MsgspecError)
"""What reading the key or the value of an entry raises where it is none."""

_FAST = 1

MOST_TOLD = 64_000_000
"""Bytes of the events of one step, unpacked: far more than it may tell. Packed, the same size of
nothing at all would fill the memory."""


class Act(StrEnum):
    """What an article did to the stories."""

    OPENED = "opened"
    JOINED = "joined"
    COUNTED = "counted"  # joined a story that holds enough articles already
    REVISED = "revised"


class Step(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One article's effect. `closed` and `quiet` happened because time passed to its first_seen.

    `counted` is the story with an article that it does not hold, without what it does hold: of such
    steps a story needs only the last. A story that closes early, and its steps with it, may be the
    one that said more: `now` is the watch's time where that is not the first_seen, `kept` are open
    stories whose silence a step told that is deleted now.
    """

    seq: Count
    origin: str
    act: Act
    story: str
    lane: Lane
    signals: Signals
    merged: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    counted: Account | None = None
    now: Moment | None = None
    kept: tuple[str, ...] = ()


class _Seen(msgspec.Struct, frozen=True):
    id: str
    fingerprint: str
    first_seen: Moment
    source: Source


class _Said(msgspec.Struct, frozen=True):
    told: _Seen


class Outline(msgspec.Struct, frozen=True):
    """As much of a step as shows which stories there are, and what made it."""

    origin: str
    act: Act
    story: str
    signals: _Said
    merged: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()

    @property
    def first_seen(self) -> datetime:
        """That of its article."""
        return self.signals.told.first_seen

    @property
    def content(self) -> tuple[str, str]:
        """Its article's id and fingerprint: one revision."""
        return self.signals.told.id, self.signals.told.fingerprint

    @property
    def family(self) -> str:
        """The publisher family of its article."""
        return self.signals.told.source.voice


class Told(msgspec.Struct, frozen=True):
    """The events of the step with this origin, for the day the same message comes again."""

    origin: str
    lane: Lane
    events: tuple[bytes, ...]


def step_key(watch: str, seq: int) -> str:
    """Where a step is kept."""
    return f"{watch}/s/{seq:012d}"


def watch_of(key: bytes) -> bytes:
    """The watch that a key of the table belongs to, which keys its matches as well."""
    return key.rsplit(b"/", 2)[0]


def told_key(watch: str, seq: int) -> str:
    """Where a step's events are kept."""
    return f"{watch}/e/{seq:012d}"


def gone_key(watch: str, seq: int) -> str:
    """Where the articles of stories are kept that a step closed early."""
    return f"{watch}/g/{seq:012d}"


def seq_of(key: str) -> tuple[str, int]:
    """The kind ("s", "e" or "g") and number of a key."""
    _, kind, seq = key.rsplit("/", 2)
    return kind, int(seq)


def pack_step(step: Step) -> bytes:
    """The step as MessagePack."""
    return msgspec.msgpack.encode(step)


def unpack_step(value: bytes) -> Step:
    """The step in these bytes."""
    return msgspec.msgpack.decode(value, type=Step)


def outline(value: bytes) -> Outline:
    """The outline of the step in these bytes."""
    return msgspec.msgpack.decode(value, type=Outline)


def pack_gone(articles: tuple[str, ...]) -> bytes:
    """The articles as MessagePack."""
    return msgspec.msgpack.encode(articles)


def unpack_gone(value: bytes) -> tuple[str, ...]:
    """The articles in these bytes."""
    return msgspec.msgpack.decode(value, type=tuple[str, ...])


def pack_told(origin: str, lane: Lane, events: Iterable[StoryEvent]) -> bytes:
    """The events as they are sent, compressed together."""
    told = Told(origin, lane, tuple(encode(event) for event in events))
    return zlib.compress(msgspec.msgpack.encode(told), _FAST)


def as_sent(value: bytes) -> Told:
    """The record in these bytes, its events as the bytes that were sent."""
    return msgspec.msgpack.decode(zlib.decompressobj().decompress(value, MOST_TOLD), type=Told)


def unpack_told(value: bytes) -> tuple[str, Lane, tuple[StoryEvent, ...]]:
    """Origin, lane and events; encoding these again gives the bytes that were sent."""
    told = as_sent(value)
    return told.origin, told.lane, tuple(decode(event, StoryEvent) for event in told.events)
