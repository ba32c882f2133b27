"""A holder that reaches the broker, but not its group's coordinator: nobody is told twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.apache import start_apache
from deploy.local.jars import Unavailable
from shared.identity import alert_id
from shared.kafka import Kafka
from shared.topics import every_topic
from tests.e2e.wire import OF_GROUPS, Watched, Wire
from tests.integration.alerting.servers import always, serving
from tests.integration.alerting.service import (
    alerting,
    heard,
    ledger,
    publish,
    until,
    webhook,
)
from tests.ports import free_port
from tests.unit.alerting.stories import story_event

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

WAITS = '[[route]]\nname = "all"\nreceivers = ["desk"]\ngroup_by = ["story"]\ngroup_wait = "5s"\n'


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """The wire is before one of the broker's two doors."""
    listens, known = free_port(), free_port()
    try:
        broker = start_apache(tmp_path / "broker", behind=(listens, known))
    except Unavailable as why:
        pytest.skip(f"needs Apache Kafka itself: {why}")
    wire = Wire(known, listens)
    yield Watched(broker.servers, wire, behind=f"127.0.0.1:{known}")
    wire.close()
    broker.stop()


def test_what_another_has_told_meanwhile_is_not_told_again(
    watched: Watched, namespace: str, tmp_path: Path
) -> None:
    news = [story_event("en", number) for number in range(8)]
    cluster = Kafka(watched.servers, namespace)
    cluster.create_topics(every_topic(), partitions=2)
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    with serving(always(204)) as desk:
        says = webhook("desk", desk.url)
        with alerting(one, watched.behind, namespace, says, WAITS):
            until(heard(one, '"holds"'), "the first to hold the receiver")
            with alerting(two, watched.servers, namespace, says, WAITS):
                until(heard(two, '"stands by"'), "the second to stand by")
                publish(cluster, news)
                until(lambda: len(ledger(cluster)) == len(news), "all to wait")
                watched.wire.swallowed = OF_GROUPS
                until(lambda: len(set(desk.ids)) == len(news), "the second to tell it")
                watched.wire.swallowed = frozenset()
                until(heard(one, '"stands by"'), "the first to notice")
        got = Counter(desk.ids)
    assert heard(two, '"holds"')()
    assert got == {alert_id(event.id, "desk"): 1 for event in news}
