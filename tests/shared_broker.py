"""One broker for test processes that run side by side.

The first that needs it starts it, and stops it when all are done: whoever uses it holds the file
`in-use` together with the others, whoever stops it holds it alone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_SH, flock
from pathlib import Path

import msgspec

from deploy.local.node import Broker


@contextmanager
def one_for_all(home: Path, start: Callable[[], Broker]) -> Iterator[Broker]:
    """The broker of all who name this folder; `start` is called where none runs yet."""
    home.mkdir(exist_ok=True)
    running = home / "running.json"
    with (home / "in-use").open("w") as in_use:
        flock(in_use, LOCK_SH)
        broker, ours = _found_or_started(home, running, start)
        try:
            yield broker
        finally:
            if ours:
                flock(in_use, LOCK_EX)
                running.unlink()
                broker.stop()


def _found_or_started(
    home: Path, running: Path, start: Callable[[], Broker]
) -> tuple[Broker, bool]:
    with (home / "starting").open("w") as starting:
        flock(starting, LOCK_EX)
        if running.exists():
            return msgspec.json.decode(running.read_bytes(), type=Broker), False
        broker = start()
        running.write_bytes(msgspec.json.encode(broker))
        return broker, True
