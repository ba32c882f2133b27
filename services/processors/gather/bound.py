"""How likely two articles can be said at most to report one event, without weighing all they say.

Most candidates are told from a new article by this alone; for the others the score is computed. An
overlap is largest where the other article has nothing but what both share, and what speaks against
is at best silent.
"""

from math import log, sqrt

from services.processors.gather.rarity import Rarity
from services.processors.gather.score import (
    COEFFICIENTS,
    FEATURES,
    MUCH,
    Row,
    days_between,
    kind,
)

_MEANING, _DAYS, _TITLES = (FEATURES.index(name) for name in ("meaning", "days", "titles"))
_STEMS = (_TITLES, FEATURES.index("leads"))
_HEADLINES, _EVIDENCE = (FEATURES.index(name) for name in ("headlines", "evidence"))
_FAMILIES = range(_MEANING + 1, _HEADLINES)
_ROUNDING = 1e-3


class Bound:
    """Compares one article with others, its tags weighed once."""

    def __init__(self, row: Row, rarity: Rarity) -> None:
        """As rare as its tags are now."""
        self._row = row
        self._weight = {tag: rarity.weight(tag) for tag in row.tags}.__getitem__
        self._all = dict(zip(_FAMILIES, map(rarity.weigh, row.families), strict=True))

    def allows(self, other: Row, least: float) -> bool:
        """Whether the score may be as probable as that; true wherever it is."""
        return self.most(other) >= log(least / (1 - least)) - _ROUNDING

    def most(self, other: Row) -> float:
        """What the weighted sum of the pair's features does not exceed."""
        row, weights = self._row, COEFFICIENTS[kind(self._row, other)]
        total = weights[0] + weights[_MEANING] * float(row.embedding @ other.embedding)
        evidence = 0.0
        for place, mine, theirs in zip(_FAMILIES, row.families, other.families, strict=True):
            if shared := mine.members & theirs.members:
                weight = sum(map(self._weight, shared))
                both = sqrt(self._all[place] * weight) if place in _STEMS else weight
                total += max(0.0, weights[place]) * weight / (1.0 + both)
                evidence += weight if place != _TITLES else 0.0
        total += max(0.0, weights[_EVIDENCE]) * evidence / (evidence + MUCH)
        days = min(0.0, weights[_DAYS]) * days_between(row, other)
        return total + max(0.0, weights[_HEADLINES]) + days
