"""forget: which articles judge need not remember any longer.

Time is the articles' own (`first_seen`), partition by partition, so that the same input forgets the
same. An article is forgotten when nothing was heard of it for REMEMBERED: longer than any feed of
the catalogue keeps an entry, and longer than `articles.raw` keeps its records.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

REMEMBERED = timedelta(days=45)
AT_ONCE = 10
"""How many articles one new article may make forgotten: the work is spread, never in one go."""


class Ages:
    """When each article of each partition was last heard of. A cache of the table, not state."""

    def __init__(self) -> None:
        self._heaps: dict[int, list[tuple[float, bytes]]] = defaultdict(list)
        self._latest: dict[bytes, float] = {}

    def restore(self, entries: Iterable[tuple[int, bytes, float]]) -> None:
        """Start from what the table holds: partition, key, last seen."""
        for partition, key, last_seen in entries:
            self.heard(partition, key, last_seen)

    def heard(self, partition: int, key: bytes, at: float) -> None:
        """This article was heard of at this time (seconds since the epoch)."""
        self._latest[key] = max(at, self._latest.get(key, at))
        heapq.heappush(self._heaps[partition], (at, key))

    def stale(self, partition: int, now: float) -> Iterator[bytes]:
        """The articles of this partition to forget now, at most AT_ONCE, each told once."""
        heap, limit = self._heaps[partition], now - REMEMBERED.total_seconds()
        told = 0
        while heap and heap[0][0] < limit and told < AT_ONCE:
            at, key = heapq.heappop(heap)
            if self._latest.get(key) == at:
                del self._latest[key]
                told += 1
                yield key
