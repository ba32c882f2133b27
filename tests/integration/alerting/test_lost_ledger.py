"""The ledger's topic is deleted while alerting runs; what is in memory is written down again."""

import os
import signal
import socket
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.node import Broker
from shared.identity import alert_id
from shared.kafka import Kafka
from shared.records import Outcome
from shared.topics import DELIVERIES
from tests.deleted import made_anew
from tests.integration.alerting.servers import Received, say, serving
from tests.integration.alerting.service import alerting, heard, ledger, publish, until, webhook
from tests.unit.alerting.stories import story_event

ROUTES = '[[route]]\nname = "all"\nreceivers = ["desk"]\nnotice = ["opened"]\n'


@pytest.mark.kafka
def test_what_waits_is_told_and_what_was_told_is_not_after_the_ledger_was_deleted(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    told, refused = (story_event("en", n, at=datetime.now(UTC)) for n in range(2))
    well = threading.Event()

    def answer(_request: Received, connection: socket.socket) -> None:
        connection.sendall(say(204) if well.is_set() else say(503, Retry_After="6"))

    with serving(answer) as desk:
        receivers = webhook("desk", desk.url)
        with alerting(tmp_path, kafka.servers, namespace, receivers, ROUTES) as process:
            well.set()
            publish(cluster, [told])
            until(lambda: _outcomes(cluster) == [Outcome.DELIVERED], "one to be told")
            well.clear()
            publish(cluster, [refused])
            until(lambda: Outcome.RETRY in _outcomes(cluster), "the other to be refused")

            made_anew(cluster, (DELIVERIES,))
            until(lambda: len(_outcomes(cluster)) == 2, "the ledger to be written again")
            os.kill(process.pid, signal.SIGKILL)

        well.set()
        with alerting(tmp_path, kafka.servers, namespace, receivers, ROUTES):
            publish(cluster, [told, refused], lane="replay", deliver="desk")
            until(lambda: _outcomes(cluster) == [Outcome.DELIVERED] * 2, "the other to be told")
        asked = [desk.ids.count(alert_id(event.id, "desk")) for event in (told, refused)]
    assert asked[0] == 1
    assert asked[1] > 1


@pytest.mark.kafka
def test_a_ledger_that_is_deleted_just_before_a_receiver_is_changed_is_not_forgotten(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    waits = story_event("en", 0, at=datetime.now(UTC))

    def answer(_request: Received, connection: socket.socket) -> None:
        connection.sendall(say(503, Retry_After="3600"))

    with serving(answer) as desk:
        receivers = webhook("desk", desk.url)
        with alerting(tmp_path, kafka.servers, namespace, receivers, ROUTES):
            until(heard(tmp_path, "holds", "desk"), "the receiver to be held")
            publish(cluster, [waits])
            until(lambda: _outcomes(cluster) == [Outcome.RETRY], "it to be refused")

            made_anew(cluster, (DELIVERIES,))
            changed = webhook("desk", desk.url, deadline="9s")
            (tmp_path / "receivers.toml").write_text(changed, encoding="utf-8")

            until(heard(tmp_path, "taken over"), "the change to be taken over")
            until(lambda: _outcomes(cluster) == [Outcome.RETRY], "the alert to wait again")


def _outcomes(cluster: Kafka) -> list[Outcome]:
    return [delivery.outcome for delivery in ledger(cluster)]
