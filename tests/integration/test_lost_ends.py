"""Logs that end sooner than they were read, as after a loss of power, and have gone on since."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
import stamina
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import CoordinatorNotAvailableError
from kafka.structs import OffsetAndMetadata
from prometheus_client import CollectorRegistry

from deploy.local.apache import start_apache
from deploy.local.jars import Unavailable
from deploy.local.node import Broker
from services.processors import app as the_shell
from services.processors.app import Shell
from services.processors.metrics import Metrics
from services.processors.note import Mark, Note, noted
from services.processors.settings import ProcessorsSettings
from services.processors.stages import Effects, Incoming, StageOutcome
from shared.kafka import Kafka
from shared.place import Place
from shared.topics import ARTICLES_RAW, PROCESSORS_ID, every_topic
from tests.cut import lost_power
from tests.eventually import eventually
from tests.ports import free_port

pytestmark = pytest.mark.kafka

HELD = [b"%d" % number for number in range(10)]


class Keep:
    """A stage that keeps what it is given."""

    def __init__(self) -> None:
        self.given: list[Incoming] = []

    def __call__(self, incoming: Incoming) -> Effects:
        self.given.append(incoming)
        return Effects(outcome=StageOutcome.PASSED, lane=incoming.lane)

    def recovered(self) -> None:
        """There is nothing to drop."""

    @property
    def values(self) -> list[bytes | None]:
        return [incoming.value for incoming in self.given]


class Ended(BaseException):
    """What ends a process, where the test is the process."""


def end() -> None:
    raise Ended


async def never() -> None:
    """The look that comes every ten seconds."""


def written(cluster: Kafka, values: Sequence[bytes] = HELD) -> list[Mark]:
    """These are in the topic's first partition: where, and when they were written."""
    producer, name = cluster.producer(), cluster.name(ARTICLES_RAW)
    sent = [producer.send(name, value=value, partition=0).get(timeout=30) for value in values]
    producer.close()
    return [Mark(one.offset, one.timestamp) for one in sent]


@stamina.retry(on=CoordinatorNotAvailableError, timeout=60, attempts=None)  # a new broker has none
def commit(cluster: Kafka, offset: int, mark: Mark | None) -> None:
    """As a processor did that had read so far, up to this record."""
    with admin(cluster) as client:
        note = Note(cluster.ids([ARTICLES_RAW])[ARTICLES_RAW], mark=mark)
        offsets = {place(cluster): OffsetAndMetadata(offset, str(note), -1)}
        client.alter_group_offsets(cluster.namespace + PROCESSORS_ID, offsets)


def committed(cluster: Kafka) -> tuple[int, Note]:
    with admin(cluster) as client:
        group = cluster.namespace + PROCESSORS_ID
        found = client.list_group_offsets([group])[group][place(cluster)]
        return found.offset, noted(found.metadata)


@contextmanager
def admin(cluster: Kafka) -> Iterator[KafkaAdminClient]:
    client = KafkaAdminClient(bootstrap_servers=cluster.servers)
    yield client
    client.close()


def place(cluster: Kafka) -> TopicPartition:
    return TopicPartition(cluster.name(ARTICLES_RAW), 0)


@asynccontextmanager
async def reading(broker: Broker, cluster: Kafka) -> AsyncIterator[tuple[Shell, Keep]]:
    """A processor that reads the topic until it ends itself, or else until the test is over."""
    settings = ProcessorsSettings(
        KAFKA_BOOTSTRAP_SERVERS=broker.servers, NEWSWATCH_NAMESPACE=cluster.namespace
    )
    ids = {cluster.name(topic): own for topic, own in cluster.ids(every_topic()).items()}
    shell, stage = Shell(settings, Metrics(CollectorRegistry()), ids), Keep()
    shell.run_stage("keep", ARTICLES_RAW, stage)
    stop, ready = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(shell.run_until(stop, ready=ready.set, look=bool))
    await ready.wait()
    yield shell, stage
    if the_shell.die is not end:
        stop.set()
    try:
        await running
    except Ended:  # its threads go on where the process does
        await shell.app.stop()


