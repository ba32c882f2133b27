"""`make run`: everything on this machine under one supervisor, until Ctrl-C.

`python -m deploy.local.run [VAR]`; what a run leaves behind is in VAR, by default /var of the
repository.

    broker ▸ topics ▸ { newswire, sink, fetcher, processors, alerting, status } ▸ stop in reverse

The broker has a session of its own and is stopped last, so that the services can drain. A broker
that was running before (`make broker`) or that the environment names is used and left alone.
"""

import fcntl
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import honcho.manager
import stamina.instrumentation

from deploy.local.broker import given, running, start, stop
from deploy.local.node import Broker, DidNotStart
from deploy.local.places import VAR
from deploy.local.plan import Plan, plan
from deploy.local.printer import PlainPrinter
from shared.kafka import Kafka
from shared.topics import every_topic

# A service has 10 s to drain; honcho, which has no argument for it, would kill it after 5.
honcho.manager.KILL_WAIT = 12

TOLD_BEFORE = """
  This broker remembers an earlier run: stories that it told are not told again.
  `make broker-wipe` forgets everything.
"""


class Taken(RuntimeError):  # noqa: N818  reads as what is the case
    """Another run has this folder: it would get our configuration, and stop our broker."""


@contextmanager
def alone(var: Path) -> Iterator[None]:
    """Raises Taken where another run has the folder. The lock goes with the process."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Taken(
                f"a run is going on in {var}; stop it first, or `make run VAR=FOLDER`"
            ) from None
        yield


@contextmanager
def broker_for(environ: Mapping[str, str], home: Path) -> Iterator[Broker]:
    """A broker that is ready; stopped at the end if it was started here."""
    found = given(environ) or running(home)
    if found:
        yield found
        return
    ours = None
    try:
        print("starting the broker …", flush=True)
        ours = start(home)
        yield ours
    finally:
        print("stopping the broker …", flush=True)
        if ours:  # also where it is too busy to answer, and nobody would find it
            ours.stop()
        stop(home)


class Supervisor(honcho.manager.Manager):  # type: ignore[misc]  # honcho has no types
    """honcho's, which may be told to stop at any moment.

    By itself it trips over whoever it has begun to start and knows no pid of, and all run on.
    """

    def terminate(self) -> None:
        """Tell all to stop; in a moment, where some are only being started."""
        if self._all_started():
            super().terminate()
        else:
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM)).start()


def supervise(todo: Plan) -> int:
    """Run the processes of the plan until a signal comes or one of them ends; its exit status."""
    manager = Supervisor(PlainPrinter())
    for process in todo.processes:
        manager.add_process(process.name, f"exec {process.command}", env=dict(process.environ))
    manager.loop()
    return 0 if manager.returncode in (130, 143) else int(manager.returncode or 0)


def _hung_up(*_signal: object) -> None:
    """The terminal was closed: stop as ever, or the services would go on without a supervisor."""
    signal.raise_signal(signal.SIGTERM)


def main(environ: Mapping[str, str], var: Path) -> int:
    """Start it all, wait, stop it all. 0 after Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # else started by nohup
        signal.signal(signal.SIGHUP, _hung_up)
    stamina.instrumentation.set_on_retry_hooks(())  # new topics are listed a moment later: no news
    try:
        with alone(var), broker_for(environ, var / "broker") as broker:
            todo = plan(broker, environ, var / "run")
            made = Kafka(broker.servers, todo.namespace).create_topics(
                every_topic(), partitions=todo.partitions, replication=todo.replication
            )
            print(todo.banner if made else todo.banner + TOLD_BEFORE, flush=True)
            return supervise(todo)
    except KeyboardInterrupt:
        return 0
    except (DidNotStart, Taken) as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:  # a full disk, most of all
        print(f"{error.filename or var}: {error.strerror or error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(os.environ, (Path(sys.argv[1]) if len(sys.argv) > 1 else VAR).resolve()))
