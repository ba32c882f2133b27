"""One calibrated score: the probability that two articles report one event.

A logistic model over eight features of a pair. Its coefficients are fitted on the tune split of
tests/data/gold/stories by `python -m tests.bench.fit_stories` and written down here; the test split
and the figures are in docs/performance.md.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import exp, log, sqrt

from services.processors.gather.signals import Signals, Vector

FEATURES = (
    "bias",
    "meaning",  # cosine of the embeddings, where both languages are the model's
    "meaning_persian",  # the same, where one is Persian or otherwise unknown to the model
    "is_persian",
    "entities",
    "numbers",
    "names",
    "concepts",
    "days",
)
COEFFICIENTS = (-4.48, 2.65, 0.45, 0.91, 0.95, 2.65, 0.75, 8.39, -2.5)

_MODELS_LANGUAGES = frozenset(
    ("ar", "zh", "nl", "en", "de", "fr", "it", "ja", "ko", "pl", "pt", "ru", "es", "th", "tr", "az")
)
_PRIOR = 40
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
            ]
        )

    @cached_property
    def known_to_model(self) -> bool:
        """Whether the embedding model was trained on the article's language."""
        return self.signals.told.language in _MODELS_LANGUAGES


class Rarity:
    """How much a shared tag says: the rarer in the window, the more."""

    def __init__(self) -> None:
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
        return log((self._rows + _PRIOR) / (self._seen[tag] + 1)) / log(_PRIOR)


def probability(one: Row, other: Row, rarity: Rarity) -> float:
    """That both articles report one event, 0 to 1, rounded so that no summing order shows."""
    total = sum(c * f for c, f in zip(COEFFICIENTS, features(one, other, rarity), strict=True))
    return round(1 / (1 + exp(-max(-30.0, min(30.0, total)))), 5)


def features(one: Row, other: Row, rarity: Rarity) -> tuple[float, ...]:
    """The pair's features in the order of FEATURES."""
    meaning = float(one.embedding @ other.embedding)
    known = one.known_to_model and other.known_to_model
    shared = _by_family(one.tags & other.tags, rarity)
    mine, theirs = _by_family(one.tags, rarity), _by_family(other.tags, rarity)
    days = abs((one.signals.at - other.signals.at).total_seconds()) / _DAY_S
    return (
        1.0,
        meaning if known else 0.0,
        0.0 if known else meaning,
        0.0 if known else 1.0,
        *(_overlap(shared, mine, theirs, family) for family in "enwc"),
        min(days, 7.0),
    )


def _by_family(tags: Iterable[str], rarity: Rarity) -> Mapping[str, float]:
    totals = dict.fromkeys("enwc", 0.0)
    for tag in tags:
        totals[tag[0]] += rarity.weight(tag)
    return totals


def _overlap(
    shared: Mapping[str, float], mine: Mapping[str, float], theirs: Mapping[str, float], family: str
) -> float:
    """Weight shared, against the geometric mean of both weights and a little doubt."""
    return shared[family] / (1.0 + sqrt(mine[family] * theirs[family]))
