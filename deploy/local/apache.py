"""Apache Kafka itself, one node in KRaft mode, without Docker. Data stays on disk between runs."""

import base64
import os
import subprocess
import uuid
from pathlib import Path

from deploy.local.jars import fetched_jars
from deploy.local.node import Broker, DidNotStart, Kind, start_process, wait_ready
from deploy.local.places import ROOT, free_port

USUAL_PORT = 9092
LOGGING = ROOT / "deploy" / "kafka" / "log4j2.properties"
DATA = "data"
CONFIG = "server.properties"


def properties(*, port: int, controller_port: int, behind: tuple[int, int] | None = None) -> str:
    """The node's configuration: broker and controller in one, no topic made by accident.

    It names no place: the node runs in the folder that holds its data, for Kafka reads this as
    Latin-1 and a comma as the end of a path.

    `behind` is a second pair of ports, (listens, is known as): clients that come by a proxy on the
    second are sent back to the proxy, not past it.
    """
    listens, known = behind or (port, port)
    lines = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": _listeners(
            PLAINTEXT=port, CONTROLLER=controller_port, **_proxied(listens, port)
        ),
        "advertised.listeners": _listeners(PLAINTEXT=port, **_proxied(known, port)),
        "listener.security.protocol.map": (
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,PROXIED:PLAINTEXT"
        ),
        "log.dirs": DATA,
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "offsets.retention.minutes": str(30 * 24 * 60),  # as long as topics keep what was not read
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
    }
    return "".join(f"{key}={value}\n" for key, value in lines.items())


def _proxied(port: int, direct: int) -> dict[str, int]:
    return {} if port == direct else {"PROXIED": port}


def _listeners(**ports: int) -> str:
    return ",".join(f"{name}://127.0.0.1:{port}" for name, port in ports.items())


def start_apache(home: Path, *, port: int = 0, behind: tuple[int, int] | None = None) -> Broker:
    """A node whose data lives in `home`, ready to be used.

    `port` is a wish. Raises Unavailable where Java or the jars cannot be had, DidNotStart where
    the node does not come up.
    """
    java = _java(fetched_jars())
    chosen = free_port(port)
    _configure(home, port=chosen, behind=behind)
    _format(java, home)
    log = home / "broker.log"
    pid = start_process([*java, "kafka.Kafka", CONFIG], log, environ=_environ(), folder=home)
    servers = f"127.0.0.1:{chosen}"
    return wait_ready(Broker(kind=Kind.APACHE, servers=servers, pid=pid, log=str(log)))


def cluster_id(chance: uuid.UUID) -> str:
    """An id of Kafka's form, with no dash: the tool takes one in front for an option."""
    return base64.urlsafe_b64encode(chance.bytes).decode().rstrip("=").replace("-", "A")


def _java(jars: Path) -> list[str]:
    small = ["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-Djava.awt.headless=true"]
    quiet = [f"-Dlog4j2.configurationFile={LOGGING}"]
    return ["java", *small, *quiet, "-cp", f"{jars}{os.sep}*"]


def _environ() -> dict[str, str]:
    """Java asks the locale how a path is written, and in "C" it cannot write ours."""
    return dict(os.environ) | {"LC_ALL": "C.UTF-8"}


def _configure(home: Path, *, port: int, behind: tuple[int, int] | None) -> None:
    home.mkdir(parents=True, exist_ok=True)
    text = properties(port=port, controller_port=free_port(), behind=behind)
    (home / CONFIG).write_text(text, encoding="utf-8")


def _format(java: list[str], home: Path) -> None:
    if (home / DATA / "meta.properties").exists():
        return
    tool = [
        *java,
        "kafka.tools.StorageTool",
        "format",
        "-t",
        cluster_id(uuid.uuid4()),
        "-c",
        CONFIG,
    ]
    done = subprocess.run(  # noqa: S603  our own command line
        tool, cwd=home, env=_environ(), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise DidNotStart(f"its storage could not be formatted: {done.stdout}{done.stderr}".strip())
