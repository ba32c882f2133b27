"""A real broker for the tests that need one, started once a session, however many run side by side.

KAFKA_BOOTSTRAP_SERVERS set ─▶ that one
Java 17 and Maven           ─▶ Apache Kafka on free ports, its data in a temporary folder
neither, at home            ─▶ the fallback; tests marked `kafka` are skipped, with the reason
neither, in CI              ─▶ the run fails
"""

import os
import signal
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from deploy.local.apache import start_apache
from deploy.local.broker import given
from deploy.local.jars import Unavailable
from deploy.local.node import Broker, Kind
from deploy.local.tansu import start_tansu
from shared.kafka import Kafka
from shared.topics import every_topic
from tests.measured import measured, pytest_terminal_summary
from tests.shared_broker import one_for_all
from tests.side_by_side import pytest_xdist_make_scheduler

# what pytest finds here
__all__ = ["measured", "pytest_terminal_summary", "pytest_xdist_make_scheduler"]

settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")  # no test is about time


def pytest_configure() -> None:
    """A run that is told to end stops what it started, as after Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Broker]:
    """A broker: `.servers` to connect to, `.kind` to tell which."""
    broker = given(os.environ)
    if broker:
        yield broker
        return
    own = tmp_path_factory.getbasetemp()
    home = (own if worker_id == "master" else own.parent) / "broker"
    with one_for_all(home, lambda: _started(home)) as broker:
        yield broker


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


def _started(home: Path) -> Broker:
    try:
        return start_apache(home)
    except Unavailable as why:
        if os.environ.get("CI"):
            pytest.fail(f"CI must have Apache Kafka: {why}")
        print(f"\nApache Kafka cannot run here: {why}; using the fallback", file=sys.stderr)
        return start_tansu(home)
