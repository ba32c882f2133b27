"""Partitions that somebody adds while processors run: they end before a key moves to another."""

import asyncio

import pytest
from kafka.admin import KafkaAdminClient, NewPartitions
from prometheus_client import CollectorRegistry

from deploy.local.node import Broker
from services.processors import app as the_shell
from services.processors import application
from services.processors.app import Shell
from services.processors.metrics import Metrics
from services.processors.settings import ProcessorsSettings
from services.processors.stages import Effects, Incoming, StageOutcome
from shared.kafka import Kafka
from shared.topics import ARTICLES_MATCHED, STORIES_TABLE, every_topic

pytestmark = pytest.mark.kafka


class Pass:
    """A stage that does nothing."""

    def __call__(self, incoming: Incoming) -> Effects:
        return Effects(outcome=StageOutcome.PASSED, lane=incoming.lane)

    def recovered(self) -> None:
        """There is nothing to drop."""


class Ended(BaseException):
    """What ends a process, where the test is the process."""


def end() -> None:
    raise Ended


async def test_a_processor_ends_when_its_topic_has_more_partitions_than_its_memory(
    kafka: Broker, cluster: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(the_shell, "die", end)
    monkeypatch.setattr(the_shell, "STANDING", 0.5)
    monkeypatch.setattr(application, "METADATA_AGE_MS", 500)
    settings = ProcessorsSettings(
        KAFKA_BOOTSTRAP_SERVERS=kafka.servers, NEWSWATCH_NAMESPACE=cluster.namespace
    )
    ids = {cluster.name(topic): own for topic, own in cluster.ids(every_topic()).items()}
    shell, ready = Shell(settings, Metrics(CollectorRegistry()), ids), asyncio.Event()
    shell.run_stage("pass", ARTICLES_MATCHED, Pass(), shell.table(STORIES_TABLE, 2))
    running = asyncio.create_task(shell.run_until(asyncio.Event(), ready=ready.set, look=bool))
    await ready.wait()

    await asyncio.to_thread(add_one, cluster)

    with pytest.raises(Ended):
        await running
    await shell.app.stop()  # its threads go on where the process does


def add_one(cluster: Kafka) -> None:
    admin = KafkaAdminClient(bootstrap_servers=cluster.servers)
    admin.create_partitions({cluster.name(ARTICLES_MATCHED): NewPartitions(3)})
    admin.close()
