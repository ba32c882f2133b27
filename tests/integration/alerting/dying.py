"""One lane that kills itself at a step: `python dying.py STEP COUNT SERVERS NAMESPACE KIND URL`.

The lane, its journal and its edge are the product's; around each of their steps stands a counter
that ends the process as `kill -9` does, before or after the step's COUNT-th time. STEP `none` runs
until SIGTERM.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from functools import partial
from ipaddress import ip_network
from typing import Any

from prometheus_client import CollectorRegistry

from services.alerting.edges import edge_of
from services.alerting.journal import Journal
from services.alerting.lane import Lane
from services.alerting.metrics import Metrics
from services.alerting.receivers.receiver import Receiver
from services.alerting.receivers.slack import Slack
from services.alerting.receivers.webhook import Webhook
from services.alerting.report import Reporter
from services.alerting.route import Directive, directives
from services.alerting.standing import Notice
from services.alerting.tree import Route, rooted
from shared.kafka import Kafka
from shared.records import StoryEvent
from tests.integration.alerting.service import SECRET

STEPS = ("send", "write", "sure", "commit")
ROOT = rooted((Route(name="all", receivers=("r",)),))


class Death:
    """Ends the process before or after the COUNT-th time of a step."""

    def __init__(self, step: str, count: int) -> None:
        self._when, _, self._step = step.partition("-")
        self._left = count

    def around(self, holder: Any, name: str) -> None:
        setattr(holder, name, partial(self._call, name, getattr(holder, name)))

    def _call(self, name: str, step: Callable[..., Any], *args: Any, **options: Any) -> Any:
        if name == self._step:
            self._left -= 1
        now = name == self._step and self._left == 0
        if now and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = step(*args, **options)
        if now:
            os.kill(os.getpid(), signal.SIGKILL)
        return result


class Nobody:
    """No operator says anything."""

    def standing(self, _receiver: str) -> None:
        return None

    def has_operator(self, _receiver: str) -> bool:
        return False

    def notices(self, _receiver: str) -> tuple[Notice, ...]:
        return ()


def receiver_of(kind: str, url: str) -> Receiver:
    local = (ip_network("127.0.0.1/32"),)
    if kind == "slack":
        return Slack(kind="slack", url=url, allow_private=local, rate=20.0)
    return Webhook(kind="webhook", url=url, secrets=("env:S",), allow_private=local)


def direct(event: StoryEvent, name: str, now: datetime) -> Directive | None:
    return directives(ROOT, event, now, lambda *_: False).get(name)


def main(arguments: list[str]) -> None:
    step, count, servers, namespace, kind, url = arguments
    kafka = Kafka(servers, namespace)
    receiver, death = receiver_of(kind, url), Death(step, int(count))
    journal, edge = Journal(kafka, kafka.producer(), "r", group_instance_id="r"), edge_of(receiver)
    death.around(edge, "send")
    for name in STEPS[1:]:
        death.around(journal, name)
    lane = Lane(
        "r",
        receiver,
        journal=journal,
        edge=edge,
        reveal=lambda reference: SECRET if reference == "env:S" else reference,
        direct=direct,
        heed=Nobody(),
        reader=receiver.reader("", {}),
        report=Reporter("r", Metrics(CollectorRegistry())),
    )
    signal.signal(signal.SIGTERM, lambda *_: lane.stop())
    lane.run()


if __name__ == "__main__":
    main(sys.argv[1:])
