"""How much a shared tag says: the rarer in the window, the more."""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import count, repeat
from math import log
from operator import mul
from sys import intern
from types import MappingProxyType
from typing import NamedTuple

_PRIOR = 60
_SAYS_NOTHING = log(4)
_UNIT = log(_PRIOR) - _SAYS_NOTHING
_VERSIONS = count(1)
_NEVER = 1.0
"""How often a tag that no story has counts as seen."""
_ARTICLES = ""
"""Where the articles of a story are counted, beside its tags."""


class Weight(NamedTuple):
    """What tags weigh together, and the sum of their squared weights."""

    total: float
    squares: float


class Family:
    """An article's tags of one kind, in order and as a set."""

    __slots__ = ("members", "tags", "weighed")

    def __init__(self, letter: str, names: tuple[str, ...]) -> None:
        self.tags = tuple(intern(letter + name) for name in dict.fromkeys(names))
        self.members = frozenset(self.tags)
        self.weighed = (0, Weight(0.0, 0.0))


class Rarity:
    """How much a shared tag says: the fewer stories have it, the more.

    Stories are counted, not articles: a story that many report would else speak against itself.
    """

    def __init__(self, usual: Mapping[str, float] = MappingProxyType({})) -> None:
        """`usual`: the share of articles that have a tag, counted as if seen before any other."""
        self._seen = {tag: share * _PRIOR + _NEVER for tag, share in usual.items()}
        self._logs = {tag: log(seen) for tag, seen in self._seen.items()}
        self._stories: dict[str, Counter[str]] = {}
        self._version = next(_VERSIONS)
        self._all = _UNIT

    @property
    def remembered(self) -> int:
        """How many tags it keeps a count of."""
        return len(self._seen)

    @property
    def crowd(self) -> float:
        """How many stories there are, as log(1 + stories / 60): a thousand are 2.9."""
        return self._all - _UNIT

    def add(self, tags: frozenset[str], story: str) -> None:
        """Count an article of a story in, by its tags."""
        known = self._stories.setdefault(story, Counter())
        fresh = [tag for tag in tags if tag not in known]
        known.update(tags)
        known[_ARTICLES] += 1
        self._count(fresh, 1)

    def remove(self, tags: frozenset[str], story: str) -> None:
        """Count it out."""
        known = self._stories[story]
        known.subtract((*tags, _ARTICLES))
        gone = [tag for tag in tags if not known[tag]]
        for tag in gone:
            del known[tag]
        if not known[_ARTICLES]:
            del self._stories[story]
        self._count(gone, -1)

    def merge(self, story: str, other: str) -> None:
        """Two stories are one from now on."""
        if not (gone := self._stories.pop(other, None)):
            return
        known = self._stories.setdefault(story, Counter())
        twice = [tag for tag in gone if tag in known and tag != _ARTICLES]
        known.update(gone)
        self._count(twice, -1)

    def weight(self, tag: str) -> float:
        """0 for a tag of a quarter of the articles or more, at least 1 for one never seen."""
        return max(0.0, self._all - self._logs.get(tag, 0.0)) / _UNIT

    def weights(self, tags: Iterable[str]) -> list[float]:
        """`weight` of each of these tags."""
        rarest = self._all
        above = (rarest - seen for seen in map(self._logs.get, tags, repeat(0.0)))
        return [max(0.0, one) / _UNIT for one in above]

    def weigh(self, tags: Iterable[str]) -> Weight:
        """The weight of all these tags."""
        rarest = self._all
        above = [rarest - seen for seen in map(self._logs.get, tags, repeat(0.0)) if seen < rarest]
        return Weight(sum(above) / _UNIT, sum(map(mul, above, above)) / (_UNIT * _UNIT))

    def of(self, family: Family) -> Weight:
        """The weight of a family's tags, remembered until an article comes or goes."""
        if family.weighed[0] != self._version:
            family.weighed = (self._version, self.weigh(family.tags))
        return family.weighed[1]

    def _count(self, tags: Iterable[str], by: int) -> None:
        self._version = next(_VERSIONS)
        self._all = log(len(self._stories) + _PRIOR) - _SAYS_NOTHING
        for tag in tags:
            self._seen[tag] = seen = self._seen.get(tag, _NEVER) + by
            self._logs[tag] = log(seen)
            if seen == _NEVER:
                del self._seen[tag], self._logs[tag]
