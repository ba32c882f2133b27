"""When the consumer of the processors may go on reading elsewhere."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any

import pytest
from faust.types import TP

from services.processors.application import application
from services.processors.consumer import Consumer
from services.processors.settings import ProcessorsSettings

CHANGELOG = TP("a-changelog", 0)


class Thread:
    """In the place of Faust's thread: a reading lasts until the test ends it."""

    def __init__(self) -> None:
        self.read = asyncio.Event()
        self.over = asyncio.Event()
        self.sought: list[Mapping[TP, int]] = []
        self.asked: Collection[TP] | None = None

    async def getmany(self, partitions: Collection[TP], _timeout: float) -> dict[TP, list[Any]]:
        self.read.set()
        await self.over.wait()
        self.asked = partitions
        return {}

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        self.sought.append(partitions)


def consumer(thread: Thread) -> Consumer:
    app = application(ProcessorsSettings(KAFKA_BOOTSTRAP_SERVERS="localhost:1"), {})
    made: Consumer = app.transport.create_consumer(
        callback=app.topics.on_message,
        on_partitions_revoked=lambda _revoked: None,
        on_partitions_assigned=lambda _assigned, _generation: None,
    )
    made._thread = thread
    return made


@pytest.mark.asyncio
async def test_a_recovery_sets_out_once_what_was_being_read_before_the_rebalance_is_over() -> None:
    """Else that reading takes the changelog's first records, and drops them."""
    thread = Thread()
    reader = consumer(thread)
    reading = asyncio.create_task(reader._getmany({TP("articles", 0)}, 1.0))
    await thread.read.wait()
    reader.stop_flow()

    seeking = asyncio.create_task(reader.seek_wait({CHANGELOG: 5}))
    await asyncio.wait([seeking], timeout=0.05)
    before = list(thread.sought)
    thread.over.set()
    await asyncio.gather(reading, seeking)

    assert (before, thread.sought) == ([], [{CHANGELOG: 5}])


@pytest.mark.asyncio
async def test_while_records_flow_a_partition_is_read_again_at_once() -> None:
    thread = Thread()
    reader = consumer(thread)
    reading = asyncio.create_task(reader._getmany({TP("articles", 0)}, 1.0))
    await thread.read.wait()

    await reader.seek_wait({TP("articles", 0): 7})

    assert thread.sought == [{TP("articles", 0): 7}]
    thread.over.set()
    await reading


@pytest.mark.asyncio
async def test_a_reading_keeps_to_the_partitions_that_it_was_begun_for() -> None:
    """Faust takes them away meanwhile, and aiokafka understands none as all."""
    thread, partitions = Thread(), {TP("articles", 0)}
    reading = asyncio.create_task(consumer(thread)._getmany(partitions, 1.0))
    await thread.read.wait()

    partitions.clear()
    thread.over.set()
    await reading

    assert thread.asked == {TP("articles", 0)}


@pytest.mark.asyncio
async def test_who_is_told_to_stop_while_partitions_change_hands_does_not_call_it_a_crash() -> None:
    app = application(ProcessorsSettings(KAFKA_BOOTSTRAP_SERVERS="localhost:1"), {})
    app.rebalancing = True
    app.consumer.stop_flow()
    await app._fetcher.start()
    await asyncio.sleep(0.05)

    await app._fetcher.stop()

    assert not app._fetcher.crashed
