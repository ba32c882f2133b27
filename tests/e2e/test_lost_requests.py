"""A network that swallows what is sent, without a word: connections stay open, nobody answers."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.items import stories
from tests.e2e.wire import PRODUCE, Point, Watched, When
from tests.e2e.world import World, world
from tests.eventually import eventually
from tests.ports import free_port

pytestmark = pytest.mark.kafka

TAGGED = Point(PRODUCE, (b"articles.tagged",), When.LOST)
ITEM = stories()[0]


@pytest.fixture
def running(watched: Watched, namespace: str, tmp_path: Path) -> Iterator[World]:
    with world(watched.servers, namespace, tmp_path, (free_port() for _ in range(3))) as here:
        here.start()
        yield here


def _lost(watched: Watched, running: World) -> None:
    """The processors have sent the item on, and will hear no more of it by this connection."""
    lost = watched.wire.arm(TAGGED, lambda: None)
    running.feed.items.append(ITEM)
    eventually("the request is lost", lost.is_set, why=running.logs)


@pytest.mark.slow  # a minute
def test_a_lost_request_is_sent_again_by_itself(watched: Watched, running: World) -> None:
    _lost(watched, running)

    running.wait_told(ITEM)
    assert len(running.sink.received) == 1


def test_told_to_stop_meanwhile_the_processors_end_well_and_the_next_tells_the_story(
    watched: Watched, running: World
) -> None:
    _lost(watched, running)
    processors = running.services["processors"]
    assert processors.process

    processors.process.send_signal(signal.SIGTERM)

    assert processors.process.wait(timeout=15) == 0
    processors.start()
    processors.wait_ready()
    running.wait_told(ITEM)
    assert len(running.sink.received) == 1
