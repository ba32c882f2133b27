"""How late an alert is: `python -m tests.bench.alerting [ALERTS] [RATE]`, a JSON line a receiver.

The service as a process, on the broker of KAFKA_BOOTSTRAP_SERVERS, with three healthy receivers
(two webhooks, one terminal) and group_wait 0; events are published at RATE a second. Latency is
from when the article was first seen, here the moment of publishing, to when the receiver has it.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from shared.identity import alert_id
from shared.kafka import Kafka
from shared.topics import every_topic
from tests.integration.alerting.servers import Received, always, serving
from tests.integration.alerting.service import alerting, publish, until, webhook
from tests.unit.alerting.stories import story_event

NAMES = ("first", "second")


def main(alerts: int, rate: float) -> None:
    """Publish, wait, print."""
    servers = os.environ.get("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092")
    namespace = f"bench-{time.time_ns()}."
    cluster = Kafka(servers, namespace)
    cluster.create_topics(every_topic(), partitions=2)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(always(204)) as first,
        serving(always(204)) as second,
    ):
        hooks = dict(zip(NAMES, (first, second), strict=True))
        receivers = '[receiver.terminal]\nkind = "log"\n' + "".join(
            webhook(name, server.url) for name, server in hooks.items()
        )
        routes = f'[[route]]\nname = "all"\nreceivers = {["terminal", *NAMES]}\n'
        with alerting(Path(folder), servers, namespace, receivers, routes):
            publish(cluster, [story_event("en", 10**6)])
            until(lambda: all(s.received for s in hooks.values()), "the service to be up")
            sent = dict(_published(cluster, alerts, rate))
            until(lambda: all(len(s.received) > alerts for s in hooks.values()), "all alerts")
        for name, server in hooks.items():
            print(json.dumps(_figures(name, server.received, sent, rate)))


def _published(cluster: Kafka, alerts: int, rate: float) -> Iterator[tuple[str, float]]:
    """When each event was published, by its id."""
    began = time.monotonic()
    for number in range(alerts):
        time.sleep(max(began + number / rate - time.monotonic(), 0))
        event = story_event("en", number, at=datetime.now(UTC))
        yield event.id, time.monotonic()
        publish(cluster, [event])


def _figures(
    name: str, received: list[Received], sent: dict[str, float], rate: float
) -> dict[str, object]:
    own = {alert_id(event, name): at for event, at in sent.items()}
    late = sorted(
        request.at - own[request.headers["webhook-id"]]
        for request in received
        if request.headers["webhook-id"] in own
    )
    named = {"p50_s": 0.5, "p95_s": 0.95, "p99_s": 0.99}
    figures = {key: round(late[int(share * len(late))], 3) for key, share in named.items()}
    return {"bench": "alerting", "receiver": name, "alerts": len(late), "rate": rate, **figures}


if __name__ == "__main__":
    arguments = [float(argument) for argument in sys.argv[1:]]
    main(int(arguments[0]) if arguments else 400, arguments[1] if len(arguments) > 1 else 20.0)
