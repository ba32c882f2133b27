"""inorder: which finished records may be acked.

Records of a partition finish in any order, as the broker acknowledges what they caused; they are
acked in the order in which they came. Faust would commit past a single unfinished record (its check
for a gap is off by one, and is not made at offset 0), so it is never shown a gap.
"""

from collections import defaultdict, deque
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class InOrder(Generic[T]):
    """The records begun and not yet acked, partition by partition, of one generation.

    A generation is the time between two rebalances. What was begun in an earlier one is read again
    in this one, by whoever has the partition now, and is not acked.
    """

    def __init__(self) -> None:
        self._generation: int | None = None
        self._begun: dict[Hashable, deque[tuple[int, T]]] = defaultdict(deque)
        self._finished: dict[Hashable, set[int]] = defaultdict(set)

    def begin(self, generation: int, partition: Hashable, offset: int, record: T) -> None:
        """Work on this record begins; within a partition in the order of offsets."""
        if generation != self._generation:
            self._generation = generation
            self._begun.clear()
            self._finished.clear()
        self._begun[partition].append((offset, record))

    def finish(self, generation: int, partition: Hashable, offset: int) -> Iterator[T]:
        """This record is done; the records that may be acked now, in order."""
        if generation != self._generation:
            return
        begun, finished = self._begun[partition], self._finished[partition]
        finished.add(offset)
        while begun and begun[0][0] in finished:
            done, record = begun.popleft()
            finished.remove(done)
            yield record
