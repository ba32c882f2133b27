"""How likely articles can be said at most to report one event, without weighing all they say.

Most candidates are told from a new article by this alone; for the others the score is computed.
First an overlap is taken as largest, where the other article has nothing but what both share, the
headlines as told whole, and nothing as speaking against; of whom that lets pass the headlines are
weighed, and what speaks against.

What all candidates share with the article is added up in one pass of numpy, by the marks of tags:
where two tags have the same mark more seems to be shared, so a candidate more may pass.
"""

from collections.abc import Iterator, Sequence
from math import log

import numpy as np
from numpy.typing import NDArray

from services.processors.gather.rarity import Rarity
from services.processors.gather.score import (
    COEFFICIENTS,
    FEATURES,
    LITTLE,
    MARKS,
    MUCH,
    OTHERS,
    Pair,
    Row,
    days_between,
    differ,
    headlines,
    kind,
    meaning,
    squares,
)

Floats = NDArray[np.float64]

_MEANING, _DAYS, _CROWD = map(FEATURES.index, ("meaning", "days", "crowd"))
_HEADLINES, _EVIDENCE, _LIKENESS = map(FEATURES.index, ("headlines", "evidence", "likeness"))
_FAMILIES = FEATURES[_MEANING + 1 : _HEADLINES]
_OTHERS = {FEATURES.index(name): said_by for name, said_by in OTHERS.items()}
_OF_FEWER = np.isin(_FAMILIES, ("names", "short_names"))
"""Families of which an overlap counts against what the article with fewer has."""
_TOLD_ONCE = np.array([name != "titles" for name in _FAMILIES], float)
_ACROSS = np.array([name not in ("titles", "leads") for name in _FAMILIES], float)
"""The families that are compared across languages."""
_PAIRS = {pair: place for place, pair in enumerate(Pair)}
_COMPARED = np.array([_TOLD_ONCE**0 if pair is Pair.WITHIN else _ACROSS for pair in Pair])
_WEIGHTS = np.array([COEFFICIENTS[pair] for pair in Pair])
_GAINS = np.maximum(_WEIGHTS, 0)
_ROUNDING = 1e-3


class Bound:
    """Compares one article with others, its tags weighed once."""

    def __init__(self, row: Row, rarity: Rarity) -> None:
        """As rare as its tags are now."""
        self._row = row
        self._rarity = rarity
        self._weighed = np.zeros(MARKS)  # by mark
        np.maximum.at(self._weighed, row.marks & (MARKS - 1), rarity.weights(row.listed))
        self._all = np.array([rarity.of(family).total for family in row.families])
        self._squares = np.array([squares(row, int(some.sum()), rarity) for some in _COMPARED])

    def allowed(self, others: Sequence[Row], least: float) -> Iterator[Row]:
        """Those whose score may be as probable as that; everyone whose score is."""
        needed = log(least / (1 - least)) - _ROUNDING
        most_of = self.most(others).tolist() if others else ()
        for other, most in zip(others, most_of, strict=True):
            if most >= needed and most - self.too_much(other) >= needed:
                yield other

    def most(self, others: Sequence[Row]) -> Floats:
        """What the weighted sum of each pair's features does not exceed."""
        pairs = [_PAIRS[kind(self._row, other)] for other in others]
        gains = _GAINS[pairs]
        shared, squared = self._shared(others, _COMPARED[pairs])
        both = np.where(_OF_FEWER, shared, np.sqrt(self._all * shared))
        evidence, alike = shared @ _TOLD_ONCE, squared @ _TOLD_ONCE
        most: Floats = _WEIGHTS[pairs, 0] + _WEIGHTS[pairs, _CROWD] * self._rarity.crowd
        most += gains[:, _HEADLINES]
        most += _WEIGHTS[pairs, _MEANING] * [meaning(self._row, other) for other in others]
        most += (gains[:, _MEANING + 1 : _HEADLINES] * shared / (1 + both)).sum(axis=1)
        most += gains[:, _EVIDENCE] * evidence / (evidence + MUCH)
        most += gains[:, _LIKENESS] * alike / (LITTLE + np.sqrt(self._squares[pairs] * alike))
        return most

    def _shared(self, others: Sequence[Row], compared: Floats) -> tuple[Floats, Floats]:
        """The weight of what is shared by family, a row for each of the others, and its squares."""
        marks = np.concatenate([other.marks for other in others])
        count = len(_FAMILIES)
        begins = np.repeat(np.arange(len(others)) * count, [len(other.marks) for other in others])
        place = begins + marks // MARKS
        weighed = self._weighed.take(marks & (MARKS - 1))
        size = len(others) * count
        shared = np.bincount(place, weighed, size).reshape(-1, count)
        squared = np.bincount(place, weighed * weighed, size).reshape(-1, count)
        return shared * compared, squared * compared

    def too_much(self, other: Row) -> float:
        """By how much `most` is too much at least, as headlines, days and differences say."""
        row, weights = self._row, COEFFICIENTS[kind(self._row, other)]
        untold = max(0.0, weights[_HEADLINES]) * (1 - headlines(row, other, self._rarity))
        against = weights[_DAYS] * days_between(row, other) + sum(
            weights[place]
            for place, said_by in _OTHERS.items()
            if differ(said_by(row), said_by(other))
        )
        return untold - min(0.0, against)
