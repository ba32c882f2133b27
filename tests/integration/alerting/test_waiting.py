"""Killed while alerts wait for the end of quiet hours, for their group, for their digest."""

import json
import os
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deploy.local.node import Broker
from shared.identity import alert_id
from shared.kafka import Kafka
from shared.records import Outcome
from tests.integration.alerting.servers import Server, always, serving
from tests.integration.alerting.service import alerting, ledger, publish, until, webhook
from tests.unit.alerting.stories import story_event

NAMES = ("quiet", "grouped", "digest")
AWHILE = timedelta(seconds=25)


@pytest.mark.broker
def test_everything_that_waits_is_told_once_after_a_kill(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    events = [story_event("en", n, at=now) for n in range(3)]
    with (
        serving(always(204)) as quiet,
        serving(always(204)) as grouped,
        serving(always(204)) as digest,
    ):
        servers = dict(zip(NAMES, (quiet, grouped, digest), strict=True))
        receivers = "".join(webhook(name, server.url) for name, server in servers.items())
        routes = _routes(now)
        with alerting(tmp_path, kafka.servers, namespace, receivers, routes) as process:
            publish(cluster, events)
            until(lambda: _all(cluster, Outcome.PENDING), "every alert to be written down")
            told_before = [len(server.received) for server in servers.values()]
            os.kill(process.pid, signal.SIGKILL)
        with alerting(tmp_path, kafka.servers, namespace, receivers, routes):
            until(lambda: _all(cluster, Outcome.DELIVERED), "every alert to be told")
    assert told_before == [0, 0, 0]
    for name, server in servers.items():
        wanted = Counter(alert_id(event.id, name) for event in events)
        assert Counter(_alerts(server)) == wanted, name
    assert len(quiet.received) == len(digest.received) == 1


def _routes(now: datetime) -> str:
    start, end = now - timedelta(hours=1), now + AWHILE
    quiet = f'quiet = [{{ from = "{start:%H:%M:%S}", to = "{end:%H:%M:%S}" }}]'
    says = {
        "quiet": quiet,
        "grouped": f'group_by = ["watch"]\ngroup_wait = "{AWHILE.seconds}s"',
        "digest": f'digest = {{ every = "day", at = "{end:%H:%M:%S}" }}',
    }
    return "".join(
        f'[[route]]\nname = "{name}"\nreceivers = ["{name}"]\ncontinue = true\n{said}\n'
        for name, said in says.items()
    )


def _all(cluster: Kafka, outcome: Outcome) -> bool:
    found = ledger(cluster)
    return len(found) == 9 and all(delivery.outcome is outcome for delivery in found)


def _alerts(server: Server) -> list[str]:
    told = []
    for request in server.received:
        body = json.loads(request.body)
        items = body["data"].get("items")
        told += [item["alert"] for item in items] if items else [request.headers["webhook-id"]]
    return told
