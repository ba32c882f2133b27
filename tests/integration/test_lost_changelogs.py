"""Changelogs that are deleted under the processors: what their tables hold is written again.

And changelogs that end with what is no record.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import pytest
from aiokafka import AIOKafkaProducer
from faust.exceptions import ConsistencyError
from prometheus_client import CollectorRegistry

from deploy.local.node import Broker
from services.processors import app as the_shell
from services.processors.app import Shell
from services.processors.end import FATAL
from services.processors.metrics import Metrics
from services.processors.partitions import partition_of
from services.processors.run import _lost
from services.processors.settings import ProcessorsSettings
from services.processors.stages import Effects, Incoming, StageOutcome, Write
from shared.kafka import Kafka
from shared.remade import Guard
from shared.topics import (
    ARTICLES_MATCHED,
    ARTICLES_RAW,
    SEEN_CHANGELOG,
    SEEN_TABLE,
    STORIES_CHANGELOG,
    STORIES_TABLE,
    Topic,
    every_topic,
)
from tests.deleted import deleted, made_anew
from tests.eventually import eventually

pytestmark = pytest.mark.kafka

CHANGELOGS = (SEEN_CHANGELOG, STORIES_CHANGELOG)
REMEMBERED = {f"{number}".encode(): b"what is known of it" for number in range(500)}


class Remember:
    """A stage that remembers each record."""

    def __call__(self, incoming: Incoming) -> Effects:
        write = Write(incoming.key or b"", incoming.value)
        return Effects(outcome=StageOutcome.PASSED, lane=incoming.lane, writes=(write,))

    def recovered(self) -> None:
        """There is nothing to drop."""


class Ended(BaseException):
    """What ends a process, where the test is the process."""


def end() -> None:
    raise Ended


def kept(cluster: Kafka) -> list[dict[bytes, bytes]]:
    """What the changelogs hold."""
    return [cluster.read_compacted(topic) for topic in CHANGELOGS]


@dataclass
class Remembering:
    """Two stages with a table each."""

    shell: Shell
    guard: Guard
    lost: Callable[[frozenset[Topic]], None]
    status: asyncio.Task[int]
    stop: asyncio.Event


async def begun(broker: Broker, cluster: Kafka, *, asked: bool = True) -> Remembering:
    """Ready; where the broker is not `asked`, it does not say in time what is lost."""
    settings = ProcessorsSettings(
        KAFKA_BOOTSTRAP_SERVERS=broker.servers,
        NEWSWATCH_NAMESPACE=cluster.namespace,
        NEWSWATCH_PARTITIONS=5,  # of topics to come; these have 2
    )
    ids = cluster.ids(every_topic())
    by_name = {cluster.name(topic): own for topic, own in ids.items()}
    shell = Shell(settings, Metrics(CollectorRegistry()), by_name)
    stop, ready = asyncio.Event(), asyncio.Event()
    for source, name in ((ARTICLES_RAW, SEEN_TABLE), (ARTICLES_MATCHED, STORIES_TABLE)):
        shell.run_stage(name, source, Remember(), shell.table(name, partitions=2))
    make = partial(cluster.create_topics, partitions=2)
    lost = _lost(shell, stop)
    guard = Guard(cluster, ids, make=make, remade=lost)
    look = partial(guard.look, at_once=True) if asked else bool
    running = asyncio.create_task(shell.run_until(stop, ready=ready.set, look=look))
    await ready.wait()
    return Remembering(shell, guard, lost, running, stop)


async def remember(cluster: Kafka, what: Mapping[bytes, bytes]) -> None:
    """Until it is on the broker that the stages remember this."""
    producer = cluster.producer()
    for source in (ARTICLES_RAW, ARTICLES_MATCHED):
        for key, value in what.items():
            producer.send(cluster.name(source), key=key, value=value)
    producer.close()
    await asyncio.to_thread(eventually, "all is remembered", lambda: kept(cluster) == [what, what])


@asynccontextmanager
async def remembering(
    broker: Broker, cluster: Kafka, *, asked: bool = True
) -> AsyncIterator[Remembering]:
    here = await begun(broker, cluster, asked=asked)
    await remember(cluster, REMEMBERED)
    yield here
    if here.shell.app.crashed:
        await here.shell.app.stop()


async def test_the_end_of_a_transaction_is_not_waited_for_as_if_it_were_a_record(
    kafka: Broker, cluster: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a copy of the topics that another cluster's mirror made, whole or not at all."""
    monkeypatch.setattr(the_shell, "STANDING", 0.5)
    mirror = AIOKafkaProducer(bootstrap_servers=kafka.servers, transactional_id=cluster.namespace)
    await mirror.start()
    async with mirror.transaction():
        for topic in CHANGELOGS:
            for key, value in REMEMBERED.items():
                number = partition_of(key, 2)
                await mirror.send(cluster.name(topic), value, key=key, partition=number)
    await mirror.stop()

    here = await begun(kafka, cluster)

    assert [dict(table) for table in here.shell.app.tables.values()] == [REMEMBERED, REMEMBERED]
    here.stop.set()
    assert await here.status == 0


async def test_a_changelog_that_is_still_gone_when_another_is_there_again_is_missed_in_time(
    kafka: Broker, cluster: Kafka
) -> None:
    async with remembering(kafka, cluster) as here:
        await asyncio.to_thread(made_anew, cluster, CHANGELOGS[:1])
        await asyncio.to_thread(deleted, cluster, CHANGELOGS[1:])
        await asyncio.to_thread(here.guard.look)

        assert await here.status == FATAL
        assert kept(cluster) == [REMEMBERED, REMEMBERED]


async def test_a_faust_that_gave_up_over_a_changelog_leaves_its_tables_to_be_written_again(
    kafka: Broker, cluster: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(the_shell, "die", end)
    async with remembering(kafka, cluster, asked=False) as here:
        await asyncio.to_thread(made_anew, cluster, CHANGELOGS)
        await here.shell.app.crash(ConsistencyError("the changelog is shorter than what was read"))

        with pytest.raises(Ended):
            await here.status
        assert kept(cluster) == [REMEMBERED, REMEMBERED]


async def test_all_is_written_again_where_the_broker_does_not_say_what_else_is_lost(
    kafka: Broker, cluster: Kafka
) -> None:
    async with remembering(kafka, cluster, asked=False) as here:
        await asyncio.to_thread(made_anew, cluster, CHANGELOGS)
        here.lost(frozenset({SEEN_CHANGELOG}))

        assert await here.status == FATAL
        assert kept(cluster) == [REMEMBERED, REMEMBERED]


async def test_nobody_writes_what_it_knew_of_partitions_before_another_had_them(
    kafka: Broker, cluster: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other has written its own again and is gone, and these are just given back."""
    monkeypatch.setattr(the_shell, "die", end)
    monkeypatch.setattr(the_shell, "STANDING", 0.5)
    async with remembering(kafka, cluster, asked=False) as first:
        second = await begun(kafka, cluster)
        now = dict.fromkeys(REMEMBERED, b"what is known of it by now")
        await remember(cluster, now)
        await asyncio.to_thread(made_anew, cluster, CHANGELOGS)
        await asyncio.to_thread(second.guard.look)

        assert await second.status == FATAL
        with pytest.raises(Ended):
            await first.status
        assert kept(cluster) == [now, now]
