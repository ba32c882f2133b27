"""One calibrated score: the probability that two articles report one event.

A logistic model over the features of a pair. Its coefficients are what `tests/bench/fit_stories.py`
prints for the tune split of tests/data/gold/stories; figures on the test split are in
docs/performance.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
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
    Pair.WITHIN: (-4.89, 2.0, 0.0, 0.0, 2.73, 4.71, 4.13, -4.05),
    Pair.ACROSS: (-6.26, 8.29, 0.79, 5.3, 2.67, 11.4, 0.0, -4.19),
    Pair.BEYOND: (-4.02, 1.97, 0.97, 3.44, 3.22, 14.66, 0.0, -4.45),
}
_FAMILIES = "enwct"
_MODELS_LANGUAGES = frozenset(
    ("ar", "zh", "nl", "en", "de", "fr", "it", "ja", "ko", "pl", "pt", "ru", "es", "th", "tr", "az")
)
_PRIOR = 60
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
    def tags(self) -> frozenset[str]:
        """All sparse signals in one set; the first letter is the family."""
        signals = self.signals
        return frozenset(
            [
                *(f"e{entity}" for entity in signals.entities),
                *(f"n{number}" for number in signals.numbers),
                *(f"w{name}" for name in signals.names),
                *(f"c{concept}" for concept in signals.concepts),
                *(f"t{stem}" for stem in signals.title_stems),
            ]
        )

    @cached_property
    def known_to_model(self) -> bool:
        """Whether the embedding model was trained on the article's language."""
        return self.signals.told.language in _MODELS_LANGUAGES


class Rarity:
    """How much a shared tag says: the rarer in the window, the more."""

    def __init__(self, usual: Mapping[str, float] = MappingProxyType({})) -> None:
        """`usual`: the share of articles that have a tag, counted as if seen before any other."""
        self._usual = usual
        self._seen: Counter[str] = Counter()
        self._rows = 0

    def add(self, row: Row) -> None:
        """Count a row in."""
        self._seen.update(row.tags)
        self._rows += 1

    def remove(self, row: Row) -> None:
        """Count a row out."""
        self._seen.subtract(row.tags)
        self._rows -= 1

    def weight(self, tag: str) -> float:
        """0 for a tag of every article, about 4 for one never seen."""
        seen = self._seen[tag] + self._usual.get(tag, 0.0) * _PRIOR
        return log((self._rows + _PRIOR) / (seen + 1)) / log(_PRIOR)


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
    shared = _by_family(one.tags & other.tags, rarity)
    mine, theirs = _by_family(one.tags, rarity), _by_family(other.tags, rarity)
    days = abs((one.signals.at - other.signals.at).total_seconds()) / _DAY_S
    return (
        1.0,
        float(one.embedding @ other.embedding),
        *(_overlap(shared, mine, theirs, family) for family in _FAMILIES),
        min(days, 7.0),
    )


def _by_family(tags: Iterable[str], rarity: Rarity) -> Mapping[str, float]:
    totals = dict.fromkeys(_FAMILIES, 0.0)
    for tag in tags:
        totals[tag[0]] += rarity.weight(tag)
    return totals


def _overlap(
    shared: Mapping[str, float], mine: Mapping[str, float], theirs: Mapping[str, float], family: str
) -> float:
    """Weight shared, against the geometric mean of both weights and a little doubt."""
    return shared[family] / (1.0 + sqrt(mine[family] * theirs[family]))
