"""`python -m deploy.local.again NAME`: run services.NAME, and start it again when it dies.

What compose does with `restart: unless-stopped`. Told to stop, or ended by a mistake in the
settings that only a person can mend, it stays ended.
"""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence

STAYS_ENDED = frozenset({0, 2})
"""Exit statuses: told to stop, and mistakes in the settings or the configuration."""

LIVED = 60.0
"""Seconds of life after which a death is taken for the first one again."""

LONGEST = 30.0
"""Seconds of the longest pause before a new start."""


class Kept:
    """One command, running or about to be started again."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self._name, self._command = name, command
        self._stopping = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None

    def stop(self, *_signal: object) -> None:
        """End it, and do not start it again. May be called from a signal handler."""
        self._stopping.set()
        if self._child:
            self._child.terminate()

    def pass_on(self, number: int, *_frame: object) -> None:
        """Give it a signal that was sent to us: ours is the pid that `make run` shows."""
        if self._child:
            self._child.send_signal(number)

    def run(self) -> int:
        """Until it stays ended: its last exit status, as a shell would tell it."""
        waits = pauses()
        while True:
            began = time.monotonic()
            status = self._once()
            if status in STAYS_ENDED or self._stopping.is_set():
                return status if status >= 0 else 128 - status
            waits = pauses() if time.monotonic() - began > LIVED else waits
            pause = next(waits)
            print(f"{self._name} {_how(status)}; starting it again in {pause:.0f} s", flush=True)
            if self._stopping.wait(pause):
                return 0

    def _once(self) -> int:
        self._child = subprocess.Popen(self._command)  # noqa: S603  our own module
        if self._stopping.is_set():  # between the pause and the start
            self._child.terminate()
        return self._child.wait()


def pauses() -> Iterator[float]:
    """Seconds before each new start, longer each time."""
    pause = 1.0
    while True:
        yield pause
        pause = min(2 * pause, LONGEST)


def _how(status: int) -> str:
    return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with {status}"


if __name__ == "__main__":
    kept = Kept(sys.argv[1], [sys.executable, "-m", f"services.{sys.argv[1]}"])
    signal.signal(signal.SIGTERM, kept.stop)
    signal.signal(signal.SIGINT, kept.stop)
    signal.signal(signal.SIGUSR1, kept.pass_on)
    sys.exit(kept.run())
