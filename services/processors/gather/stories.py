"""The stories of one watch, step by step: what the Faust shell calls.

Exactly-once by construction. The table is the truth, this object a cache of it. A step's writes are

1. `<watch>/e/<seq>`: the origin, the lane and the events; `<watch>/g/<seq>`: what closed early,
2. `<watch>/s/<seq>`: the step, one record, which alone changes the stories,
3. deletions of what nobody needs: steps of closed stories, events too old to be asked for,

in this order, before any event is sent. After any prefix of them a replay of the same origin gives
the same events: before 2 the step is taken again from the same state and overwrites 1; after 2 the
events are read back from 1. Deletions may be cut short: a restored object owes and repeats them.

The shell commits offsets at least every `REMEMBERED` records of a watch, and crashes rather than
go on with this object when a write fails.

One file although it is long: what a crash may leave between two lines of it is read in one place.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from services.processors.gather import account as accounts
from services.processors.gather.claim import as_told
from services.processors.gather.decide import decide, worded
from services.processors.gather.events import tell
from services.processors.gather.gone import Gone, Writes
from services.processors.gather.live import Live
from services.processors.gather.passing import with_closed, with_time
from services.processors.gather.reader import Reader, Reading
from services.processors.gather.revision import changes
from services.processors.gather.room import Room, surplus
from services.processors.gather.score import Row
from services.processors.gather.signals import Signals, is_late, is_of_former_model, later
from services.processors.gather.sound import fits, is_sound
from services.processors.gather.steps import (
    UNREADABLE,
    Act,
    Outline,
    Step,
    outline,
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

_ROOM = Room()


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

    def __init__(self, watch: str, reader: Reader, room: Room = _ROOM) -> None:
        """Empty; holds nothing that the table does not, and no more than there is room for."""
        self._watch = watch
        self._reader = reader
        self._room = room
        self._seq = 0
        self._done: dict[str, int] = {}  # topic-partition → the last offset that made a step
        self._told: dict[str, tuple[int, bytes]] = {}  # origin → seq and events, oldest first
        self._owed: list[int] = []  # steps of closed stories that a crash may have left
        self._gone = Gone(watch, room.gone)
        self.live = Live(watch, reader.blocs, reader.lexicon.usual)

    def restore(self, keys: Iterable[str], read: Callable[[str], bytes]) -> list[str]:
        """Rebuild from the table's keys, in any order; those of other watches are skipped.

        The keys of what cannot be read; all else is as if that had never been. One value is read at
        a time: a table may hold more than the memory.
        """
        unread: list[str] = []
        found: dict[str, list[tuple[int, str]]] = {"s": [], "e": [], "g": []}
        for key in keys:
            if watch_of(key) == self._watch:
                try:
                    kind, seq = seq_of(key)
                except ValueError:
                    unread.append(key)
                else:
                    found.get(kind, []).append((seq, key))
        steps = sorted(found["s"])
        dropped = self._dropped([key for _, key in steps], read)
        restores: dict[str, Callable[[int, bytes], None]] = {
            "s": partial(self._restore_step, dropped),
            "g": self._gone.restore,
            "e": self._restore_told,
        }
        for kind, restore in restores.items():
            for seq, key in sorted(found[kind]):
                if kind == "s" or seq <= self._seq:
                    try:
                        restore(seq, read(key))
                    except UNREADABLE:
                        unread.append(key)
        return unread

    def _dropped(self, keys: list[str], read: Callable[[str], bytes]) -> frozenset[str]:
        """Stories of a table without bounds, as it once was, that find no room."""
        if len(keys) <= self._room.at_start:
            return frozenset()
        return surplus(_outlines(keys, read), self._room)

    def _restore_step(self, dropped: frozenset[str], seq: int, value: bytes) -> None:
        step = unpack_step(value)
        if not is_sound(step, seq):
            raise ValueError(seq)
        if step.story not in dropped:
            if not fits(step, self.live):
                raise ValueError(seq)
            self._owed += self._apply(self._renewed(step))
            return
        self._seq = max(self._seq, seq)
        self._note(step.origin)
        self.live.note(step)
        self._owed += [seq, *(one for story in step.closed for one in self.live.close(story))]
        if step.lane is Lane.LIVE:
            self._gone.drop(step)

    def _renewed(self, step: Step) -> Step:
        """The step as it would be if today's model had read its article."""
        if is_of_former_model(step.signals):
            return replace(step, signals=self._reader.renewed(step.signals))
        return step

    def _restore_told(self, seq: int, value: bytes) -> None:
        self._told[unpack_told(value)[0]] = (seq, value)

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

    def reopen(self, steps: Iterable[Step]) -> None:
        """Where `place` took these in order, and they were in none: as if time had closed nothing.

        A story whose first step is not among them stays closed.
        """
        self.live = Live(self._watch, self._reader.blocs, self._reader.lexicon.usual)
        for step in steps:
            self.live.apply(replace(step, closed=()))

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
        step = Step(
            seq=self._seq + 1,
            origin=origin,
            lane=Lane.REPLAY if news and self._is_known(signals) else lane,
            act=Act.JOINED if place.story else Act.OPENED,
            story=place.story or story_id(self._watch, signals.key),
            signals=replace(signals, told=told),
            merged=place.bridges,
        )
        return step if self._is_held(step) else self._counted(step)

    def _is_known(self, signals: Signals) -> bool:
        """Whether an article is no news: it comes late, or was told in a story closed early."""
        return is_late(signals) or signals.key in self._gone

    def _is_held(self, step: Step) -> bool:
        known = self.live.accounts.get(step.story)
        return bool(step.merged) or not known or len(known.members) < self._room.of_a_story

    def _counted(self, step: Step) -> Step:
        known, live = self.live.accounts[step.story], step.lane is Lane.LIVE
        grown = accounts.counted(known, step.signals, live=live)
        bare = dataclasses.replace(grown, members=(), numbers=frozenset())
        return replace(step, act=Act.COUNTED, counted=bare)

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
        step = with_time(self.live, step, self._room)
        if kept := self.live.kept_by(step, self._owed):
            step = replace(step, kept=kept)
        before = {
            story: account
            for story in (step.story, *step.closed)
            if (account := self.live.accounts.get(story))
        }
        gone = self._gone.close(step, before, self.live)
        garbage = [*self._owed, *self._apply(step)]
        self._owed = []
        events = tuple(tell(step, before, self.live, changed))
        told = pack_told(step.origin, step.lane, events)
        self._told[step.origin] = (step.seq, told)
        writes: Writes = [(told_key(self._watch, step.seq), told), *gone]
        writes += [(step_key(self._watch, step.seq), pack_step(step)), *self._gone.owed()]
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


def _outlines(keys: list[str], read: Callable[[str], bytes]) -> Iterator[Outline]:
    for key in keys:
        with suppress(*UNREADABLE):
            yield outline(read(key))
