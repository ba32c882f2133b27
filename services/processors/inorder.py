"""inorder: whose turn a record is, and up to where may be committed.

Each partition is read like a stream of numbered packets: the record that is due is worked on, one
that was begun before is passed over, and one that comes too early means that others were left out:
read again from the one that is due. Faust, which hands the records on, does all three: it seeks
while it fetches, so that records come twice, and it drops what it has fetched.

Records finish in any order, as the broker acknowledges what they caused. What may be committed is
the first that is not finished; never anything behind it.
"""

from collections import deque
from collections.abc import Hashable
from enum import Enum, auto
from typing import Generic, TypeVar

P = TypeVar("P", bound=Hashable)

SAME_ANSWERS = 3
"""How often in a row a fresh reading must leave the same records out before they count as gone."""


class Turn(Enum):
    """What to do with a record that was read."""

    NOW = auto()  # it is due: work on it
    AGAIN = auto()  # it was begun before: pass it over
    EARLY = auto()  # others are to be read before it, and are on their way: pass it over
    MISSING = auto()  # others are to be read before it: pass it over, and read from `due`


class InOrder(Generic[P]):
    """The records of each partition in one generation, the time between two rebalances."""

    def __init__(self) -> None:
        self._generation: int | None = None
        self._partitions: dict[P, _Partition] = {}

    def started(self, generation: int, partition: P) -> bool:
        """Is it known where this generation begins to read the partition?"""
        return generation == self._generation and partition in self._partitions

    def start(self, generation: int, partition: P, offset: int) -> None:
        """This generation reads the partition from `offset` on: what was committed before."""
        if generation != self._generation:
            self.forget()
            self._generation = generation
        self._partitions[partition] = _Partition(offset)

    def begin(self, generation: int, partition: P, offset: int) -> Turn:
        """Whose turn the record at `offset` is. Raises KeyError where nothing was started."""
        if not self.started(generation, partition):
            raise KeyError(partition)
        return self._partitions[partition].begin(offset)

    def finish(self, generation: int, partition: P, offset: int) -> None:
        """All that this record caused is on the broker. Of an earlier generation: nothing."""
        if generation == self._generation:
            self._partitions[partition].finish(offset)

    def due(self, partition: P) -> int | None:
        """The offset that comes next; None where this generation has not started."""
        books = self._partitions.get(partition)
        return books.due if books else None

    def idle(self, partition: P) -> bool:
        """Is nothing of this partition being worked on?"""
        books = self._partitions.get(partition)
        return books is None or books.idle

    def committable(self) -> dict[P, int]:
        """For each partition the offset before which everything is finished."""
        return {partition: books.committable for partition, books in self._partitions.items()}

    def forget(self) -> None:
        """The partitions are given up; what is not finished will be read again, by whoever."""
        self._generation = None
        self._partitions.clear()


class _Partition:
    def __init__(self, start: int) -> None:
        self.due = start
        self._begun: deque[int] = deque()
        self._finished: set[int] = set()
        self._reading = _Reading()

    @property
    def idle(self) -> bool:
        return not self._begun

    @property
    def committable(self) -> int:
        return self._begun[0] if self._begun else self.due

    def begin(self, offset: int) -> Turn:
        turn = self._turn(offset)
        if turn is Turn.NOW:
            self._reading = _Reading()
            self._begun.append(offset)
            self.due = offset + 1
        return turn

    def _turn(self, offset: int) -> Turn:
        if offset == self.due:
            return Turn.NOW
        return Turn.AGAIN if offset < self.due else self._reading.early(offset)

    def finish(self, offset: int) -> None:
        self._finished.add(offset)
        while self._begun and self._begun[0] in self._finished:
            self._finished.remove(self._begun.popleft())


class _Reading:
    """Looking for the record that is due, among those that come too early.

    Offsets rise while one reading lasts; where they fall, the reading has begun anew, and the first
    record it brings is the broker's answer. The same answer several times is the truth: the records
    between are gone (their retention has ended), and that record's turn has come.
    """

    def __init__(self) -> None:
        self._newest: int | None = None
        self._answer: int | None = None
        self._same = 0

    def early(self, offset: int) -> Turn:
        newest, self._newest = self._newest, offset
        if newest is None:
            return Turn.MISSING
        if offset > newest:
            return Turn.EARLY
        self._same = self._same + 1 if offset == self._answer else 1
        self._answer = offset
        return Turn.NOW if self._same >= SAME_ANSWERS else Turn.MISSING
