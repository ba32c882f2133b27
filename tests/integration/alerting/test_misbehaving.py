"""Receivers that misbehave beside one that does not: what became of each alert, and when."""

import json
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.local.node import Broker
from shared.identity import alert_id
from shared.kafka import Kafka
from shared.records import Outcome
from tests.integration.alerting.servers import (
    Server,
    always,
    down_for,
    drip,
    first,
    hang,
    huge,
    reset,
    say,
    self_signed,
    serving,
)
from tests.integration.alerting.service import alerting, ledger, publish, until, webhook
from tests.unit.alerting.stories import story_event

ALERTS = 5
DOWN = "down"

BEHAVIOURS = {
    "healthy": always(204),
    "limited": first(1, say(429, Retry_After="1")),
    "limited-bare": first(1, say(429)),
    "hangs": hang,
    "drips": drip,
    "resets": reset,
    "redirects": always(302, Location="http://127.0.0.1:1/"),
    "gone": always(410),
    "huge": huge,
    "says-no": always(200, b'{"ok":false,"error":"invalid_blocks"}'),
}
SILENT = {"hangs", "drips"}
EXPECTED = {
    "healthy": (Outcome.DELIVERED, "delivered"),
    "limited": (Outcome.DELIVERED, "delivered"),
    "limited-bare": (Outcome.DELIVERED, "delivered"),
    DOWN: (Outcome.DELIVERED, "delivered"),
    "hangs": (Outcome.RETRY, "timeout"),
    "drips": (Outcome.RETRY, "timeout"),
    "resets": (Outcome.RETRY, "broken"),
    "redirects": (Outcome.DEAD, "redirect"),
    "gone": (Outcome.RETRY, "gone"),
    "tls": (Outcome.RETRY, "tls"),
    "huge": (Outcome.DELIVERED, "delivered"),
    "says-no": (Outcome.DEAD, "refused"),
}


FORMS = [pytest.param(3.0, id="short"), pytest.param(30.0, id="long", marks=[pytest.mark.slow])]


@pytest.mark.broker
@pytest.mark.parametrize("down", FORMS)
def test_each_ends_as_it_should_and_the_healthy_one_waits_for_none(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path, down: float
) -> None:
    events = [story_event("en", n) for n in range(ALERTS)]
    with ExitStack() as stack:
        behaviours = BEHAVIOURS | {DOWN: down_for(down)}
        servers = {name: stack.enter_context(serving(does)) for name, does in behaviours.items()}
        servers["tls"] = stack.enter_context(serving(always(204), self_signed(tmp_path)))
        receivers = "\n".join(_receiver(name, server) for name, server in servers.items())
        routes = f'[[route]]\nname = "all"\nreceivers = {json.dumps(list(servers))}\n'
        stack.enter_context(alerting(tmp_path, kafka.servers, namespace, receivers, routes))
        publish(cluster, events[:1])
        until(lambda: len(servers["healthy"].received) == 1, "the service to be up")
        publish(cluster, events[1:])
        sent = time.monotonic()
        until(lambda: len(servers["healthy"].received) == ALERTS, "the healthy receiver")
        stuck = len(servers["hangs"].received)
        healthy = servers["healthy"].received[-1].at - sent
        until(lambda: _all_ended(cluster), "every receiver to end as it should")
        _tell(cluster, servers, healthy)
    assert sorted(servers["healthy"].ids) == sorted(alert_id(e.id, "healthy") for e in events)
    assert stuck < ALERTS
    assert servers["gone"].accepted == 1
    assert not servers["tls"].received


def _receiver(name: str, server: Server) -> str:
    if name != "says-no":
        return webhook(name, server.url, deadline="1s" if name in SILENT else "10s")
    return (
        f'[receiver.{name}]\nkind = "slack-bot"\ntoken = "env:HOOK_SECRET"\nchannel = "C1"\n'
        f'api = "{server.url}"\nallow_private = ["127.0.0.1/32"]\nrate = 100.0\n'
    )


def _all_ended(cluster: Kafka) -> bool:
    """Every receiver's alerts ended so; where it stays down, those that were tried did."""
    found = [delivery for delivery in ledger(cluster) if delivery.attempts]
    return all(
        _ended([(d.outcome, d.reason) for d in found if d.receiver == name], *want)
        for name, want in EXPECTED.items()
    )


def _ended(found: list[tuple[Outcome, str]], outcome: Outcome, reason: str) -> bool:
    whole = outcome is Outcome.RETRY or len(found) == ALERTS
    return bool(found) and whole and all(each == (outcome, reason) for each in found)


def _tell(cluster: Kafka, servers: dict[str, Server], healthy: float) -> None:
    found = ledger(cluster)
    print(f"\nhealthy receiver: its alerts {healthy:.2f} s after they were published")
    _row("receiver", "outcome", "reason", "tried", "attempts", "requests", "seconds")
    for name, server in servers.items():
        own = [d for d in found if d.receiver == name and d.attempts]
        began = min(d.first_at for d in own if d.first_at)
        seconds = (max(d.at for d in own) - began).total_seconds()
        tries, last = sum(d.attempts for d in own), own[-1]
        requests = len(server.received)
        _row(name, last.outcome, last.reason, len(own), tries, requests, f"{seconds:.1f}")


def _row(*cells: object) -> None:
    print("".join(f"{cell!s:>14}" for cell in cells))
