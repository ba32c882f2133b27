"""When the consumer of the processors may go on reading elsewhere."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

import pytest
from aiokafka.errors import KafkaTimeoutError
from faust.types import TP
from structlog.testing import capture_logs

from services.processors.application import Application
from services.processors.consumer import Consumer

ARTICLES, CHANGELOG = TP("articles", 0), TP("a-changelog", 0)


class Thread:
    """In the place of Faust's thread: a reading lasts until the test ends it."""

    def __init__(self) -> None:
        self.read = asyncio.Event()
        self.over = asyncio.Event()
        self.sought: list[Mapping[TP, int]] = []
        self.asked: Collection[TP] | None = None
        self.earliest = 0

    async def earliest_offsets(self, *partitions: TP) -> Mapping[TP, int]:
        return dict.fromkeys(partitions, self.earliest)

    async def getmany(self, partitions: Collection[TP], _timeout: float) -> dict[TP, list[Any]]:
        self.read.set()
        await self.over.wait()
        self.asked = partitions
        return {}

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        self.sought.append(partitions)


@pytest.fixture
def thread() -> Thread:
    return Thread()


@pytest.fixture
def reader(app: Application, thread: Thread) -> Consumer:
    made: Consumer = app.transport.create_consumer(
        callback=app.topics.on_message,
        on_partitions_revoked=lambda _revoked: None,
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
