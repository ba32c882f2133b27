"""Which lines of a log repeat one that was just told, and are better counted than told again.

A broker that is away makes its clients say so some hundred times a second, for as long as it is.
"""

import re
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

QUIET_FOR = 30.0
"""Seconds for which a line that was told is counted when it comes again."""

T = TypeVar("T")
_FIGURES = re.compile(r"0x[0-9a-f]+|\d+")


@dataclass(frozen=True)
class Due(Generic[T]):
    """A line to be told, and how many like it were left out since the one told before."""

    line: T
    left_out: int


@dataclass
class _Since(Generic[T]):
    """What came after a line was told."""

    told_at: float
    latest: T | None = None
    count: int = 0


class Repeats(Generic[T]):
    """Lines in, those to be told out. The caller gives the time, in seconds that only go up."""

    def __init__(self, quiet_for: float = QUIET_FOR) -> None:
        self._quiet_for = quiet_for
        self._since: dict[Hashable, _Since[T]] = {}  # whichever was told first is first

    def take(self, alike: Hashable, line: T, now: float) -> list[Due[T]]:
        """What is to be told now that this line came; lines of one `alike` count as the same.

        The last one that was left out is told once its time is over, when any other line comes.
        """
        told = self.due(now)
        if since := self._since.get(alike):
            since.latest, since.count = line, since.count + 1
        else:
            told.append(Due(line, 0))
            self._since[alike] = _Since(now)
        return told

    def due(self, now: float = float("inf")) -> list[Due[T]]:
        """What was left out and has waited long enough; without a time, all of it."""
        told = []
        while self._since:
            alike, since = next(iter(self._since.items()))
            if now - since.told_at < self._quiet_for:
                break
            del self._since[alike]
            if since.latest is not None:
                told.append(Due(since.latest, since.count - 1))
                if now < float("inf"):
                    self._since[alike] = _Since(now)
        return told


def template(message: str) -> str:
    """A message without its figures: addresses, ids and counts differ, what it says does not."""
    return _FIGURES.sub("#", message)