@pytest.mark.parametrize(
    ("offset", "read"),
    [(12, 11), (12, None), (5, 4)],
    ids=["it ends sooner", "it ends sooner than an earlier version read", "it has gone on since"],
)
async def test_what_took_the_place_of_what_was_lost_is_read(
    kafka: Broker, cluster: Kafka, offset: int, read: int | None
) -> None:
    first, *_ = written(cluster)
    commit(cluster, offset, None if read is None else Mark(read, first.time - 1))

    async with reading(kafka, cluster) as (_, stage):
        await asyncio.to_thread(eventually, "all is read", lambda: stage.values == HELD)

    assert {incoming.origin.partition("-")[0][-2:] for incoming in stage.given} == {"~1"}
    begun, note = committed(cluster)
    assert (begun, note.ends) == (len(HELD), 1)


async def test_of_a_log_that_has_all_that_was_read_nothing_is_read_again(
    kafka: Broker, cluster: Kafka
) -> None:
    *_, last, _ = written(cluster)
    commit(cluster, last.offset + 1, last)

    async with reading(kafka, cluster) as (_, stage):
        await asyncio.to_thread(eventually, "the rest is read", lambda: stage.values)

    assert stage.values == HELD[-1:]
    assert committed(cluster)[1].ends == 0


def test_a_log_that_a_stand_in_says_ends_sooner_has_all_that_can_be_read(
    cluster: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    def six(_consumer: object, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, 6)

    places = [Place(0, *mark) for mark in written(cluster)]
    monkeypatch.setattr(KafkaConsumer, "end_offsets", six)
    assert cluster.lost(ARTICLES_RAW, places) == frozenset()


def test_a_place_is_lost_where_another_record_stands_or_none(cluster: Kafka) -> None:
    places = [Place(0, *mark) for mark in written(cluster)]
    with admin(cluster) as client:
        client.delete_records({place(cluster): 4})
    others = [one._replace(time=one.time - 1) for one in places]
    beyond, elsewhere = Place(0, len(HELD), 1), Place(99, 0, 1)

    asked = [*places, *others, beyond, elsewhere]
    assert cluster.lost(ARTICLES_RAW, asked) == {*others[4:], beyond}, "or is too old, or nowhere"


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [False, True], ids=["it ends sooner", "it has gone on since"])
async def test_what_a_broker_lost_is_seen_before_anything_more_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, hidden: bool
) -> None:
    """It is back, and has as many new records, before who reads is there and would look."""
    monkeypatch.setattr(the_shell, "die", end)
    home = tmp_path / "broker"
    try:
        broker = await asyncio.to_thread(start_apache, home)
    except Unavailable as why:
        pytest.skip(f"Apache Kafka cannot run here: {why}")
    log, others = f"{ARTICLES_RAW.name}-0", [b"other %d" % number for number in range(9)]
    try:
        cluster = Kafka(broker.servers)
        await asyncio.to_thread(cluster.create_topics, every_topic(), partitions=1)
        async with reading(broker, cluster) as (shell, stage):
            await asyncio.to_thread(written, cluster)
            await asyncio.to_thread(eventually, "all is read", lambda: stage.values == HELD)
            monkeypatch.setattr(shell.app.consumer, "_look_at_ends", never)
            broker = await asyncio.to_thread(
                lost_power, broker, home, {log: 4}, port=free_port() if hidden else 0
            )
            if hidden:
                await asyncio.to_thread(written, Kafka(broker.servers), others)
                await asyncio.to_thread(broker.stop)
                port = int(cluster.servers.rpartition(":")[2])
                broker = await asyncio.to_thread(start_apache, home, port=port)
            await asyncio.to_thread(written, cluster, [b"last"])
            reader = shell.app.consumer
            await asyncio.to_thread(eventually, "it is seen", lambda: reader.lost_an_end, 60)
        assert stage.values == HELD, "and nothing was begun that came after"
        begin, note = await asyncio.to_thread(committed, cluster)
        assert (begin, note.ends) == (0, 1)
    finally:
        await asyncio.to_thread(broker.stop)


async def test_a_processor_that_sees_it_while_it_runs_leaves_it_to_be_read_again(
    kafka: Broker, cluster: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(the_shell, "die", end)
    monkeypatch.setattr(the_shell, "STANDING", 0.5)
    async with reading(kafka, cluster) as (shell, stage):
        first, *_ = written(cluster)
        await asyncio.to_thread(eventually, "all is read", lambda: stage.values == HELD)
        notes = shell.app.consumer._notes
        (part,) = notes
        notes[part] = Note(notes[part].topic, mark=Mark(7, first.time - 1))

    begin, note = committed(cluster)
    assert (begin, note.ends) == (0, 1)
