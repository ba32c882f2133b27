"""What is due when: a heap of feeds by time. No tick: the shell sleeps until the next is due."""

from datetime import datetime
from heapq import heappop, heappush


class Agenda:
    """One appointment a feed; a later one replaces it."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, str]] = []
        self._due: dict[str, datetime] = {}

    def put(self, feed: str, due: datetime) -> None:
        """Poll `feed` at `due`, and at no other time."""
        self._due[feed] = due
        heappush(self._heap, (due, feed))

    def drop(self, feed: str) -> None:
        """Forget the feed's appointment."""
        self._due.pop(feed, None)

    def next(self) -> datetime | None:
        """When the next feed is due."""
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heappop(self._heap)  # replaced or dropped
        return self._heap[0][0] if self._heap else None

    def take(self, now: datetime) -> str | None:
        """The feed that has been due longest, its appointment removed; None when none is due."""
        due = self.next()
        if due is None or due > now:
            return None
        _, feed = heappop(self._heap)
        del self._due[feed]
        return feed
