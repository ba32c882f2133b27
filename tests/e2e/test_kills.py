"""kill -9 of every service at the moments that matter: nothing lost, nobody told twice.

Each point of the table is a moment on the wire between a process and what it writes to. A story is
published, the process dies at that very moment, a new one is started, and the story must arrive.
At the end the books are balanced: every story told, under one id each; resends carry the same id.
"""

import json
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.e2e.items import look_alikes, stories
from tests.e2e.wire import OFFSET_COMMIT, PRODUCE, Point, Watched, When
from tests.e2e.world import Item, Received, Service, World, world
from tests.eventually import eventually
from tests.measured import Measured
from tests.ports import free_port

pytestmark = pytest.mark.kafka


def _produce(*topics: str) -> tuple[int, tuple[bytes, ...]]:
    return PRODUCE, tuple(topic.encode() for topic in topics)


def _commit(group: str) -> tuple[int, tuple[bytes, ...]]:
    return OFFSET_COMMIT, (group.encode(),)


ON_THE_WIRE = [
    (service, what, Point(api, about, when))
    for service, what, (api, about) in (
        ("fetcher", "the article", _produce("articles.raw")),
        ("fetcher", "the feed's state", _produce("feeds.state")),
        ("processors", "the table 'seen'", _produce("seen-changelog")),
        ("processors", "the tagged article", _produce("articles.tagged")),
        ("processors", "the match", _produce("articles.matched")),
        ("processors", "the table 'stories'", _produce("stories-changelog")),
        ("processors", "the story event", _produce("stories.events")),
        ("processors", "the commit", _commit("newswatch-processors")),
        ("alerting", "the ledger", _produce("deliveries")),
        ("alerting", "the commit", _commit("alerting-sink")),
    )
    for when in (When.BEFORE, When.AFTER)
]


SHORT_FORM = [
    point
    for point in ON_THE_WIRE
    if (point[1], point[2].when)
    in {
        ("the article", When.AFTER),
        ("the table 'seen'", When.AFTER),  # the trap: table written, output not
        ("the match", When.BEFORE),
        ("the table 'stories'", When.AFTER),
        ("the story event", When.AFTER),
        ("the ledger", When.BEFORE),
    }
]


@pytest.mark.parametrize(
    "points",
    [
        pytest.param(SHORT_FORM, id="short-form"),
        pytest.param(ON_THE_WIRE, id="every-point", marks=pytest.mark.slow),
    ],
)
def test_a_kill_at_any_moment_loses_nothing_and_tells_nobody_twice(
    watched: Watched,
    namespace: str,
    tmp_path: Path,
    points: list[tuple[str, str, Point]],
    measured: Measured,
) -> None:
    ports = (free_port() for _ in range(3))
    *items, last = stories()[: len(points) + 1]
    with world(watched.servers, namespace, tmp_path, ports) as running:
        running.start()
        running.feed.items += look_alikes()
        for item, (name, what, point) in zip(items, points, strict=True):
            service = running.services[name]
            died = watched.wire.arm(point, service.kill)
            running.feed.items.append(item)
            eventually(f"{name} dies {point.when} {what}", died.is_set)
            _again(service)
            running.wait_told(item)
        _killed_while_the_receiver_has_it(running, last)
        books = _books(running, [*items, last])
        audit = running.audit()
    measured(json.dumps(books))
    assert books["lost"] == 0
    assert books["extra"] == 0
    assert books["resent"] <= books["kills"]
    assert not [fault for row in audit.values() for fault in row["faults"]]


def _again(service: Service) -> None:
    service.start()
    service.wait_ready()


def _killed_while_the_receiver_has_it(running: World, item: Item) -> None:
    """The one window that cannot be closed: the POST arrived, we died before writing it down."""
    alerting, article = running.services["alerting"], running.feed.article(item)
    died = threading.Event()

    def kill(alert: Received) -> None:
        if alert.article == article and not died.is_set():  # not an earlier one, sent again
            alerting.kill()
            died.set()

    running.sink.before_answer = kill
    running.feed.items.append(item)
    eventually("alerting dies while the receiver has the alert", died.is_set, why=running.logs)
    _again(alerting)
    eventually("the alert is sent again", lambda: len(running.told(item)) > 1)


def _books(running: World, items: list[Item]) -> dict[str, int]:
    """What was received, against what was published. Extra: another id, or not one of ours."""
    sent = Counter(alert.id for alert in running.sink.received)
    ids = [{alert.id for alert in running.told(item)} for item in items]
    return {
        "kills": len(items),
        "stories": len(items),
        "lost": sum(not found for found in ids),
        "extra": len(sent) - sum(bool(found) for found in ids),
        "resent": sent.total() - len(sent),
    }
