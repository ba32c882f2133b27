"""Planted secrets are searched for in everything that comes out of the service."""

import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.local.node import Broker
from shared.kafka import Kafka
from shared.records import Outcome
from shared.topics import ALERTS_DEAD, DELIVERIES, STORIES_EVENTS
from tests.integration.alerting.servers import Answer, always, hang, reset, serving
from tests.integration.alerting.service import alerting, ledger, publish, until
from tests.ports import free_port
from tests.unit.alerting.stories import story_event

PLANTED = "PLANTED7f3a"
OTHERS = ("terminal", "apprise")
ANSWERS: dict[str, Answer] = {
    "fine": always(200, b"ok"),
    "refuses": always(400, f"no: {PLANTED}".encode()),
    "fails": always(500, PLANTED.encode()),
    "moves": always(302, Location=f"http://127.0.0.1:1/{PLANTED}"),
    "hangs": hang,
    "resets": reset,
    "gone": always(410),
}


@pytest.mark.broker
def test_no_secret_comes_out(kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path) -> None:
    port = free_port()
    with ExitStack() as stack:
        urls = {n: stack.enter_context(serving(does)).url for n, does in ANSWERS.items()}
        urls["nowhere"] = "http://127.0.0.1:1/hook"
        environ = {f"URL_{name.upper()}": f"{url}/{PLANTED}" for name, url in urls.items()}
        text = 'operator = "terminal"\n[receiver.terminal]\nkind = "log"\n' + "".join(
            f'[receiver.{name}]\nkind = "slack"\nurl = "env:URL_{name.upper()}"\nrate = 50.0\n'
            f'allow_private = ["127.0.0.1/32"]\ndeadline = "1s"\n'
            for name in urls
        )
        environ["URL_APPRISE"] = urls["fails"].replace("http", "json", 1) + f"/{PLANTED}"
        text += '[receiver.apprise]\nkind = "apprise"\nurl = "env:URL_APPRISE"\n'
        text += 'allow_private = ["127.0.0.1/32"]\n'
        routes = f'[[route]]\nname = "all"\nreceivers = {[*urls, *OTHERS]}\n'
        own = {"NEWSWATCH_HTTP_PORT": str(port), "NEWSWATCH_LOG_LEVEL": "DEBUG", **environ}
        stack.enter_context(alerting(tmp_path, kafka.servers, namespace, text, routes, **own))
        publish(cluster, [story_event("en", n) for n in range(2)])
        until(lambda: _all_tried(cluster, {*urls, *OTHERS}), "every receiver to be tried")
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read()
    out = (tmp_path / "out").read_bytes()
    assert b"operator" in out
    assert PLANTED.encode() not in page
    assert PLANTED.encode() not in out
    for topic in (DELIVERIES, ALERTS_DEAD, STORIES_EVENTS.dead):
        for record in cluster.read(topic):
            whole = repr((record.key, record.value, record.headers))
            assert PLANTED not in whole


def _all_tried(cluster: Kafka, receivers: set[str]) -> bool:
    found = ledger(cluster)
    dead = any(delivery.outcome is Outcome.DEAD for delivery in found)
    return dead and {d.receiver for d in found if d.attempts} == receivers
