"""Open stories, those that have been quiet longest first; and who tells how much alone.

Lists in order: to find a place takes the logarithm of their length, to make one moves some kB.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypeVar

_Since = tuple[datetime, str]  # the newest article's time, the story
_Tells = tuple[int, str]  # articles, the family
_Entry = TypeVar("_Entry", _Since, _Tells)


class Quiet:
    """Since when open stories have been quiet, and which publisher family alone tells them."""

    def __init__(self) -> None:
        """Knows none."""
        self._known: dict[str, tuple[_Since, str, int]] = {}
        self._all: list[_Since] = []
        self._alone: dict[str, list[_Since]] = {}
        self._articles: dict[str, int] = {}
        self._families: list[_Tells] = []  # the greatest last

    def since(self, story: str, at: datetime, family: str, articles: int) -> None:
        """The newest of this story's `articles` is of that time; no other than `family` tells it.

        Empty: several do.
        """
        since = (at, story)
        if self._known.get(story) == (since, family, articles):
            return
        self.forget(story)
        self._known[story] = (since, family, articles)
        insort(self._all, since)
        if family:
            insort(self._alone.setdefault(family, []), since)
            self._tells(family, articles)

    def forget(self, story: str) -> None:
        """The story is closed, or part of another."""
        if story not in self._known:
            return
        since, family, articles = self._known.pop(story)
        _remove(self._all, since)
        if family:
            _remove(self._alone[family], since)
            self._tells(family, -articles)
            if not self._alone[family]:
                del self._alone[family]

    def longest(self, family: str = "") -> Iterator[str]:
        """All stories, or those that this family alone tells: the quiet longest first."""
        for _, story in self._alone.get(family, ()) if family else self._all:
            yield story

    def alone(self, story: str) -> str:
        """The family that alone tells it, if one does."""
        return self._known[story][1]

    def greatest(self) -> tuple[int, str]:
        """How many articles the family has that has most in stories it alone tells; that family."""
        return self._families[-1] if self._families else (0, "")

    def for_long(self, life: timedelta, now: datetime) -> Iterator[str]:
        """All that have been quiet for longer than this."""
        for at, story in self._all:
            if now - at <= life:
                return
            yield story

    def _tells(self, family: str, more: int) -> None:
        before = self._articles.pop(family, 0)
        if before:
            _remove(self._families, (before, family))
        if after := before + more:
            self._articles[family] = after
            insort(self._families, (after, family))


def _remove(ordered: list[_Entry], one: _Entry) -> None:
    del ordered[bisect_left(ordered, one)]
