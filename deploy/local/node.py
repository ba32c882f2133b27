"""A broker that we started, whichever it is: a process, an address, and the way to stop it."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

ROOM = 1_000_000
"""Bytes that a disk has free, at least, while it is not full."""


class Kind(StrEnum):
    """Which broker answers."""

    APACHE = "Apache Kafka"
    FALLBACK = "Tansu, in memory"
    GIVEN = "the broker in KAFKA_BOOTSTRAP_SERVERS"


@dataclass(frozen=True, kw_only=True)
class Broker:
    """A broker to talk to. `pid` is the process group we own, None if it is somebody else's."""

    kind: Kind
    servers: str
    pid: int | None = None
    log: str = ""

    def alive(self) -> bool:
        """Whether the process we own still runs."""
        return self.pid is not None and _runs(self.pid)

    def stop(self, within: float = 30.0) -> None:
        """End the process we own: kindly, then not. Returns when it is gone."""
        if self.pid is None:
            return
        for kind in (signal.SIGTERM, signal.SIGKILL):
            if not _runs(self.pid):
                return
            os.killpg(self.pid, kind)
            _wait_gone(self.pid, within)


class DidNotStart(RuntimeError):  # noqa: N818  reads as what happened
    """The broker's process ended or never answered; the message holds the end of its log."""


def start_process(
    command: Sequence[str],
    log: Path,
    *,
    environ: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> int:
    """Start in a session of its own, so that Ctrl-C here does not reach it; return its pid."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        process = subprocess.Popen(  # noqa: S603  our own command line
            command, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
            start_new_session=True, env=dict(environ) if environ is not None else None, cwd=folder,
        )  # fmt: skip
    return process.pid


def wait_ready(broker: Broker, within: float = 120.0) -> Broker:
    """The same broker, once it answers for its topics; one that does not come up is ended.

    Raises DidNotStart.
    """
    ready = False
    try:
        ready = _comes_up(broker, within)
    finally:  # also where Ctrl-C came first: nobody has written down yet that it runs
        if not ready:
            broker.stop()
    if not ready:
        log = Path(broker.log)
        raise DidNotStart(f"{broker.kind} did not start{_room(log)}:\n{_tail(log)}")
    return broker


def _comes_up(broker: Broker, within: float) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if broker.pid is not None and not broker.alive():
            return False
        if answers(broker.servers):
            return True
        time.sleep(0.2)
    return False


def answers(servers: str) -> bool:
    """Whether a broker at this address lists its topics.

    A plain connection is tried first: the client, once refused, backs off for tens of seconds.
    """
    if not any(map(_listens, servers.split(","))):
        return False
    try:
        admin = KafkaAdminClient(bootstrap_servers=servers.split(","))
    except KafkaError:
        return False
    try:
        admin.list_topics()
    except KafkaError:
        return False
    finally:
        admin.close()
    return True


def _listens(server: str) -> bool:
    host, _, port = server.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=2):
            return True
    except OSError:
        return False


def _room(log: Path) -> str:
    """What to say of the disk: nothing, where it has room for a log."""
    if not log.parent.is_dir() or shutil.disk_usage(log.parent).free > ROOM:
        return ""
    return f"; there is no room left in {log.parent}"


def _tail(log: Path, lines: int = 15) -> str:
    if not log.is_file():
        return "(no log)"
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


def _runs(pid: int) -> bool:
    with suppress(ChildProcessError):  # another run started it
        os.waitpid(pid, os.WNOHANG)  # our own child: reap it
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # somebody else's, maybe with the number of a broker of before the last boot
    return True


def _wait_gone(pid: int, within: float) -> None:
    deadline = time.monotonic() + within
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
