"""One broker for this machine: `python -m deploy.local.broker start|stop|status|wipe [VAR]`.

    KAFKA_BOOTSTRAP_SERVERS set ─▶ that one, nothing is started
    Java 17 and Maven           ─▶ Apache Kafka, data in VAR/broker
    neither                     ─▶ Tansu, in memory, with a warning

What is started runs on until it is stopped; its address and pid are in VAR/broker/running.json.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from deploy.local.apache import USUAL_PORT, start_apache
from deploy.local.jars import Unavailable
from deploy.local.node import Broker, DidNotStart, Kind, answers
from deploy.local.places import VAR
from deploy.local.tansu import WARNING, start_tansu

SERVERS = "KAFKA_BOOTSTRAP_SERVERS"


def given(environ: Mapping[str, str]) -> Broker | None:
    """The broker that the environment names."""
    servers = environ.get(SERVERS)
    return Broker(kind=Kind.GIVEN, servers=servers) if servers else None


def running(home: Path) -> Broker | None:
    """The broker that an earlier start left running."""
    try:
        broker = msgspec.json.decode((home / "running.json").read_bytes(), type=Broker)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return broker if broker.alive() and answers(broker.servers) else None


def start(home: Path, *, port: int = USUAL_PORT) -> Broker:
    """A broker that was not there before, written down where stop() finds it.

    Raises DidNotStart, also where it cannot be written down, and then it does not run.
    """
    try:
        broker = _started(home, port)
    except OSError as error:
        raise DidNotStart(f"{error.filename or home}: {error.strerror or error}") from error
    try:
        (home / "running.json").write_bytes(msgspec.json.encode(broker))
    except OSError as error:
        broker.stop()
        raise DidNotStart(f"{home}/running.json: {error.strerror}") from error
    return broker


def _started(home: Path, port: int) -> Broker:
    try:
        return start_apache(home, port=port)
    except Unavailable as why:
        print(WARNING.format(why=why), file=sys.stderr, flush=True)
        return start_tansu(home, port=port)


def stop(home: Path) -> bool:
    """End the broker that an earlier start left running; whether there was one."""
    broker = running(home)
    if broker:
        broker.stop()
    (home / "running.json").unlink(missing_ok=True)
    return broker is not None


def main(verb: str, var: Path, environ: Mapping[str, str]) -> int:
    """Do the verb; 0 when it is done."""
    home = var.resolve() / "broker"
    broker = given(environ) or running(home)
    match verb:
        case "start":
            try:
                print(_told(broker or start(home)))
            except DidNotStart as error:
                print(error, file=sys.stderr)
                return 1
        case "stop":
            print("stopped" if stop(home) else "none was running")
        case "status":
            print(_told(broker) if broker else "none is running (make broker)")
        case "wipe":
            stop(home)
            shutil.rmtree(home, ignore_errors=True)
            print("its data is gone")
        case _:
            print(f"no such verb: {verb}\n{__doc__}", file=sys.stderr)
            return 2
    return 0


def _told(broker: Broker) -> str:
    return f"{broker.kind} at {broker.servers}"


if __name__ == "__main__":
    verb, var, *_ = [*sys.argv[1:], *("status", str(VAR))[len(sys.argv) - 1 :]]
    try:
        sys.exit(main(verb, Path(var), os.environ))
    except OSError as error:  # the folder is a file, or another user's
        sys.exit(f"{error.filename or var}: {error.strerror}")
