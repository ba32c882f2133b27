"""One calibrated score: the probability that two articles report one event.

A logistic model over the features of a pair. Its coefficients are what `tests/bench/fit_stories.py`
prints for the tune split of tests/data/gold/stories; figures on the test split are in
docs/performance.md.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import chain
from math import exp, sqrt

import numpy as np
from numpy.typing import NDArray

from services.processors.gather.lexicon import COUNTRY
from services.processors.gather.rarity import Family, Rarity
from services.processors.gather.signals import Signals, Vector

FEATURES = (
    "bias", "meaning", "entities", "numbers", "names", "short_names", "concepts", "titles", "leads",
    "headlines", "evidence", "likeness", "days", "other_people", "other_numbers", "other_topics",
    "other_countries", "other_days", "crowd",
)  # fmt: skip
"""`meaning`: the cosine of the embeddings. Then shared rare tags by family, each against what both
have (names: what the one with fewer has); `headlines`: how much of what one's title means the
other's lead means too; `evidence`: how much is shared in all, so that little is little however
short the articles; `likeness`: the cosine of all that can be compared, each tag weighed by its
rarity, as of tf-idf. The last seven speak against: days between; people, numbers, topics, third
countries or days of the week in both and none in common; and `crowd`: how many stories are open,
for the more there are, the likelier one is like the article by chance."""

AGAINST = frozenset(
    name for name in FEATURES if name in ("days", "crowd") or name.startswith("other_")
)


class Pair(StrEnum):
    """What can be compared in a pair depends on its languages: each kind has its coefficients."""

    WITHIN = "within"  # one language
    ACROSS = "across"  # two languages of which the embedding model has read much
    BEYOND = "beyond"  # two languages, one of them Persian or another that it has read less of


# fmt: off
COEFFICIENTS: Mapping[Pair, tuple[float, ...]] = {
    Pair.WITHIN: (-6.48, 9.71, 0.0, 0.8, 1.0, 2.09, 0.0, 0.75, 0.0,
                  0.74, 0.0, 8.13, -1.81, -0.38, -0.71, -2.8, -2.25, -0.88, 0.0),
    Pair.ACROSS: (-6.99, 22.67, 2.91, 1.19, 1.22, 0.0, 0.0, 0.0, 0.0,
                  6.44, 0.0, 8.76, -1.35, -0.81, -0.69, 0.0, -2.11, -0.51, -1.02),
    Pair.BEYOND: (-8.47, 23.44, 5.68, 1.52, 3.32, 0.29, 0.81, 0.0, 0.0,
                  7.3, 6.73, 1.75, -1.95, -0.69, -1.87, -0.92, -1.2, -0.21, -1.45),
}
# fmt: on
_MUCH_READ = frozenset(
    ("ar", "zh", "nl", "en", "de", "fr", "it", "ja", "ko", "pl", "pt", "ru", "es", "th", "tr", "az")
)
"""Languages that the embedding model has read much of, as far as its cosines tell."""
WEEKDAYS = frozenset(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
"""Concepts of the lexicon."""
_DAY_S = 86_400
MUCH = 2.0
"""The weight of shared tags that counts half."""
LITTLE = 3.0
"""The squared weight of all an article says that its likeness to another counts half with: of a
word or two, which agree by chance, it counts little."""
_SHORT = 3
"""So few consonants agree by chance."""
_ACROSS = 5
"""How many families can be compared across languages; stems cannot."""
_NAMES = (2, 3)
"""Where capitals are lacking any longer word may be one: the article with fewer says how many."""
_CONCEPTS = 4
_TITLES = 5
"""The place of the title's stems, which stand among the lead's too: they are evidence once."""
MARKS = 1 << 15
"""How many marks there are: few enough to stay in a cache, many enough that few tags share one."""
_APART = 0x9E37
"""So that a tag has another mark in each family."""


@dataclass(frozen=True)
class Row:
    """An article as the score sees it: what comparisons ask for again and again is made once.

    All tags together are asked for when it comes and when it goes; kept, they were a sixth of it.
    """

    signals: Signals

    @cached_property
    def embedding(self) -> Vector:
        """The embedding as floats."""
        return self.signals.embedding

    @cached_property
    def families(self) -> tuple[Family, ...]:
        """The sparse signals by family; a tag's first letter is its family's."""
        signals = self.signals
        return (
            Family("e", signals.named or signals.entities),
            Family("n", signals.numbers),
            Family("w", tuple(name for name in signals.names if len(name) > _SHORT)),
            Family("w", tuple(name for name in signals.names if len(name) <= _SHORT)),
            Family("c", signals.concepts),
            Family("s", signals.title_stems),
            Family("s", signals.stems),
        )

    @cached_property
    def headline(self) -> Family:
        """What the title means, as tags of the concepts' family."""
        return Family("c", self.signals.title_concepts)

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """The countries named that are no side."""
        return tuple(one for one in self.signals.concepts if one.startswith(COUNTRY))

    @cached_property
    def weekdays(self) -> tuple[str, ...]:
        """The days of the week that are named."""
        return tuple(one for one in self.signals.concepts if one in WEEKDAYS)

    @property
    def tags(self) -> frozenset[str]:
        """All sparse signals in one set."""
        return frozenset(chain.from_iterable(one.tags for one in self.families))

    @property
    def proposing(self) -> frozenset[str]:
        """The tags by which an article is found: all but the stems of the lead, which are many."""
        return frozenset(chain.from_iterable(one.tags for one in self.families[:-1]))

    @property
    def listed(self) -> list[str]:
        """The tags of all families, one family after another."""
        return list(chain.from_iterable(one.tags for one in self.families))

    @cached_property
    def marks(self) -> NDArray[np.int64]:
        """For each tag listed a number below MARKS, and how often MARKS its family's place.

        Equal for equal tags, in this process.
        """
        hashes = np.fromiter(map(hash, self.listed), np.int64, len(self.listed))
        places = np.repeat(np.arange(len(self.families)), [len(one.tags) for one in self.families])
        marks: NDArray[np.int64] = (hashes ^ places * _APART) % MARKS + places * MARKS
        return marks

    @cached_property
    def much_read(self) -> bool:
        """Whether the embedding model has read much of the article's language."""
        return self.signals.told.language in _MUCH_READ


