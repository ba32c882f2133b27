"""A world of real processes, gone after the test; where that failed, it shows their logs."""

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from deploy.local.apache import start_apache
from deploy.local.jars import Unavailable
from deploy.local.node import Broker
from tests.e2e.wire import Watched, Wire
from tests.e2e.world import World, world
from tests.ports import free_port

LOGGED = 200
"""Lines of each service's log that are shown."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What pytest says of a test, and what its services logged."""
    report = yield
    here = item.funcargs.get("made")
    if report.failed and isinstance(here, World):
        for service in here.services.values():
            report.sections.append((f"log of {service.name}", service.tail(LOGGED)))
    return report


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """Apache Kafka itself behind a wire."""
    listens, known = free_port(), free_port()
    try:
        broker = start_apache(tmp_path_factory.mktemp("watched"), behind=(listens, known))
    except Unavailable as why:
        pytest.skip(f"needs Apache Kafka itself: {why}")
    wire = Wire(known, listens)
    yield Watched(f"127.0.0.1:{known}", wire)
    wire.close()
    broker.stop()


@pytest.fixture
def made(kafka: Broker, namespace: str, tmp_path: Path) -> Iterator[World]:
    """A world whose services the test starts."""
    ports = (free_port() for _ in range(3))
    with world(kafka.servers, namespace, tmp_path, ports) as here:
        yield here


@pytest.fixture
def running(made: World) -> World:
    """A world whose services are ready."""
    made.start()
    return made
