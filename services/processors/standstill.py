"""Does something that should move still move?"""

from collections.abc import Hashable


class Standstill:
    """Counts the looks at which a mark was what it had been at the look before."""

    def __init__(self, looks: int) -> None:
        """So many looks in a row at the same mark are too many."""
        self._looks = looks
        self._mark: Hashable = None
        self._same = 0

    def lasts(self, mark: Hashable) -> bool:
        """Has it been this mark for too long? None means that nothing has to move."""
        self._same = self._same + 1 if mark is not None and mark == self._mark else 0
        self._mark = mark
        return self._same >= self._looks
