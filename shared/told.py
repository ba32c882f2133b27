"""Told to stop: TERM and Ctrl-C, from a process's first moment to its last.

Light, for it is what a service loads first.
"""

import os
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Told:
    """Made first of all. Until somebody heeds it, being told ends the process, with status 0."""

    def __init__(self) -> None:
        self._stop: Callable[[], object] = _nothing_begun
        for number in SIGNALS:
            signal.signal(number, self._hear)

    def heed(self, stop: Callable[[], object]) -> None:
        """From now on being told calls `stop`, on the main thread, between any two steps of it."""
        self._stop = stop

    def heed_on(self, loop: "AbstractEventLoop", stop: Callable[[], object]) -> None:
        """From now on being told calls `stop` on this loop; nothing once the loop is closed."""
        self._stop = lambda: loop.is_closed() or loop.call_soon_threadsafe(stop)

    def last(self, status: int) -> int:
        """The same status. Nothing is left to stop: from now on nobody is told anything."""
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)  # Python takes handlers away as it ends
        return status

    def _hear(self, *_signal: object) -> None:
        self._stop()


def _nothing_begun() -> None:
    os._exit(0)
