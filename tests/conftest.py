"""A real broker for the tests that need one, started once a session.

KAFKA_BOOTSTRAP_SERVERS set ─▶ that one
Java 17 and Maven           ─▶ Apache Kafka on free ports, its data in a temporary folder
neither, at home            ─▶ the fallback; tests marked `kafka` are skipped, with the reason
neither, in CI              ─▶ the run fails
"""

import os
import sys
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import settings

from deploy.local.apache import start_apache
from deploy.local.broker import given
from deploy.local.jars import Unavailable
from deploy.local.node import Broker, Kind
from deploy.local.tansu import start_tansu
from shared.kafka import Kafka
from shared.topics import every_topic

settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")  # no test is about time


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A broker: `.servers` to connect to, `.kind` to tell which."""
    broker = given(os.environ) or _started(tmp_path_factory)
    yield broker
    broker.stop()


@pytest.fixture
def namespace() -> str:
    """A prefix for topics and groups that no other test has."""
    return f"t{uuid.uuid4().hex[:10]}."


@pytest.fixture
def cluster(kafka: Broker, namespace: str) -> Kafka:
    """The one door to Kafka, in a fresh namespace with every topic created, 2 partitions each."""
    door = Kafka(kafka.servers, namespace)
    door.create_topics(every_topic(), partitions=2)
    return door


@pytest.fixture(autouse=True)
def _apache_where_asked(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("kafka"):
        broker: Broker = request.getfixturevalue("kafka")
        if broker.kind is Kind.FALLBACK:
            pytest.skip("needs Apache Kafka itself: see the warning above for what is missing")


def _started(tmp_path_factory: pytest.TempPathFactory) -> Broker:
    home = tmp_path_factory.mktemp("broker")
    try:
        return start_apache(home)
    except Unavailable as why:
        if os.environ.get("CI"):
            pytest.fail(f"CI must have Apache Kafka: {why}")
        print(f"\nApache Kafka cannot run here: {why}; using the fallback", file=sys.stderr)
        return start_tansu(home)
