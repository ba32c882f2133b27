"""A process that was frozen for longer than its session must not go on as if nothing had been.

While it was stopped (SIGSTOP, `docker pause`, a machine that slept or was starved) others took over
its partitions; what it still has to send would be written over what they have written since. So it
ends before its event loop gets to send anything, and is started again as after any other death.

A thread of its own beats; a loop that is merely busy does not count as frozen. Whichever of the two
wakes first, thread or loop, finds the gap.
"""

import asyncio
import threading
from collections.abc import Callable

from shared.passed import passed

BEAT = 0.1
"""Seconds between two beats."""


class Pulse(threading.Thread):
    """Calls `frozen`, with the seconds, when the process did not run for more than `longest`."""

    def __init__(
        self,
        longest: float,
        frozen: Callable[[float], None],
        clock: Callable[[], float] = passed,
    ) -> None:
        super().__init__(name="pulse", daemon=True)
        self._longest, self._frozen, self._clock = longest, frozen, clock
        self._last = clock()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Beat until stopped."""
        while not self._stopping.wait(BEAT):
            self.feel()
            self._last = self._clock()

    def feel(self) -> None:
        """Look whether the last beat is too long ago."""
        if (gap := self._clock() - self._last) > self._longest:
            self._frozen(gap)

    def watch(self, loop: asyncio.AbstractEventLoop) -> None:
        """Look at every beat on this loop, too. On its thread."""
        if not self._stopping.is_set():
            self.feel()
            loop.call_later(BEAT, self.watch, loop)

    def stop(self) -> None:
        """Beat no more."""
        self._stopping.set()
