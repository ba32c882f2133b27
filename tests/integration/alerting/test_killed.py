"""`kill -9` at every step boundary: nothing lost, and what comes twice comes with the same id."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import pytest

from deploy.local.node import Broker
from shared.identity import alert_id
from shared.kafka import Kafka
from shared.records import Outcome, StoryEvent
from tests.integration.alerting.dying import STEPS
from tests.integration.alerting.servers import always, linked, serving
from tests.integration.alerting.service import ledger, publish, until
from tests.unit.alerting.stories import story_event

ROOT = Path(__file__).parents[3]
BOUNDARIES = [f"{when}-{step}" for step in STEPS for when in ("before", "after")]


FORMS = [
    pytest.param(150, len(BOUNDARIES), id="short"),
    pytest.param(1000, 3 * len(BOUNDARIES), id="long", marks=[pytest.mark.slow]),
]


@dataclass(frozen=True)
class Lanes:
    """Where lanes run, one after the other, and what they have to tell."""

    broker: Broker
    cluster: Kafka
    namespace: str
    kind: str
    url: str
    events: list[StoryEvent]

    def start(self, step: str, at: int) -> "subprocess.Popen[bytes]":
        own = [step, str(at), self.broker.servers, self.namespace, self.kind, self.url]
        command = [sys.executable, "-m", "tests.integration.alerting.dying", *own]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)

    def killed(self, kills: int, most: int) -> int:
        """Start and lose a lane at each boundary in turn, with news for each; how often it died."""
        died, share = 0, len(self.events) // (kills + 1)
        for number, step in enumerate(islice(cycle(BOUNDARIES), kills)):
            publish(self.cluster, self.events[number * share : (number + 1) * share])
            lane = self.start(step, 1 + number % most)
            try:
                died += lane.wait(60) == -signal.SIGKILL
            finally:
                _end(lane)
        publish(self.cluster, self.events[kills * share :])
        assert died == kills
        return died

    def finish(self) -> None:
        """Let one live until every alert is in the ledger."""
        lane = self.start("none", 0)
        try:
            until(self._all_delivered, "every alert in the ledger")
            lane.terminate()
            assert lane.wait(10) == 0
        finally:
            _end(lane)

    def _all_delivered(self) -> bool:
        found = ledger(self.cluster)
        return sum(d.outcome is Outcome.DELIVERED for d in found) == len(self.events)


@pytest.mark.broker
@pytest.mark.parametrize(("count", "kills"), FORMS)
def test_a_webhook_gets_each_alert_and_again_only_what_was_in_flight(
    kafka: Broker, cluster: Kafka, namespace: str, count: int, kills: int
) -> None:
    events = [story_event("en", number) for number in range(count)]
    wanted = {alert_id(event.id, "r") for event in events}
    with serving(always(204)) as server:
        lanes = Lanes(kafka, cluster, namespace, "webhook", server.url, events)
        died = lanes.killed(kills, most=9)
        lanes.finish()
        got = Counter(server.ids)
    again = sum(got.values()) - len(got)
    print(f"\nwebhook: {count} alerts, {died} kills, {len(wanted - set(got))} lost, {again} again")
    assert set(got) == wanted
    assert again <= died


@pytest.mark.broker
@pytest.mark.parametrize(("count", "kills"), FORMS)
def test_a_chat_gets_few_messages_that_name_every_alert(
    kafka: Broker, cluster: Kafka, namespace: str, count: int, kills: int
) -> None:
    events = [story_event("en", number) for number in range(count)]
    with serving(always(200, b"ok")) as server:
        lanes = Lanes(kafka, cluster, namespace, "slack", server.url, events)
        died = lanes.killed(kills, most=2)
        lanes.finish()
        told = [frozenset(linked(json.loads(request.body))) for request in server.received]
    named = {url for message in told for url in message}
    again = _repeating(told)
    lost = count - len(named)
    print(f"\nchat: {count} alerts, {died} kills, {lost} lost, {len(told)} messages, {again} again")
    assert lost == 0
    assert again <= died
    assert len(told) < count


def _repeating(told: list[frozenset[str]]) -> int:
    """How many messages named something that one before them had named."""
    named: set[str] = set()
    again = 0
    for message in told:
        again += bool(named & message)
        named |= message
    return again


def _end(lane: "subprocess.Popen[bytes]") -> None:
    if lane.poll() is None:
        os.kill(lane.pid, signal.SIGKILL)
        lane.wait()
