"""Signatures side by side, so that a text is compared with many at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.processors.gather.minhash import VALUES, Signature


class Signatures:
    """Rows by place; freed places are used again."""

    def __init__(self) -> None:
        """Empty."""
        self._rows: NDArray[np.uint32] = np.zeros((64, VALUES), np.uint32)
        self._free: list[int] = [*range(63, -1, -1)]

    def put(self, signature: Signature) -> int:
        """The place where it is kept."""
        if not self._free:
            self._free += range(2 * len(self._rows) - 1, len(self._rows) - 1, -1)
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        place: int = self._free.pop()
        self._rows[place] = signature
        return place

    def drop(self, place: int) -> None:
        """Forget what is kept there."""
        self._free.append(place)

    def of(self, places: Sequence[int]) -> NDArray[np.uint32]:
        """What is kept at these places, one a row."""
        return self._rows.take(places, axis=0)
