"""Faust's consumer, with its own bookkeeping taken away: it reads, and our books say the rest.

What Faust 0.15.3 does by itself, and what came of it under kills (`tests/chaos/test_burst.py`):

- it acks what it skips in a rebalance or while it stops;
- it takes a jump of offsets for a hole in the topic and commits across it; but it makes such jumps
  itself, because it seeks back to the committed offsets in the middle of a batch;
- it then drops what it reads again, as already read;
- of each record that it reads it makes four tasks, for which the loop turns several times; in each
  turn every stage does a record if it has one, so that what follows from a backlog was read at a
  quarter of the pace at which the backlog was worked off (`tests/e2e/test_backlog.py`);
- a reading that is under way while partitions change hands brings records of any of them, and they
  are dropped: where that was the changelog of a table whose recovery had just set out, the recovery
  waited for ever (`tests/unit/processors/test_consumer.py`).

Nor does it know a topic that was deleted and made anew from the one before: it commits the old
topic's offsets to the new one, whose first records would then count as done. Nor a log that lost
its end. So with each offset is committed what to know the log by (`note.py`).

So here every record that is read is handed on at once, nothing counts as done but what `InOrder`
has finished, and there are no holes. A partition that stands still although it has records is read
again from the one that is due.
"""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata
from faust.transport.drivers.aiokafka import Consumer as FaustConsumer
from faust.types import TP

from services.processors.client import Thread
from services.processors.epochs import Epochs
from services.processors.inorder import InOrder, Turn
from services.processors.note import CLOCKS, Mark, Note, is_gone, noted

SAID_WITHIN = 1.0
"""Seconds for Faust's thread to answer; where it has ended it never does."""

log = structlog.get_logger()

READ_WITHIN = 1.0
"""Seconds to wait for records before looking again whether to stop."""


