"""A world of real processes, gone after the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.node import Broker
from deploy.local.places import free_port
from tests.e2e.world import World, world


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
