"""The live articles of one watch, by meaning and by tags: proposes whom to compare in full."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from services.processors.gather.rarity import Rarity
from services.processors.gather.score import Row
from services.processors.gather.signals import DIMENSIONS, Signals

CANDIDATES = 24
_COMMON = 0.25
"""A tag of more than a quarter of the window proposes nobody."""
_TAG_SHARE = 0.12


def _places() -> "array[int]":
    return array("q")


class Window:
    """Rows by article id; freed places are used again."""

    def __init__(self, usual: Mapping[str, float]) -> None:
        """Empty; `usual` as in Rarity."""
        self.rows: dict[str, Row] = {}
        self.rarity = Rarity(usual)
        self._vectors: NDArray[np.float32] = np.zeros((64, DIMENSIONS), np.float32)
        self._at: list[str | None] = []
        self._place: dict[str, int] = {}
        self._story: dict[str, str] = {}
        self._expected: dict[tuple[bytes, str], int] = {}  # vector and language → row of products
        self._products: NDArray[np.float32] = np.zeros((0, 0), np.float32)
        self._changed: list[int] = []  # places whose products are out of date
        self._free: list[int] = []
        self._tagged: dict[str, array[int]] = defaultdict(_places)

    def put(self, row: Row, story: str) -> None:
        """Add an article of a story, or replace it by a later revision."""
        key = row.signals.key
        self.drop(key)
        self._story[key] = story
        place = self._free.pop() if self._free else self._new_place()
        self.rows[key], self._place[key], self._at[place] = row, place, key
        self._vectors[place] = row.embedding
        self._differs(place)
        self.rarity.add(row.tags, story)
        for tag in row.proposing:
            self._tagged[tag].append(place)

    def drop(self, key: str) -> None:
        """Take an article out, if it is in."""
        row = self.rows.pop(key, None)
        if row is None:
            return
        place = self._place.pop(key)
        self._at[place] = None
        self._vectors[place] = 0
        self._differs(place)
        self._free.append(place)
        self.rarity.remove(row.tags, self._story.pop(key))
        for tag in row.proposing:
            self._tagged[tag].remove(place)  # who leaves has mostly come first
            if not self._tagged[tag]:
                del self._tagged[tag]

    def merge(self, story: str, other: str, members: Iterable[str]) -> None:
        """Two stories are one from now on; `members` are the other's articles."""
        self._story.update((key, story) for key in members if key in self.rows)
        self.rarity.merge(story, other)

    def expect(self, articles: Sequence[Signals]) -> None:
        """Compare these articles' meanings with all that are here, before candidates are asked for.

        The vectors of a large window do not fit into a cache: for several articles together they
        are read once.
        """
        arriving = {_made_from(one): one.embedding for one in articles if one.vector}
        self._expected = {source: place for place, source in enumerate(arriving)}
        if arriving:
            self._products = np.stack([*arriving.values()]) @ self._vectors[: len(self._at)].T
        self._changed = []

    def candidates(self, row: Row) -> list[Row]:
        """The articles most worth a full comparison, in the order of their ids."""
        if not self.rows:
            return []
        promise = self._meaning(row) + self._shared(row)
        best = np.argpartition(-promise, min(CANDIDATES, len(promise) - 1))[:CANDIDATES]
        keys = sorted(key for place in best.tolist() if (key := self._at[place]) is not None)
        return [self.rows[key] for key in keys if key != row.signals.key]

    def _differs(self, place: int) -> None:
        if self._expected:
            self._changed.append(place)

    def _meaning(self, row: Row) -> NDArray[np.float32]:
        """For each place the cosine of its article and this one."""
        expected = self._expected.get(_made_from(row.signals))
        if expected is None:
            return self._vectors[: len(self._at)] @ row.embedding
        meaning = np.zeros(len(self._at), np.float32)
        meaning[: self._products.shape[1]] = self._products[expected]
        meaning[self._changed] = self._vectors.take(self._changed, axis=0) @ row.embedding
        return meaning

    def _shared(self, row: Row) -> NDArray[np.float32]:
        """For each place what the tags that it shares with the row promise."""
        limit = max(8.0, len(self.rows) * _COMMON)
        sharing, weights = [], []
        for tag in row.proposing:
            tagged = self._tagged.get(tag)
            if tagged and len(tagged) <= limit:
                sharing.append(tagged)
                weights.append(_TAG_SHARE * self.rarity.weight(tag))
        places = np.frombuffer(b"".join(sharing), np.int64)
        each = np.repeat(weights, [*map(len, sharing)])
        return np.bincount(places, each, len(self._at)).astype(np.float32)

    def _new_place(self) -> int:
        if len(self._at) == len(self._vectors):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
        self._at.append(None)
        return len(self._at) - 1


def _made_from(signals: Signals) -> tuple[bytes, str]:
    """What an article's embedding is made from."""
    return signals.vector, signals.told.language
