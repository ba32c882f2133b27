"""One calibrated score: the probability that two articles report one event.

A logistic model over the features of a pair. Its coefficients are what `tests/bench/fit_stories.py`
prints for the tune split of tests/data/gold/stories; figures on the test split are in
docs/performance.md.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain, repeat
from math import exp, log, sqrt
from types import MappingProxyType

from services.processors.gather.signals import Signals, Vector

FEATURES = ("bias", "meaning", "entities", "numbers", "names", "concepts", "titles", "days")
"""`meaning` is the cosine of the embeddings, `days` the time between, the rest shared rare tags."""


class Pair(StrEnum):
    """What can be compared in a pair depends on its languages: each kind has its coefficients."""

    WITHIN = "within"  # one language
    ACROSS = "across"  # two languages that the embedding model knows
    BEYOND = "beyond"  # two languages, one of them Persian or otherwise unknown to the model


COEFFICIENTS: Mapping[Pair, tuple[float, ...]] = {
    Pair.WITHIN: (-4.94, 1.41, 0.67, 0.0, 3.06, 5.84, 4.3, -3.54),
    Pair.ACROSS: (-6.84, 7.36, 3.86, 6.43, 2.14, 12.74, 0.0, -4.12),
    Pair.BEYOND: (-4.58, 1.08, 3.81, 4.01, 1.96, 14.66, 0.0, -3.71),
}
_MODELS_LANGUAGES = frozenset(
    ("ar", "zh", "nl", "en", "de", "fr", "it", "ja", "ko", "pl", "pt", "ru", "es", "th", "tr", "az")
)
_PRIOR = 60
_UNIT = log(_PRIOR)
_DAY_S = 86_400


@dataclass(frozen=True)
class Row:
    """An article as the score sees it: signals with their sets made once."""

    signals: Signals

    @cached_property
    def embedding(self) -> Vector:
        """The embedding as floats."""
        return self.signals.embedding

    @cached_property
    def families(self) -> tuple[tuple[str, ...], ...]:
        """The sparse signals by family; a tag's first letter is its family's."""
        signals = self.signals
        found = (
            ("e", signals.entities),
            ("n", signals.numbers),
            ("w", signals.names),
            ("c", signals.concepts),
            ("t", signals.title_stems),
        )
        return tuple(tuple(f"{family}{name}" for name in dict.fromkeys(n)) for family, n in found)

    @cached_property
    def tags(self) -> frozenset[str]:
        """All sparse signals in one set."""
        return frozenset(chain.from_iterable(self.families))

    @cached_property
    def known_to_model(self) -> bool:
        """Whether the embedding model was trained on the article's language."""
        return self.signals.told.language in _MODELS_LANGUAGES


class Rarity:
    """How much a shared tag says: the rarer in the window, the more."""

    def __init__(self, usual: Mapping[str, float] = MappingProxyType({})) -> None:
        """`usual`: the share of articles that have a tag, counted as if seen before any other."""
        self._seen = {tag: share * _PRIOR + 1 for tag, share in usual.items()}
        self._logs = {tag: log(seen) for tag, seen in self._seen.items()}
        self._rows = 0
        self._all = log(_PRIOR)

    def add(self, row: Row) -> None:
        """Count a row in."""
        self._count(row, 1)

    def remove(self, row: Row) -> None:
        """Count a row out."""
        self._count(row, -1)

    def weight(self, tag: str) -> float:
        """0 for a tag of every article, at least 1 for one never seen."""
        return (self._all - self._logs.get(tag, 0.0)) / _UNIT

    def total(self, tags: Collection[str]) -> float:
        """The weight of all these tags."""
        known = sum(map(self._logs.get, tags, repeat(0.0)))
        return (len(tags) * self._all - known) / _UNIT

    def _count(self, row: Row, by: int) -> None:
        self._rows += by
        self._all = log(self._rows + _PRIOR)
        for tag in row.tags:
            self._seen[tag] = self._seen.get(tag, 1.0) + by
            self._logs[tag] = log(self._seen[tag])


def probability(one: Row, other: Row, rarity: Rarity) -> float:
    """That both articles report one event, 0 to 1, rounded so that no summing order shows."""
    weights = COEFFICIENTS[kind(one, other)]
    total = sum(c * f for c, f in zip(weights, features(one, other, rarity), strict=True))
    return round(1 / (1 + exp(-max(-30.0, min(30.0, total)))), 5)


def kind(one: Row, other: Row) -> Pair:
    """Which coefficients a pair needs."""
    if one.signals.told.language == other.signals.told.language:
        return Pair.WITHIN
    return Pair.ACROSS if one.known_to_model and other.known_to_model else Pair.BEYOND


def features(one: Row, other: Row, rarity: Rarity) -> tuple[float, ...]:
    """The pair's features in the order of FEATURES."""
    days = abs((one.signals.at - other.signals.at).total_seconds()) / _DAY_S
    return (
        1.0,
        float(one.embedding @ other.embedding),
        *(
            _overlap(mine, theirs, rarity)
            for mine, theirs in zip(one.families, other.families, strict=True)
        ),
        min(days, 7.0),
    )


def _overlap(mine: tuple[str, ...], theirs: tuple[str, ...], rarity: Rarity) -> float:
    """Weight shared, against the geometric mean of both weights and a little doubt."""
    shared = [tag for tag in mine if tag in theirs]
    if not shared:
        return 0.0
    return rarity.total(shared) / (1.0 + sqrt(rarity.total(mine) * rarity.total(theirs)))
