"""A burst at a slow receiver and a healthy one: bounded, complete, neither waits for the other."""

import json
import threading
import time
from pathlib import Path

import pytest

from deploy.local.node import Broker
from shared.identity import alert_id
from shared.kafka import Kafka
from shared.records import Outcome
from tests.integration.alerting.servers import Received, always, linked, once, serving, slowly
from tests.integration.alerting.service import alerting, ledger, publish, until, webhook
from tests.unit.alerting.stories import story_event

ANSWERS_AFTER = 0.5
MEMORY = 400
"""Megabytes, far above what it takes and far below what 5,000 held events would."""

FORMS = [
    pytest.param(500, id="short"),
    pytest.param(5000, id="long", marks=[pytest.mark.slow]),
]


@pytest.mark.broker
@pytest.mark.parametrize("count", FORMS)
def test_all_is_told_in_few_messages_where_it_is_slow_and_meanwhile_elsewhere(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path, count: int
) -> None:
    events = [story_event("en", number, others=("tr", "fa")) for number in range(count)]
    elsewhere = threading.Event()
    slowly_then = once(elsewhere, slowly(ANSWERS_AFTER, b"ok"))
    with serving(always(204)) as healthy, serving(slowly_then) as slow:
        receivers = webhook("healthy", healthy.url) + (
            f'[receiver.slow]\nkind = "slack"\nurl = "{slow.url}"\n'
            'allow_private = ["127.0.0.1/32"]\n'
        )
        routes = '[[route]]\nname = "all"\nreceivers = ["healthy", "slow"]\n'
        with alerting(tmp_path, kafka.servers, namespace, receivers, routes) as process:
            publish(cluster, events)
            began = time.monotonic()
            until(lambda: len(healthy.received) >= count, "the healthy receiver")
            behind = count - _told(slow.received)
            elsewhere.set()
            until(lambda: _told(slow.received) == count, "the slow receiver", patience=600)
            until(lambda: _delivered(cluster) == 2 * count, "the ledger")
            memory = _most_memory(process.pid)
    _tell(began, count, {"healthy": healthy.received, "slow": slow.received}, memory)
    assert sorted(healthy.ids) == sorted(alert_id(event.id, "healthy") for event in events)
    assert behind > 0
    assert len(slow.received) < count / 10
    assert memory < MEMORY


def _told(requests: list[Received]) -> int:
    """How many stories these messages name, by their first article's link."""
    return len({link for request in requests for link in linked(json.loads(request.body))})


def _delivered(cluster: Kafka) -> int:
    return sum(delivery.outcome is Outcome.DELIVERED for delivery in ledger(cluster))


def _most_memory(pid: int) -> int:
    """The most the process has been resident, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def _tell(began: float, count: int, got: dict[str, list[Received]], memory: int) -> None:
    for name, requests in got.items():
        seconds = requests[-1].at - began
        print(f"\n{name}: {count} alerts, {len(requests)} messages, the last after {seconds:.1f} s")
    print(f"resident at most: {memory} MB")
