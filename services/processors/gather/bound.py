"""How likely two articles can be said at most to report one event, without weighing all they say.

Most candidates are told from a new article by this alone; for the others the score is computed.
First an overlap is taken as largest, where the other article has nothing but what both share, the
headlines as told whole, and nothing as speaking against; of whom that lets pass the headlines are
weighed, and what speaks against.
"""

from math import log, sqrt
from operator import mul

from services.processors.gather.rarity import Rarity
from services.processors.gather.score import (
    COEFFICIENTS,
    FEATURES,
    LITTLE,
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

_MEANING, _DAYS, _TITLES = (FEATURES.index(name) for name in ("meaning", "days", "titles"))
_HEADLINES, _EVIDENCE, _LIKENESS = (
    FEATURES.index(name) for name in ("headlines", "evidence", "likeness")
)
_FAMILIES = range(_MEANING + 1, _HEADLINES)
_ACROSS = range(_MEANING + 1, _TITLES)
"""The families that are compared across languages."""
_NAMES = (FEATURES.index("names"), FEATURES.index("short_names"))
"""Of these an overlap counts against what the article with fewer has."""
_OTHERS = {FEATURES.index(name): said_by for name, said_by in OTHERS.items()}
_ROUNDING = 1e-3


class Bound:
    """Compares one article with others, its tags weighed once."""

    def __init__(self, row: Row, rarity: Rarity) -> None:
        """As rare as its tags are now."""
        self._row = row
        self._rarity = rarity
        self._weight = {tag: rarity.weight(tag) for tag in row.tags}.__getitem__
        own = [rarity.of(family).total for family in row.families]
        self._all = dict(zip(_FAMILIES, own, strict=True))
        self._squares = {
            compared: squares(row, len(compared), rarity) for compared in (_FAMILIES, _ACROSS)
        }

    def allows(self, other: Row, least: float) -> bool:
        """Whether the score may be as probable as that; true wherever it is."""
        needed = log(least / (1 - least)) - _ROUNDING
        most = self.most(other)
        return most >= needed and most - self.too_much(other) >= needed

    def most(self, other: Row) -> float:
        """What the weighted sum of the pair's features does not exceed."""
        row, pair = self._row, kind(self._row, other)
        weights = COEFFICIENTS[pair]
        total = weights[0] + weights[_MEANING] * meaning(row, other)
        evidence = alike = 0.0
        compared = _FAMILIES if pair is Pair.WITHIN else _ACROSS
        for place, mine, theirs in zip(compared, row.families, other.families, strict=False):
            if shared := mine.members & theirs.members:
                weighed = list(map(self._weight, shared))
                weight = sum(weighed)
                both = weight if place in _NAMES else sqrt(self._all[place] * weight)
                total += max(0.0, weights[place]) * weight / (1.0 + both)
                if place != _TITLES:
                    evidence += weight
                    alike += sum(map(mul, weighed, weighed))
        total += max(0.0, weights[_EVIDENCE]) * evidence / (evidence + MUCH)
        most_alike = alike / (LITTLE + sqrt(self._squares[compared] * alike))
        total += max(0.0, weights[_LIKENESS]) * most_alike
        days = min(0.0, weights[_DAYS]) * days_between(row, other)
        return total + max(0.0, weights[_HEADLINES]) + days

    def too_much(self, other: Row) -> float:
        """By how much `most` is too much at least, as far as headlines and differences say."""
        row, weights = self._row, COEFFICIENTS[kind(self._row, other)]
        untold = max(0.0, weights[_HEADLINES]) * (1 - headlines(row, other, self._rarity))
        against = sum(
            weights[place]
            for place, said_by in _OTHERS.items()
            if differ(said_by(row), said_by(other))
        )
        return untold - min(0.0, against)
