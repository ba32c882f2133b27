"""Signatures side by side, so that a text is compared with many at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.processors.gather.minhash import VALUES, Signature


class Signatures:
    """Rows by key; freed places are used again."""

    def __init__(self) -> None:
        self._rows: NDArray[np.uint32] = np.zeros((64, VALUES), np.uint32)
        self._place: dict[str, int] = {}
        self._free: list[int] = []

    def put(self, key: str, signature: Signature) -> None:
        """Keep a signature under a key that has none."""
        place = self._free.pop() if self._free else len(self._place)
        if place == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[place] = signature
        self._place[key] = place

    def drop(self, key: str) -> None:
        """Forget the key's signature."""
        self._free.append(self._place.pop(key))

    def of(self, keys: Sequence[str]) -> NDArray[np.uint32]:
        """The signatures of these keys, one a row."""
        return self._rows[[self._place[key] for key in keys]]
