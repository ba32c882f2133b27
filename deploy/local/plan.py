"""What `make run` starts: each process with its command and environment, and what is where."""

import base64
import os
import secrets
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.newswire.items import Item, load
from deploy.local.node import Broker, Kind
from deploy.local.overlay import overlaid
from deploy.local.places import ROOT, free_port
from shared.topics import DEFAULT_PARTITIONS

USUAL = {"newswire": 9180, "sink": 9190, "fetcher": 9101, "processors": 9102, "alerting": 9103}
SERVICES = ("fetcher", "processors", "alerting")
CATALOGUES = ("feeds.toml", "sample-feeds.toml")
HOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Process:
    """One process under the supervisor."""

    name: str
    command: str
    environ: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything to be started once the broker is ready."""

    namespace: str
    partitions: int
    replication: int
    processes: tuple[Process, ...]
    banner: str


def plan(broker: Broker, environ: Mapping[str, str], home: Path) -> Plan:
    """The plan, with free ports chosen and the configuration of this run written to `home`."""
    ports = {name: free_port(port) for name, port in USUAL.items()}
    secret = _secret(home / "sink.secret")
    config = _configured(environ, ports, secret, home / "config")
    common = dict(environ) | {
        "KAFKA_BOOTSTRAP_SERVERS": broker.servers,
        "NEWSWATCH_CONFIG_DIR": str(config),
        "NEWSWATCH_FEEDS": ",".join(_one_of_a_list(config / name) for name in CATALOGUES),
        "NEWSWATCH_ALLOW_ADDRESSES": f"{HOST}:{ports['newswire']}",  # the newswire, nothing else
        "PYTHONUNBUFFERED": "1",
    }
    return Plan(
        namespace=environ.get("NEWSWATCH_NAMESPACE", ""),
        partitions=int(environ.get("NEWSWATCH_PARTITIONS", DEFAULT_PARTITIONS)),
        replication=int(environ.get("NEWSWATCH_REPLICATION", 1)),
        processes=tuple(_processes(common, ports, secret)),
        banner=banner(broker, ports, load()),
    )


def _one_of_a_list(file: Path) -> str:
    return str(file).replace(",", "\\,")


def banner(broker: Broker, ports: Mapping[str, int], items: tuple[Item, ...]) -> str:
    """What is where, for whoever started it."""
    told = sum(item.alert for item in items)
    kept = (
        "all is gone when it stops"
        if broker.kind is Kind.FALLBACK
        else f"data in {Path(broker.log).parent}"
    )
    lines = {
        "broker": f"{broker.kind} at {broker.servers}" + _kept(broker, kept),
        "newswire": f"{_at(ports['newswire'])}  {told} stories, {len(items) - told} look-alikes",
        "alerts": f"{_at(ports['sink'])}  a webhook sink: every alert, as JSON",
    } | {name: f"{_at(ports[name])}/metrics" for name in SERVICES}
    width = max(map(len, lines))
    told_lines = [f"  {name:{width}}  {text}" for name, text in lines.items()]
    return "\n".join(["", "Newswatch is starting. Ctrl-C stops it all.", *told_lines, ""])


def _at(port: int) -> str:
    return f"http://{HOST}:{port}"


def _kept(broker: Broker, where: str) -> str:
    return "" if broker.kind is Kind.GIVEN else f" ({where})"


def _processes(common: Mapping[str, str], ports: Mapping[str, int], secret: Path) -> list[Process]:
    parts = {
        "newswire": ("newswire", str(ports["newswire"])),
        "sink": ("sink", str(ports["sink"]), str(secret)),
        **{name: ("again", name) for name in SERVICES},
        "status": ("status", *(f"{HOST}:{ports[name]}" for name in SERVICES)),
    }
    return [
        Process(name=name, command=_command(*part), environ=_environ(common, name, ports))
        for name, part in parts.items()
    ]


def _command(module: str, *arguments: str) -> str:
    """For a shell, whatever the folders are called."""
    return shlex.join([sys.executable, "-m", f"deploy.local.{module}", *arguments])


def _environ(common: Mapping[str, str], name: str, ports: Mapping[str, int]) -> dict[str, str]:
    page = {"NEWSWATCH_HTTP_HOST": HOST, "NEWSWATCH_HTTP_PORT": str(ports.get(name, 0))}
    return dict(common) | page


def _configured(
    environ: Mapping[str, str], ports: Mapping[str, int], secret: Path, target: Path
) -> Path:
    values = {
        "newswire": _at(ports["newswire"]),
        "sink": _at(ports["sink"]),
        "secret": f"file:{secret.resolve()}",
    }
    base = Path(environ.get("NEWSWATCH_CONFIG_DIR", ROOT / "deploy/config"))
    return overlaid(base, ROOT / "deploy/local/config", target, values)


def _secret(file: Path) -> Path:
    """The file with the sink's secret; it is there whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        unfinished = file.with_suffix(".unfinished")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT, 0o600), "w") as out:
            out.write("whsec_" + base64.b64encode(secrets.token_bytes(24)).decode())
        unfinished.rename(file)
    return file
