"""Where the articles of each feed are, as the broker acknowledged them; looked for again and again.

A broker may lose what it acknowledged: its machine lost power, an older copy of its disk was put
back, a replica that lagged was made the leader. Then the end of the log is gone, and soon other
articles stand there. A log that has a place has all before it. So a look asks for the latest place
that was found of each partition, and for all that came since; and only where one is gone, for the
latest of each feed.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable

from shared.place import Place, latest

Lost = Callable[[Collection[Place]], Awaitable[frozenset[Place]]]
"""Those of these places where the log has another record by now, or none."""


class Acknowledged:
    """By place, whose article is there. On the event loop."""

    def __init__(self) -> None:
        self._found: dict[Place, str] = {}
        self._fresh: dict[Place, str] = {}

    def put(self, feed: str, places: Iterable[Place]) -> None:
        """The broker says that articles of this feed are there."""
        self._fresh |= dict.fromkeys(places, feed)

    def forget(self) -> None:
        """It is another topic now."""
        self._found, self._fresh = {}, {}

    async def look(self, lost: Lost) -> frozenset[str]:
        """The feeds of which articles are gone; told once. Raises what `lost` raises."""
        found, fresh = self._found, dict(self._fresh)
        known = found | fresh
        gone = await lost({*fresh, *latest(found)}) if known else frozenset()
        if gone:
            gone = await lost(known.keys())
        if self._found is not found:  # it is another topic by now
            return frozenset()
        feeds = frozenset(known[place] for place in gone)
        self._found = _latest_of_each({at: feed for at, feed in known.items() if feed not in feeds})
        self._fresh = {at: feed for at, feed in self._fresh.items() if at not in fresh}
        return feeds


def _latest_of_each(known: dict[Place, str]) -> dict[Place, str]:
    """By place, of each feed the latest of each partition."""
    last = {(known[place], place.partition): place for place in sorted(known)}
    return {place: feed for (feed, _), place in last.items()}
