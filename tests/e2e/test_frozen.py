"""A processor that was frozen past its session says nothing more when it wakes."""

import signal

import pytest

from services.processors.end import FATAL
from tests.e2e.items import stories
from tests.e2e.world import World
from tests.ports import free_port

pytestmark = pytest.mark.kafka  # the fallback does not miss a member that is silent


def test_another_tells_meanwhile_and_the_one_that_wakes_ends_itself(running: World) -> None:
    items = stories()
    first = running.services["processors"]
    second = running.another("processors", free_port())
    second.start()
    second.wait_ready()
    running.feed.items += items[:4]
    for item in items[:4]:
        running.wait_told(item)

    assert first.process
    first.process.send_signal(signal.SIGSTOP)
    running.feed.items += items[4:12]
    for item in items[4:12]:
        running.wait_told(item)
    first.process.send_signal(signal.SIGCONT)

    assert first.wait_ended() == FATAL
    assert "was frozen" in first.tail()
    first.start()
    first.wait_ready()
    running.feed.items += items[12:16]
    for item in items[12:16]:
        running.wait_told(item)
    assert sorted(alert.article for alert in running.sink.received) == sorted(
        running.feed.article(item) for item in items[:16]
    )
