"""The stories of one watch, step by step: what the Faust shell calls.

Exactly-once by construction. The table is the truth, this object a cache of it. A step's writes are

1. `<watch>/e/<seq>`: the origin, the lane and the events,
2. `<watch>/s/<seq>`: the step, one record, which alone changes the stories,
3. deletions of what nobody needs: steps of closed stories, events too old to be asked for,

in this order, before any event is sent. After any prefix of them a replay of the same origin gives
the same events: before 2 the step is taken again from the same state and overwrites 1; after 2 the
events are read back from 1. Deletions may be cut short: a restored object owes and repeats them.

The shell commits offsets at least every `REMEMBERED` records of a watch, and crashes rather than
go on with this object when a write fails.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import msgspec
from msgspec.structs import replace

from services.processors.gather.claim import as_told
from services.processors.gather.decide import decide, worded
from services.processors.gather.events import tell
from services.processors.gather.live import Live
from services.processors.gather.passing import with_closed, with_time
from services.processors.gather.reader import Reader, Reading
from services.processors.gather.revision import changes
from services.processors.gather.score import Row
from services.processors.gather.signals import Signals, is_late, later
from services.processors.gather.steps import (
    Act,
    Step,
    pack_step,
    pack_told,
    seq_of,
    step_key,
    told_key,
    unpack_step,
    unpack_told,
)
from shared.identity import story_id
from shared.records import Change, Lane, Match, Role, StoryEvent

REMEMBERED = 5_000
"""For how many steps their events are kept to be told again."""


@dataclass(frozen=True)
class Decision:
    """Write `writes` to the table in order (None deletes), then emit `events` in order, in `lane`.

    `lane` is replay for history: the message's own lane, or a live article that is late and would
    open news. `step` is None where nothing changed: a copy of a message, or told before.
    """

    writes: tuple[tuple[str, bytes | None], ...] = ()
    events: tuple[StoryEvent, ...] = ()
    lane: Lane = Lane.LIVE
    step: Step | None = None


def watch_of(key: str) -> str:
    """The watch that a key of the table belongs to."""
    return key.rsplit("/", 2)[0]


class Stories:
    """One watch's stories. `restore` once, then `step` for every match in the topic's order."""

    def __init__(self, watch: str, reader: Reader) -> None:
        """Empty; holds nothing that the table does not."""
        self._watch = watch
        self._reader = reader
        self._seq = 0
        self._done: dict[str, int] = {}  # topic-partition → the last offset that made a step
        self._told: dict[str, tuple[int, bytes]] = {}  # origin → seq and events, oldest first
        self._owed: list[int] = []  # steps of closed stories that a crash may have left
        self.live = Live(watch, reader.blocs, reader.lexicon.usual)

    def restore(self, items: Iterable[tuple[str, bytes]]) -> list[str]:
        """Rebuild from the table's items, in any order; those of other watches are skipped.

        The keys of what cannot be read; all else is as if that had never been.
        """
        unread: list[str] = []
        steps: list[tuple[int, Step]] = []
        told: list[tuple[int, str, bytes]] = []
        for key, value in items:
            if watch_of(key) == self._watch:
                try:
                    kind, seq = seq_of(key)
                    if kind == "s":
                        steps.append((seq, _placed(unpack_step(value))))
                    elif kind == "e":
                        told.append((seq, unpack_told(value)[0], value))
                except (ValueError, zlib.error, msgspec.MsgspecError):
                    unread.append(key)
        for _, step in sorted(steps, key=itemgetter(0)):
            self._owed += self._apply(step)
        for seq, origin, value in sorted(told):
            if seq <= self._seq:
                self._note(origin)
                self._told[origin] = (seq, value)
        return unread

    def step(self, match: Match, origin: str, lane: Lane) -> Decision:
        """What this match does to the stories; see the module for the contract.

        `origin` is the message's "topic-partition-offset": the same origin again gives the same
        events, and nothing happens twice.
        """
        if self._is_done(origin):
            return self._again(origin)
        return self.take(self._reader.skim(match), origin, lane)

    def take(self, reading: Reading, origin: str, lane: Lane) -> Decision:
        """`step` for an article already read, at an origin not seen before.

        It is embedded only if it is no copy.
        """
        step = self._next(reading, origin, lane)
        if step is None:
            return Decision(lane=lane)
        known = self.live.signals.get(step.signals.key)
        return self._decided(step, changes(known, step.signals) if known else ())

    def place(
        self, reading: Reading, origin: str, lane: Lane, *, in_order: bool = True
    ) -> Step | None:
        """`take` where there is no table to write and nobody to tell.

        If articles come in no order, time closes no story: the next one may be from before.
        """
        step = self._next(reading, origin, lane)
        if step:
            step = with_closed(self.live, step) if in_order else step
            self._apply(step)
        return step

    def expect(self, readings: Sequence[Reading]) -> None:
        """Say which articles come next, if that is known; with a large window it saves much."""
        self.live.window.expect([one.signals for one in readings])

    def is_copy(self, signals: Signals) -> bool:
        """Whether an article's wording is that of one known, so that its meaning is not needed."""
        place = worded(self.live, signals)
        return place is not None and place.role is Role.COPY

    def _next(self, reading: Reading, origin: str, lane: Lane) -> Step | None:
        """What comes next; None where the article is known as it is."""
        signals = as_told(self.live, reading.signals)
        reading = replace(reading, signals=signals)
        known = self.live.signals.get(signals.key)
        if known is None:
            return self._placed(reading, origin, lane)
        if known.told.fingerprint == signals.told.fingerprint:
            return None
        copied = known.told.role is Role.COPY
        revision = later(known, signals if copied else self._reader.embedded_one(reading))
        return self._revised(revision, origin, lane)

    def _placed(self, reading: Reading, origin: str, lane: Lane) -> Step:
        signals = reading.signals
        copied = worded(self.live, signals)
        if copied is None or copied.role is not Role.COPY:
            signals = self._reader.embedded_one(reading)
        place = decide(self.live, Row(signals), copied)
        news = place.story is None or not self.live.accounts[place.story].live
        told = replace(signals.told, role=place.role, similarity=place.similarity)
        return Step(
            seq=self._seq + 1,
            origin=origin,
            lane=Lane.REPLAY if news and is_late(signals) else lane,
            act=Act.JOINED if place.story else Act.OPENED,
            story=place.story or story_id(self._watch, signals.key),
            signals=replace(signals, told=told),
            merged=place.bridges,
        )

    def _revised(self, revision: Signals, origin: str, lane: Lane) -> Step:
        return Step(
            seq=self._seq + 1,
            origin=origin,
            lane=lane,
            act=Act.REVISED,
            story=self.live.story_of[revision.key],
            signals=revision,
        )

    def _decided(self, step: Step, changed: tuple[Change, ...]) -> Decision:
        step = with_time(self.live, step)
        before = {
            story: account
            for story in (step.story, *step.closed)
            if (account := self.live.accounts.get(story))
        }
        garbage = [*self._owed, *self._apply(step)]
        self._owed = []
        events = tuple(tell(step, before, self.live, changed))
        told = pack_told(step.origin, step.lane, events)
        self._told[step.origin] = (step.seq, told)
        writes: list[tuple[str, bytes | None]] = [
            (told_key(self._watch, step.seq), told),
            (step_key(self._watch, step.seq), pack_step(step)),
        ]
        writes += [(step_key(self._watch, seq), None) for seq in sorted(garbage)]
        writes += [(told_key(self._watch, seq), None) for seq in self._forgotten()]
        return Decision(tuple(writes), events, step.lane, step)

    def _apply(self, step: Step) -> list[int]:
        self._seq = max(self._seq, step.seq)
        self._note(step.origin)
        return self.live.apply(step)

    def _note(self, origin: str) -> None:
        partition, _, offset = origin.rpartition("-")
        self._done[partition] = max(int(offset), self._done.get(partition, -1))

    def _is_done(self, origin: str) -> bool:
        partition, _, offset = origin.rpartition("-")
        return int(offset) <= self._done.get(partition, -1)

    def _again(self, origin: str) -> Decision:
        if origin not in self._told:
            return Decision()
        _, lane, events = unpack_told(self._told[origin][1])
        return Decision(events=events, lane=lane)

    def _forgotten(self) -> list[int]:
        excess = list(self._told)[: max(0, len(self._told) - REMEMBERED)]
        return [self._told.pop(origin)[0] for origin in excess]


def _placed(step: Step) -> Step:
    """The step, if its origin is a place on a topic. Raises ValueError."""
    int(step.origin.rpartition("-")[2])
    return step
