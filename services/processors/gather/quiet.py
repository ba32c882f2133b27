"""Open stories by the hour of their newest article, so that the few that may close are found."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

_HOUR = timedelta(hours=1)
_FIRST = datetime.min.replace(tzinfo=UTC)


class Quiet:
    """Since when open stories have been quiet."""

    def __init__(self) -> None:
        """Knows none."""
        self._hour: dict[str, int] = {}
        self._stories: dict[int, set[str]] = defaultdict(set)

    def since(self, story: str, at: datetime) -> None:
        """The newest article of this story is of that time."""
        hour = _hour(at)
        if self._hour.get(story) != hour:
            self.forget(story)
            self._hour[story] = hour
            self._stories[hour].add(story)

    def forget(self, story: str) -> None:
        """The story is closed, or part of another."""
        hour = self._hour.pop(story, None)
        if hour is not None:
            self._stories[hour].discard(story)
            if not self._stories[hour]:
                del self._stories[hour]

    def longest(self) -> Iterator[set[str]]:
        """All stories, by the hour, those that have been quiet longest first."""
        for hour in sorted(self._stories):
            yield self._stories[hour]

    def for_long(self, life: timedelta, now: datetime) -> Iterator[str]:
        """All that have been quiet for longer than this, and some for an hour less."""
        last = _hour(now) - life // _HOUR
        for hour, stories in self._stories.items():
            if hour <= last:
                yield from stories


def _hour(at: datetime) -> int:
    return (at - _FIRST) // _HOUR