class Consumer(FaustConsumer):  # type: ignore[misc]
    """Reads for Faust; commits what the books say."""

    logger = logging.getLogger("faust.consumer")
    """For what Faust says of it; what we say is `log`'s."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_offset = _NeverRead()
        self._books: InOrder[TP] = InOrder()
        self._still: set[tuple[TP, int]] = set()
        self._looked_at: set[TP] = set()
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._notes: dict[TP, Note] = {}
        self.epochs = Epochs()
        self.lost_an_end = False
        """Whether a log that is read ends sooner than it was read: nothing more is begun here."""

    def _new_consumer_thread(self) -> Thread:
        return Thread(self, loop=self.loop, beacon=self.beacon)

    async def its_turn(self, message: Any) -> bool:
        """Is this the record that is due? Else it is read again, or was begun before."""
        generation, tp = message.generation_id, message.tp
        if self._given_up(message):
            return False
        if not self._books.started(generation, tp):
            committed = await self._committed(tp)
            if self._given_up(message):
                return False
            self._books.start(generation, tp, committed)
        due = self._wanted(tp)
        if turns := self.epochs.turns(tp, message.offset):
            if not await self._goes_on(tp, self._note(tp), due) or self._given_up(message):
                return False
            self.epochs.looked(turns)
        turn = self._books.begin(generation, tp, message.offset)
        if turn is Turn.NOW:
            if mark := _mark(message):
                self._notes[tp] = self._note(tp).read(mark)
            if message.offset > due:
                await self._tell_of_gap(tp, due, message.offset)
        if turn is Turn.MISSING:
            log.info("records were left out; reading again", **_place(tp, due))
            await self._read_again(tp, due)
        return turn is Turn.NOW

    def done(self, message: Any) -> None:
        """All that this record caused is on the broker."""
        self._books.finish(message.generation_id, message.tp, message.offset)

    async def unstick(self) -> None:
        """Read again where a partition has stood still since the last call.

        And where its topic was made anew, or its log lost its end: nothing need come of it else.
        """
        for tp in self._unread() if self._flows() else []:
            self._looked_at.add(tp)
            before = self._noted(tp)
            if (begin := await self._committed(tp)) < before and self._flows():
                await self._read_again(tp, begin)
        if not self.lost_an_end:
            await self._look_at_ends()
        still = set(self._standing_still()) if self._flows() else set()
        for tp, due in still & self._still:
            log.warning("a partition stood still; reading again", **_place(tp, due))
            await self._read_again(tp, due)
        self._still = still

    async def complain(self) -> None:
        """Raises what keeps the client out of its group, as a right that it has not.

        It says so to who reads, and waits until it is heard; before it has joined nobody reads.
        Nothing where it is not said in time: Faust may have given up.
        """
        client = self._thread._consumer  # noqa: SLF001  Faust has no public way to ask
        coordinator = client and client._coordinator  # noqa: SLF001  nor has aiokafka
        if coordinator:
            said = self._thread.call_thread(coordinator.check_errors)
            with suppress(TimeoutError):
                await asyncio.wait_for(said, SAID_WITHIN)

    def log_of(self, tp: TP) -> str:
        """The log that the partition's offsets are of: no other record has this and its offset."""
        return self._note(tp).log

    def lags(self) -> Iterator[tuple[str, int, int]]:
        """For each partition held: records up to the high watermark that are not committed."""
        for tp in self._sources():
            if (highwater := self.highwater(tp)) is not None:
                yield tp.topic, tp.partition, max(0, highwater - self._noted(tp))

    def held(self, topic: str) -> frozenset[int]:
        """The partitions of a topic that this member has."""
        return frozenset(tp.partition for tp in self._sources() if tp.topic == topic)

    def partitions(self, topic: str) -> int:
        """How many a topic has, as far as the client has heard; 0 where it has not."""
        client = self._thread._consumer  # noqa: SLF001  Faust has no public way to ask
        return len((client and client.partitions_for_topic(topic)) or ())

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """The shell has brought what was begun to its end, and committed it."""
        await super().on_partitions_revoked(revoked)
        self._books.forget()
        self._notes.clear()
        self.epochs.forget()
        self._looked_at.clear()

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Go on reading at these offsets; while the flow is stopped, once all reading is over."""
        if not self.flow_active:
            await self._at_rest.wait()
        await super().seek_wait(partitions)

    def ack(self, _message: Any) -> bool:
        """Nothing: see `done`."""
        return False

    def verify_event_path(self, _now: float, _tp: TP) -> None:
        """Nothing: `unstick` sees to it. Faust gives up here where the client seeks its place."""

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterable[TP]:
        held = {} if self.lost_an_end else self._books.committable()
        return [tp for tp in held if topics is None or tp in topics or tp.topic in topics]

    def _new_offset(self, tp: TP) -> int | None:
        return self._books.committable().get(tp)

    async def _drain_messages(self, fetcher: Any) -> None:
        """Hand on what is read, for as long as `fetcher` runs."""
        try:
            while not (self.should_stop or fetcher.should_stop):
                await asyncio.sleep(0)
                async for _, message in self.getmany(timeout=READ_WITHIN):
                    await self._hand_on(message)
        except asyncio.CancelledError:
            if not fetcher.should_stop:
                raise  # else we are stopping: Faust would take it for a rebalance, and log a crash

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Any:  # noqa: ASYNC109  Faust's
        # Faust empties its set while partitions change hands; for aiokafka an empty one is all.
        asked = active_partitions and frozenset(active_partitions)
        self._at_rest.clear()
        try:
            return await super()._getmany(asked, timeout)
        finally:
            self._at_rest.set()

    async def _hand_on(self, message: Any) -> None:
        """To its stage's buffer; only where one is full does it take tasks, to wait for room."""
        if self.app.has_room() and not self.suspend_flow.is_set():
            await self.callback(message)
        else:
            await self.wait_first(self.callback(message), self.suspend_flow.wait())

    def _flows(self) -> bool:
        """Are records handed on to the stages?"""
        return self.flow_active and not self.app.in_recovery

    async def _tell_of_gap(self, tp: TP, due: int, read: int) -> None:
        """What the topic's retention took is gone; other gaps never were records of anybody.

        Where the broker does not say which it was, it may be the worse. The record behind is begun
        already: no trouble with a line of the log may keep it.
        """
        earliest = read
        with suppress(KafkaError):
            earliest = (await self.earliest_offsets(tp)).get(tp, read)
        if earliest > due:
            log.error(
                "records are gone from the topic", upto=min(earliest, read), **_place(tp, due)
            )
        else:
            log.info("offsets of transactions, with no records", upto=read, **_place(tp, due))

    def _given_up(self, message: Any) -> bool:
        """Its partition may be another member's by now; whoever has it reads the record again."""
        current: int = self.app.consumer_generation_id
        other = message.generation_id != current or self.lost_an_end
        return other or not self.app.flow_control.is_active()

    async def _committed(self, tp: TP) -> int:
        """What the broker says is committed; 0 where nothing is, or of a topic that is no more.

        Less where the log has lost its end. Faust's own note of it is sometimes late, and knows no
        topics but by name.
        """
        place = TopicPartition(tp.topic, tp.partition)
        client = self._thread._ensure_consumer()  # noqa: SLF001  Faust has no public way to ask
        asked = client._coordinator.fetch_committed_offsets  # noqa: SLF001  nor aiokafka for metadata
        found = (await self._thread.call_thread(asked, [place])).get(place)
        if found is None:
            return 0
        note, own = noted(found.metadata), self.app.ids.get(tp.topic, "")
        if note.topic not in {"", own}:
            log.error("the topic was made anew; reading it from its beginning", **_place(tp, 0))
            return 0
        self._notes[tp] = Note(own, note.ends, note.mark)
        begin = int(found.offset)
        cut = await self._is_cut(tp, self._notes[tp], begin)
        return await self._begin_again(tp, begin) if cut else begin

    async def _look_at_ends(self) -> None:
        """Whether the logs still have what was read of them; else whoever is next begins anew.

        What was read is asked for first: where the broker is away, it answers for what was read
        before. What stands there instead may be read as soon as it is back.
        """
        due = [(tp, self._books.due(tp)) for tp in self._sources()] if self._flows() else []
        known = [(tp, self._note(tp), offset) for tp, offset in due if offset is not None]
        for tp, note, offset in known:
            await self._goes_on(tp, note, offset)

    async def _goes_on(self, tp: TP, note: Note, offset: int) -> bool:
        """Whether the log has what was read; else nothing more is begun, where it has not."""
        with suppress(KafkaError):  # the next look tells
            if not await self._is_cut(tp, note, offset):
                return True
            self.lost_an_end = True
            await self._begin_again(tp, offset)
        return False

    async def _is_cut(self, tp: TP, note: Note, offset: int) -> bool:
        """Whether the log has lost what was read of it, up to this offset.

        Not where topics have no ids: nobody can say of which log it was. What the broker says of
        its logs is cheap to ask, but a loss is believed only where reading shows it, too.
        """
        if not note.topic:
            return False
        end = (await self._thread.highwaters(tp))[tp]
        if offset > end and await self._thread.time_at(tp, offset - 1) is None:
            return True
        if note.mark is None:
            return False
        since = await self._since(tp, note.mark.time)
        if not is_gone(note.mark, (await self.earliest_offsets(tp))[tp], since):
            return False
        return bool(await self._thread.time_at(tp, note.mark.offset) != note.mark.time)

    async def _begin_again(self, tp: TP, offset: int) -> int:
        """Where to read what is left, from a day before what is lost; committed at once."""
        note, end = self._note(tp), (await self._thread.highwaters(tp))[tp]
        since = await self._since(tp, max(0, note.mark.time - CLOCKS)) if note.mark else None
        begin = (since.offset if since else end) if note.mark else 0
        log.error(
            "the end of a topic was lost; reading again", end=end, begin=begin, **_place(tp, offset)
        )
        self._notes[tp] = note.of_what_is_left()
        await self._commit({tp: begin})
        self._committed_offset[tp] = begin  # Faust would commit nothing that is less
        return begin

    async def _since(self, tp: TP, time: int) -> Mark | None:
        """The first record with this time or a later one."""
        place = TopicPartition(tp.topic, tp.partition)
        client = self._thread._ensure_consumer()  # noqa: SLF001  Faust has no public way to ask
        found = await self._thread.call_thread(client.offsets_for_times, {place: time})
        return Mark(found[place].offset, found[place].timestamp) if found.get(place) else None

    def _note(self, tp: TP) -> Note:
        return self._notes.get(tp) or Note(self.app.ids.get(tp.topic, ""))

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Commit, with a note beside each offset. False where they were given up."""
        held = {tp: offset for tp, offset in offsets.items() if tp in self.assignment()}
        client = self._thread._ensure_consumer()  # noqa: SLF001  Faust commits no metadata
        try:
            await self._thread.call_thread(
                client.commit,
                {
                    TopicPartition(tp.topic, tp.partition): OffsetAndMetadata(
                        offset, str(self._note(tp))
                    )
                    for tp, offset in held.items()
                },
            )
        except CommitFailedError:
            return False  # whoever has them now reads from the commit before
        return True

    def _wanted(self, tp: TP) -> int:
        due = self._books.due(tp)
        return self._noted(tp) if due is None else due

    def _noted(self, tp: TP) -> int:
        """What Faust has noted as committed; good enough to look at, not to begin from."""
        return self._committed_offset[tp] or 0

    def _standing_still(self) -> Iterator[tuple[TP, int]]:
        waiting = self._buffered_partitions  # what was read of them waits for its stage
        for tp in [tp for tp in self._sources() if tp not in waiting]:
            highwater, wanted = self.highwater(tp), self._wanted(tp)
            if highwater is not None and highwater > wanted and self._books.idle(tp):
                yield tp, wanted

    def _unread(self) -> list[TP]:
        """What no record came of yet, and was not looked at."""
        fresh = [tp for tp in self._sources() if tp not in self._looked_at]
        return [tp for tp in fresh if self._books.due(tp) is None]

    def _sources(self) -> list[TP]:
        changelogs = self.app.tables.changelog_topics
        return [tp for tp in self.assignment() if tp.topic not in changelogs]

    async def _read_again(self, tp: TP, offset: int) -> None:
        """Go on reading at `offset`, whatever was fetched; also where Faust had paused."""
        self.resume_partitions({tp})
        with suppress(IllegalStateError):  # given up just now: who has it reads from the commit
            await self.seek_wait({tp: offset})


def _mark(message: Any) -> Mark | None:
    time = round((message.timestamp or 0) * 1000)
    return Mark(message.offset, time) if time > 0 else None


def _place(tp: TP, due: int) -> dict[str, Any]:
    return {"topic": tp.topic, "partition": tp.partition, "due": due}


class _NeverRead(dict[TP, int | None]):
    """What Faust has read of each partition, by which it would drop records and count holes."""

    def __getitem__(self, _partition: TP) -> int | None:
        return None
