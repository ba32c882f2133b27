"""A multimap for millions of keys that mostly hold one article: no row until there are two."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int32]

LARGEST = 17
"""How many articles a key remembers: boilerplate shared by thousands says nothing."""
_NOBODY = -1
_NONE = np.zeros(0, np.int32)


class Buckets:
    """Key → the newest articles that have it, oldest first. An article is a number, its place."""

    def __init__(self) -> None:
        """Empty."""
        self._known: dict[int, int] = {}  # key → a place, or the complement of a row
        self._rows: Places = np.full((64, LARGEST), _NOBODY, np.int32)
        self._held = np.zeros(64, np.int32)
        self._free: list[int] = [*range(64)]

    def add(self, keys: Iterable[int], place: int) -> None:
        """Put the article under each key."""
        known = self._known.setdefault
        taken = [(key, at) for key in keys if (at := known(key, place)) != place]
        if taken:
            self._append([~at if at < 0 else self._row(key, at) for key, at in taken], place)

    def remove(self, keys: Iterable[int], place: int) -> None:
        """Take the article from under each key."""
        known, shared = self._known, []
        for key in keys:
            at = known.get(key, place)
            if at < 0:
                shared.append(key)
            elif known.get(key) == place:
                del known[key]
        if shared:
            self._take(shared, place)

    def find(self, keys: Iterable[int]) -> Places:
        """Articles under these keys, one entry for each key they share."""
        found = [at for at in map(self._known.get, keys) if at is not None]
        if not found:
            return _NONE
        at = np.array(found, np.int32)
        several = at < 0
        if not several.any():
            return at
        more = self._rows.take(~at[several], axis=0).ravel()
        return np.concatenate((at[~several], more[more >= 0]))

    def _row(self, key: int, place: int) -> int:
        """A row for a key that one article had alone."""
        if not self._free:
            self._free += range(len(self._rows), 2 * len(self._rows))
            self._rows = np.concatenate([self._rows, np.full_like(self._rows, _NOBODY)])
            self._held = np.concatenate([self._held, np.zeros_like(self._held)])
        row: int = self._free.pop()
        self._rows[row, 0], self._held[row] = place, 1
        self._known[key] = ~row
        return row

    def _append(self, wanted: list[int], place: int) -> None:
        rows = np.array(wanted, np.int32)
        held = self._held.take(rows)
        full = rows[held == LARGEST]
        if len(full):
            self._rows[full, :-1] = self._rows[full, 1:]
            held[held == LARGEST] -= 1
        self._rows[rows, held] = place
        self._held[rows] = held + 1

    def _take(self, keys: list[int], place: int) -> None:
        rows = np.array([~self._known[key] for key in keys], np.int32)
        held = self._rows[rows]
        held[held == place] = _NOBODY
        held = np.take_along_axis(held, (held < 0).argsort(axis=1, kind="stable"), axis=1)
        self._rows[rows] = held
        self._held[rows] = (held >= 0).sum(axis=1)
        for alone in (held[:, 1] < 0).nonzero()[0].tolist():
            self._known[keys[alone]] = int(held[alone, 0])
            self._rows[rows[alone], 0] = _NOBODY
            self._free.append(int(rows[alone]))
