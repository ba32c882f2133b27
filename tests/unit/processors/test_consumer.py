"""What the consumer of the processors works on, commits, and reads again."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import (
    CommitFailedError,
    GroupAuthorizationFailedError,
    KafkaTimeoutError,
)
from aiokafka.structs import OffsetAndMetadata, OffsetAndTimestamp
from faust.types import TP
from structlog.testing import capture_logs

from services.processors import consumer
from services.processors.application import Application
from services.processors.consumer import Consumer
from services.processors.epochs import Epochs

ARTICLES, CHANGELOG = TP("articles", 0), TP("a-changelog", 0)


class Thread:
    """In the place of Faust's thread and its client: a reading lasts until the test ends it."""

    def __init__(self) -> None:
        self.read = asyncio.Event()
        self.over = asyncio.Event()
        self.sought: list[Mapping[TP, int]] = []
        self.asked: Collection[TP] | None = None
        self.earliest = 0
        self.held = {ARTICLES}
        self.ends = {ARTICLES: 100}
        self.reach: dict[TP, int] = {}
        """How far logs reach that end elsewhere than the broker says."""
        self.committed: dict[TP, OffsetAndMetadata] = {}
        self.meanwhile: Callable[[], object] = bool
        self._coordinator = self
        self._consumer: Any = None

    def assignment(self) -> set[TP]:
        return self.held

    def highwater(self, partition: TP) -> int | None:
        return self.ends.get(partition)

    def _ensure_consumer(self) -> "Thread":
        return self

    async def call_thread(self, asked: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
        self.meanwhile()
        return await asked(*arguments)

    async def fetch_committed_offsets(
        self, partitions: Collection[TopicPartition]
    ) -> Mapping[TopicPartition, OffsetAndMetadata]:
        return {one: self.committed[TP(*one)] for one in partitions if TP(*one) in self.committed}

    async def commit(self, offsets: Mapping[TopicPartition, OffsetAndMetadata]) -> None:
        if not {TP(*one) for one in offsets} <= self.held:
            raise CommitFailedError
        self.committed |= {TP(*one): offset for one, offset in offsets.items()}

    async def earliest_offsets(self, *partitions: TP) -> Mapping[TP, int]:
        return dict.fromkeys(partitions, self.earliest)

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        return {one: self.ends[one] for one in partitions}

    async def time_at(self, tp: TP, offset: int) -> int | None:
        return 1000 * (offset + 1) if offset < self.reach.get(tp, self.ends[tp]) else None

    async def offsets_for_times(
        self, times: Mapping[TopicPartition, int]
    ) -> Mapping[TopicPartition, OffsetAndTimestamp | None]:
        """The record at each offset is of as many seconds, and one."""
        found = {one: max(0, -(-time // 1000) - 1) for one, time in times.items()}
        return {
            one: OffsetAndTimestamp(offset, 1000 * (offset + 1))
            if offset < self.ends[TP(*one)]
            else None
            for one, offset in found.items()
        }

    async def getmany(self, partitions: Collection[TP], _timeout: float) -> dict[TP, list[Any]]:
        self.read.set()
        await self.over.wait()
        self.asked = partitions
        return {}

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        self.sought.append(partitions)


async def nothing(_revoked: Collection[TP]) -> None:
    """Whatever else is to be done where partitions are given up."""


@pytest.fixture
def thread() -> Thread:
    return Thread()


@pytest.fixture
def reader(app: Application, thread: Thread) -> Consumer:
    made: Consumer = app.transport.create_consumer(
        callback=app.topics.on_message,
        on_partitions_revoked=nothing,
        on_partitions_assigned=lambda _assigned, _generation: None,
    )
    made._thread = thread
    return made


async def begun(reader: Consumer, thread: Thread, partitions: set[TP]) -> "asyncio.Task[Any]":
    """A reading of these partitions that is under way."""
    reading = asyncio.create_task(reader._getmany(partitions, 1.0))
    await thread.read.wait()
    return reading


async def test_a_recovery_sets_out_once_what_was_being_read_before_the_rebalance_is_over(
    reader: Consumer, thread: Thread
) -> None:
    """Else that reading takes the changelog's first records, and drops them."""
    reading = await begun(reader, thread, {ARTICLES})
    reader.stop_flow()

    seeking = asyncio.create_task(reader.seek_wait({CHANGELOG: 5}))
    await asyncio.wait([seeking], timeout=0.05)
    before = list(thread.sought)
    thread.over.set()
    await asyncio.gather(reading, seeking)

    assert (before, thread.sought) == ([], [{CHANGELOG: 5}])


async def test_while_records_flow_a_partition_is_read_again_at_once(
    reader: Consumer, thread: Thread
) -> None:
    reading = await begun(reader, thread, {ARTICLES})

    await reader.seek_wait({ARTICLES: 7})

    assert thread.sought == [{ARTICLES: 7}]
    thread.over.set()
    await reading


async def test_a_reading_keeps_to_the_partitions_that_it_was_begun_for(
    reader: Consumer, thread: Thread
) -> None:
    """Faust takes them away meanwhile, and aiokafka understands none as all."""
    partitions = {ARTICLES}
    reading = await begun(reader, thread, partitions)

    partitions.clear()
    thread.over.set()
    await reading

    assert thread.asked == {ARTICLES}


async def test_who_is_told_to_stop_while_partitions_change_hands_does_not_call_it_a_crash(
    app: Application,
) -> None:
    app.rebalancing = True
    app.consumer.stop_flow()
    await app._fetcher.start()
    await asyncio.sleep(0.05)

    await app._fetcher.stop()

    assert not app._fetcher.crashed


@pytest.mark.parametrize(
    ("earliest", "told"),
    [
        (7, {"event": "records are gone from the topic", "log_level": "error", "upto": 7}),
        (9, {"event": "records are gone from the topic", "log_level": "error", "upto": 8}),
        (0, {"event": "offsets of transactions, with no records", "log_level": "info", "upto": 8}),
        (5, {"event": "offsets of transactions, with no records", "log_level": "info", "upto": 8}),
    ],
)
async def test_only_what_lies_before_the_topics_first_record_is_called_gone(
    reader: Consumer, thread: Thread, earliest: int, told: Mapping[str, Any]
) -> None:
    """Where another client writes in transactions, each ends with an offset of its own."""
    thread.earliest = earliest

    with capture_logs() as logs:
        await reader._tell_of_gap(ARTICLES, 5, 8)

    assert logs == [{"topic": "articles", "partition": 0, "due": 5, **told}]


async def test_a_broker_that_does_not_say_where_its_topic_begins_keeps_no_record(
    reader: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_partitions: TP) -> Mapping[TP, int]:
        raise KafkaTimeoutError

    monkeypatch.setattr(reader, "earliest_offsets", away)

    with capture_logs() as logs:
        await reader._tell_of_gap(ARTICLES, 5, 8)

    assert [(log["event"], log["upto"]) for log in logs] == [("records are gone from the topic", 8)]


def record(offset: int, partition: TP = ARTICLES, generation: int = 1) -> Any:
    at = float(offset + 1)
    return SimpleNamespace(generation_id=generation, tp=partition, offset=offset, timestamp=at)


@pytest.fixture
def flowing(app: Application, reader: Consumer) -> Consumer:
    """The reader, in a generation of which records flow."""
    app.consumer_generation_id = 1
    app.flow_control.resume()
    app.ids = {"articles": "its id"}
    reader.resume_flow()
    app._consumer = reader
    return reader


async def turns(consumer: Consumer, *offsets: int) -> list[bool]:
    return [await consumer.its_turn(record(offset)) for offset in offsets]


async def test_records_that_faust_left_out_are_read_again_from_what_was_committed(
    flowing: Consumer, thread: Thread
) -> None:
    thread.committed[ARTICLES] = OffsetAndMetadata(3, "its id")

    assert await turns(flowing, 5, 6, 3, 4, 5) == [False, False, True, True, True]
    assert thread.sought == [{ARTICLES: 3}]


async def test_what_the_topics_retention_took_is_told_of_and_passed_over(
    flowing: Consumer, thread: Thread
) -> None:
    thread.earliest = 5
    with capture_logs() as logs:
        assert await turns(flowing, 5, 5, 5, 5, 6) == [False, False, False, True, True]
    gone = [(log["due"], log["upto"]) for log in logs if log["log_level"] == "error"]
    assert gone == [(0, 5)]
    assert thread.sought == [{ARTICLES: 0}] * 3


@pytest.mark.parametrize(
    ("noted", "first"), [("its id", 7), ("", 7), ("that of the topic before", 0)]
)
async def test_what_was_committed_of_a_topic_that_is_no_more_counts_for_nothing(
    flowing: Consumer, thread: Thread, noted: str, first: int
) -> None:
    """Offsets without an id are from before there were ids."""
    thread.committed[ARTICLES] = OffsetAndMetadata(7, noted)

    begun = [offset for offset in range(9) if await flowing.its_turn(record(offset))]

    assert begun == [*range(first, 9)]


async def commit(consumer: Consumer) -> bool:
    """As Faust does it every half a second."""
    offsets = {tp: consumer._new_offset(tp) or 0 for tp in consumer._filter_tps_with_pending_acks()}
    return await consumer._commit(offsets)


async def test_what_was_begun_is_committed_up_to_the_first_that_is_not_done(
    flowing: Consumer, thread: Thread
) -> None:
    thread.committed[ARTICLES] = OffsetAndMetadata(3, "its id")
    await turns(flowing, 3, 4, 5)

    for done, offset in ((4, 3), (3, 5)):
        flowing.done(record(done))
        assert await commit(flowing)
        assert thread.committed == {ARTICLES: OffsetAndMetadata(offset, "its id 5 6000")}


async def test_what_is_given_up_before_it_is_committed_ends_nobody(
    flowing: Consumer, thread: Thread
) -> None:
    """Whoever has it now reads it again."""
    await turns(flowing, 0)
    flowing.done(record(0))

    thread.meanwhile = thread.held.clear

    assert not await commit(flowing)


async def test_a_record_of_partitions_that_were_given_up_is_left_to_whoever_has_them(
    app: Application, flowing: Consumer, thread: Thread
) -> None:
    def rebalanced() -> None:
        app.consumer_generation_id = 2

    stale = await flowing.its_turn(record(0, generation=0))
    thread.meanwhile = rebalanced  # while the broker is asked what is committed

    assert (stale, await flowing.its_turn(record(0))) == (False, False)
    assert await flowing.its_turn(record(0, generation=2))


async def test_what_is_read_again_after_a_rebalance_is_worked_on_again(
    app: Application, flowing: Consumer
) -> None:
    await turns(flowing, 0, 1)
    await flowing.on_partitions_revoked({ARTICLES})
    assert list(flowing._filter_tps_with_pending_acks()) == []

    app.consumer_generation_id = 2

    assert await flowing.its_turn(record(0, generation=2))


async def looks(consumer: Consumer, thread: Thread, how_many: int = 2) -> list[Mapping[TP, int]]:
    """What is read again when somebody looks so often whether all partitions move."""
    for _look in range(how_many):
        await consumer.unstick()
    return thread.sought


async def test_a_partition_that_stood_still_from_one_look_to_the_next_is_read_again(
    flowing: Consumer, thread: Thread
) -> None:
    await turns(flowing, 0)
    flowing.done(record(0))

    assert await looks(flowing, thread, 1) == []
    assert await looks(flowing, thread, 1) == [{ARTICLES: 1}]


async def test_nothing_is_read_again_where_a_record_is_worked_on(
    flowing: Consumer, thread: Thread
) -> None:
    await turns(flowing, 0)
    assert await looks(flowing, thread) == []


async def test_nor_where_all_is_read(flowing: Consumer, thread: Thread) -> None:
    thread.ends[ARTICLES] = 1
    await turns(flowing, 0)
    flowing.done(record(0))
    assert await looks(flowing, thread) == []


async def test_nor_where_what_was_read_waits_for_its_stage(
    flowing: Consumer, thread: Thread
) -> None:
    flowing._buffered_partitions = {ARTICLES}
    assert await looks(flowing, thread) == []


async def test_nor_while_tables_are_recovered(flowing: Consumer, thread: Thread) -> None:
    flowing.app.in_recovery = True
    assert await looks(flowing, thread) == []


async def test_a_topic_made_anew_is_read_from_its_beginning_before_any_record_came_of_it(
    flowing: Consumer, thread: Thread
) -> None:
    """Faust goes by the old topic's offset, behind all records that the new one has."""
    thread.ends[ARTICLES] = 2
    thread.committed[ARTICLES] = OffsetAndMetadata(7, "that of the topic before")
    flowing._committed_offset[ARTICLES] = 7

    assert await looks(flowing, thread) == [{ARTICLES: 0}]
    await flowing.on_partitions_revoked({ARTICLES})
    flowing._committed_offset[ARTICLES] = 7
    assert await looks(flowing, thread) == [{ARTICLES: 0}] * 2


async def test_a_record_waits_for_room_only_until_partitions_change_hands(
    app: Application, flowing: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is handed on while a rebalance waits for it would hold the rebalance up."""
    handed: list[int] = []
    room = asyncio.Event()

    async def stage(message: Any) -> None:
        await room.wait()
        handed.append(message.offset)

    monkeypatch.setattr(flowing, "callback", stage)
    monkeypatch.setattr(app, "has_room", room.is_set)
    waiting = asyncio.create_task(flowing._hand_on(record(0)))
    await asyncio.wait([waiting], timeout=0.01)
    assert not waiting.done()
    flowing.suspend_flow.set()
    await asyncio.wait_for(waiting, 5)
    assert handed == []

    flowing.suspend_flow.clear()
    room.set()
    await flowing._hand_on(record(1))
    assert handed == [1]


async def test_once_a_log_was_seen_to_have_lost_its_end_nothing_more_is_begun_or_committed(
    flowing: Consumer, thread: Thread
) -> None:
    await turns(flowing, 0, 1)
    thread.ends[ARTICLES] = 1

    await flowing.unstick()
    flowing.done(record(0))
    await commit(flowing)

    assert flowing.lost_an_end
    assert thread.committed == {ARTICLES: OffsetAndMetadata(0, "its id~1")}
    assert await turns(flowing, 2) == [False]


@pytest.mark.parametrize("end", [0, 1], ids=["all is there", "its latest is not of its time"])
async def test_a_loss_that_the_broker_tells_of_is_not_believed_where_reading_shows_none(
    flowing: Consumer, thread: Thread, end: int
) -> None:
    await turns(flowing, 0, 1)
    thread.ends[ARTICLES], thread.reach[ARTICLES] = end, 100

    await flowing.unstick()

    assert not flowing.lost_an_end
    assert await turns(flowing, 2) == [True]


class Turned(Epochs):
    """Something else may begin at this offset."""

    def __init__(self, offset: int) -> None:
        super().__init__()
        self._turns = {(ARTICLES, offset)}


@pytest.mark.parametrize(
    ("end", "begun"), [(100, [True, True]), (1, [False, False])], ids=["all is there", "it is not"]
)
async def test_where_another_leader_begins_the_log_is_looked_at_before_more_is_begun(
    flowing: Consumer, thread: Thread, end: int, begun: list[bool]
) -> None:
    await turns(flowing, 0, 1)
    flowing.epochs, thread.ends[ARTICLES] = Turned(2), end

    assert await turns(flowing, 2, 3) == begun
    assert flowing.lost_an_end is not begun[0]
    assert bool(flowing.epochs.turns(ARTICLES, 2)) is not begun[0]


async def test_what_the_broker_does_not_say_of_a_log_is_asked_again(
    flowing: Consumer, thread: Thread
) -> None:
    async def away(*_partitions: TP) -> Mapping[TP, int]:
        raise KafkaTimeoutError

    await turns(flowing, 0, 1)
    answers, flowing.epochs = thread.highwaters, Turned(2)
    thread.highwaters = away  # type: ignore[method-assign]
    assert await turns(flowing, 2) == [False]

    thread.highwaters = answers  # type: ignore[method-assign]
    assert await turns(flowing, 2) == [True]
    assert not flowing.lost_an_end


async def test_a_broker_whose_topics_have_no_ids_is_not_asked_where_its_logs_end(
    flowing: Consumer, thread: Thread
) -> None:
    flowing.app.ids = {}
    await turns(flowing, 0, 1)
    thread.ends[ARTICLES] = 1

    await flowing.unstick()

    assert not flowing.lost_an_end


async def test_a_client_that_knows_no_place_to_read_at_yet_ends_nobody(
    flowing: Consumer, thread: Thread
) -> None:
    def unknown(_now: float, _tp: TP) -> None:
        raise AssertionError  # as aiokafka's does, of which Faust asks the position

    thread.verify_event_path = unknown  # type: ignore[attr-defined]
    flowing._active_partitions = {ARTICLES}

    await flowing.verify_all_partitions_active()


async def test_changelogs_are_nobodys_backlog(flowing: Consumer, thread: Thread) -> None:
    changelog = TP(flowing.app.Table("a", key_type=bytes, value_type=bytes).changelog_topic_name, 0)
    thread.held, thread.ends = {ARTICLES, changelog}, {ARTICLES: 100, changelog: 100}
    flowing._committed_offset[ARTICLES] = 40

    assert list(flowing.lags()) == [("articles", 0, 60)]
    assert flowing.held("articles") == {0}


def kept_out(thread: Thread, check: Callable[[], Awaitable[None]]) -> None:
    """The thread's client cannot join its group, and says so when it is asked."""
    thread._consumer = SimpleNamespace(_coordinator=SimpleNamespace(check_errors=check))


async def test_what_keeps_a_member_out_of_its_group_is_raised(
    reader: Consumer, thread: Thread
) -> None:
    async def refused() -> None:
        raise GroupAuthorizationFailedError("newswatch-processors")

    kept_out(thread, refused)

    with pytest.raises(GroupAuthorizationFailedError):
        await reader.complain()


async def test_nobody_waits_for_what_a_thread_says_that_has_ended(
    reader: Consumer, thread: Thread, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(consumer, "SAID_WITHIN", 0.01)
    kept_out(thread, never)

    await reader.complain()