OTHERS: Mapping[str, Callable[[Row], tuple[str, ...]]] = {
    "other_people": lambda row: row.signals.persons,
    "other_numbers": lambda row: row.signals.numbers,
    "other_topics": lambda row: row.signals.topics,
    "other_countries": lambda row: row.countries,
    "other_days": lambda row: row.weekdays,
}
"""The features before `crowd`: what speaks against where both name some, none in common."""


def probability(one: Row, other: Row, rarity: Rarity) -> float:
    """That both articles report one event, 0 to 1, rounded so that no summing order shows."""
    weights = COEFFICIENTS[kind(one, other)]
    total = sum(c * f for c, f in zip(weights, features(one, other, rarity), strict=True))
    return round(1 / (1 + exp(-max(-30.0, min(30.0, total)))), 5)


def kind(one: Row, other: Row) -> Pair:
    """Which coefficients a pair needs."""
    if one.signals.told.language == other.signals.told.language:
        return Pair.WITHIN
    return Pair.ACROSS if one.much_read and other.much_read else Pair.BEYOND


def features(one: Row, other: Row, rarity: Rarity) -> tuple[float, ...]:
    """The pair's features in the order of FEATURES."""
    overlaps = [0.0] * len(one.families)
    compared = _ACROSS if kind(one, other) is not Pair.WITHIN else len(overlaps)
    evidence = alike = 0.0
    for place in range(compared):
        mine, theirs = one.families[place], other.families[place]
        if not mine.members.isdisjoint(theirs.members):
            shared = [tag for tag in mine.tags if tag in theirs.members]
            weight, squared = rarity.weigh(shared)
            if place != _TITLES:
                evidence += weight
                alike += squared
            one_has, other_has = rarity.of(mine).total, rarity.of(theirs).total
            could = min(one_has, other_has) if place in _NAMES else sqrt(one_has * other_has)
            overlaps[place] = weight / (1.0 + could)
    return (
        1.0,
        meaning(one, other),
        *overlaps,
        headlines(one, other, rarity),
        evidence / (evidence + MUCH),
        alike / (LITTLE + sqrt(squares(one, compared, rarity) * squares(other, compared, rarity))),
        days_between(one, other),
        *[differ(said_by(one), said_by(other)) for said_by in OTHERS.values()],
        rarity.crowd,
    )


def meaning(one: Row, other: Row) -> float:
    """The cosine of the embeddings."""
    return float(one.embedding @ other.embedding)


def squares(row: Row, compared: int, rarity: Rarity) -> float:
    """The squared weights of all that an article says in as many families, each tag once."""
    families = enumerate(row.families[:compared])
    return sum(rarity.of(one).squares for place, one in families if place != _TITLES)


def days_between(one: Row, other: Row) -> float:
    """At most seven: a story lives no longer."""
    return min(abs((one.signals.at - other.signals.at).total_seconds()) / _DAY_S, 7.0)


def headlines(one: Row, other: Row, rarity: Rarity) -> float:
    """How much of what one's title means the other's lead means too, both ways."""
    return (_told_by(one, other, rarity) + _told_by(other, one, rarity)) / 2


def _told_by(one: Row, other: Row, rarity: Rarity) -> float:
    """The share of the first title's concepts, by weight, that stand in the other's lead."""
    theirs = other.families[_CONCEPTS].members
    shared = [tag for tag in one.headline.tags if tag in theirs]
    return rarity.weigh(shared).total / (1.0 + rarity.of(one.headline).total) if shared else 0.0


def differ(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Whether both name some and none in common."""
    return bool(mine and theirs) and set(mine).isdisjoint(theirs)
