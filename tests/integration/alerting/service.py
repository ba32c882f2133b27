"""The alerting service as a process, on a broker, with receivers of the test's own."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.codec import decode, encode
from shared.kafka import Kafka
from shared.records import Delivery, StoryEvent
from shared.topics import DELIVERIES, STORIES_EVENTS
from tests.eventually import PATIENCE, eventually

SECRET = "whsec_" + base64.b64encode(b"a secret of the tests' own").decode()


def newswatch(
    kafka: Kafka, *arguments: str, stdin: bytes = b""
) -> "subprocess.CompletedProcess[str]":
    """The command line, on this broker and in this namespace."""
    own = {"KAFKA_BOOTSTRAP_SERVERS": kafka.servers, "NEWSWATCH_NAMESPACE": kafka.namespace}
    done = subprocess.run(
        [sys.executable, "-m", "services.ops", *arguments],
        env=os.environ | own,
        input=stdin,
        capture_output=True,
        check=False,
        timeout=60,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


def heard(folder: Path, *words: str) -> Callable[[], bool]:
    """Whether a line of the service's output has all these words."""
    return lambda: any(
        all(word in line for word in words)
        for line in (folder / "out").read_text(encoding="utf-8").splitlines()
    )


def webhook(name: str, url: str, deadline: str = "10s") -> str:
    return (
        f'[receiver.{name}]\nkind = "webhook"\nurl = "{url}"\nsecrets = ["env:HOOK_SECRET"]\n'
        f'allow_private = ["127.0.0.1/32"]\ndeadline = "{deadline}"\n'
    )


@contextmanager
def alerting(
    folder: Path, servers: str, namespace: str, receivers: str, routes: str, **environ: str
) -> Iterator[subprocess.Popen[bytes]]:
    """The process; stopped with SIGTERM at the end if it still runs. Output: folder/out."""
    (folder / "receivers.toml").write_text(receivers, encoding="utf-8")
    (folder / "routes.toml").write_text(routes, encoding="utf-8")
    own = {
        "KAFKA_BOOTSTRAP_SERVERS": servers,
        "NEWSWATCH_NAMESPACE": namespace,
        "NEWSWATCH_RECEIVERS": str(folder / "receivers.toml"),
        "NEWSWATCH_ROUTES": str(folder / "routes.toml"),
        "NEWSWATCH_HTTP_PORT": "0",
        "NEWSWATCH_PARTITIONS": "2",
        "HOOK_SECRET": SECRET,
    }
    with (folder / "out").open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.alerting"],
            env=os.environ | own | environ,
            stdout=out,
            stderr=out,
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


def publish(kafka: Kafka, events: Iterable[StoryEvent], **headers: str) -> None:
    producer = kafka.producer()
    carried = [(name, value.encode()) for name, value in headers.items()]
    for event in events:
        producer.send(
            kafka.name(STORIES_EVENTS),
            key=event.story.id.encode(),
            value=encode(event),
            headers=carried,
        )
    producer.flush()
    producer.close()


def ledger(kafka: Kafka) -> list[Delivery]:
    return [decode(value, Delivery) for value in kafka.read_compacted(DELIVERIES).values()]


def until(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait for it; fail in words if it does not come."""
    eventually(what, condition, within=patience)
