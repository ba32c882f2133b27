"""What is remembered of the feeds that this fetcher owns, and the one way to change it.

    publish the articles ▸ keep the memory ▸ believe it

One poll or push of a feed is under way at a time (`turn_of`); pages and subscriptions change their
own part of the memory in between. What is released meanwhile is neither published nor kept.
"""

import asyncio
from collections.abc import Callable, Collection, Iterator, Mapping
from threading import Lock
from typing import Protocol

from msgspec import structs

from services.fetcher.acknowledged import Acknowledged
from services.fetcher.catalogue import Feed
from services.fetcher.fulltext import queued, wanted
from services.fetcher.publish import partition_of
from services.fetcher.state import FeedState
from shared.place import Place, latest
from shared.records import Article

Change = Callable[[FeedState], FeedState]


class Brought(Protocol):
    """What a poll or a push brought."""

    @property
    def state(self) -> FeedState:
        """The memory after it."""

    @property
    def articles(self) -> tuple[Article, ...]:
        """What it has to publish."""


class Publishes(Protocol):
    """Where records go; see `services.fetcher.publish.Publisher`."""

    async def publish(self, articles: "tuple[Article, ...]") -> tuple[Place, ...]:
        """Put articles where they are safe: the places. Raises NotAcknowledged."""

    async def lost(self, places: Collection[Place]) -> frozenset[Place]:
        """The places where they were not safe after all. Raises NotAcknowledged."""

    async def remember(self, state: FeedState) -> None:
        """Put a memory where it is safe. Raises NotAcknowledged."""


class Memory:
    """The memories of the feeds of the partitions held."""

    def __init__(self, publisher: Publishes, *, partitions: int) -> None:
        self._publisher, self.partitions = publisher, partitions
        self._held: frozenset[int] = frozenset()  # replaced whole, under the lock
        self._holding = Lock()  # another thread releases
        self._states: dict[str, FeedState] = {}
        self._acknowledged = Acknowledged()
        self._turns: dict[str, asyncio.Lock] = {}
        self._writing: dict[str, asyncio.Lock] = {}

    def hold(
        self,
        partitions: frozenset[int],
        states: Mapping[str, FeedState],
        given: Callable[[], frozenset[int]],
    ) -> None:
        """Own these partitions, too, where still given, with what is remembered in them."""
        with self._holding:
            self._held |= partitions & given()
        self._states |= states

    def release(self, partitions: frozenset[int]) -> None:
        """Own these no more, at once, whatever is under way. From any thread."""
        with self._holding:
            self._held -= partitions

    def partition(self, feed: str) -> int:
        """The partition that a feed belongs to."""
        return partition_of(feed, self.partitions)

    def holds(self, partition: int) -> bool:
        """Whether a partition is owned."""
        return partition in self._held

    def owns(self, feed: str) -> bool:
        """Whether a feed is owned."""
        return self.partition(feed) in self._held

    def owned(self) -> Iterator[FeedState]:
        """Every memory that is owned, also of feeds that the catalogue has no more."""
        return (state for state in list(self._states.values()) if self.owns(state.feed))

    def __getitem__(self, feed: str) -> FeedState:
        return self._states[feed]

    def get(self, feed: str) -> FeedState | None:
        """The feed's memory, or None."""
        return self._states.get(feed)

    def begin(self, state: FeedState) -> None:
        """Go on from this memory; it is kept with the next change."""
        self._states[state.feed] = state
        self._acknowledged.put(state.feed, state.places)

    def another_topic(self) -> None:
        """What was published went to a topic that is no more."""
        self._acknowledged.forget()

    async def lost(self) -> frozenset[str]:
        """The feeds of which published articles are gone; told once. Raises NotAcknowledged."""
        return await self._acknowledged.look(self._publisher.lost)

    def turn_of(self, feed: str) -> asyncio.Lock:
        """Held by the one poll or push of the feed that is under way."""
        return self._turns.setdefault(feed, asyncio.Lock())

    async def follow(self, feed: Feed, result: Brought) -> FeedState | None:
        """Save what a poll or a push brought that began some time ago, with what changed since.

        What of its articles wants its page is added to the pages that wait.
        """

        def change(now: FeedState) -> FeedState:
            pages = queued(now.pages, wanted(feed, result.articles))
            return structs.replace(
                result.state, pages=pages, subscription=now.subscription, places=now.places
            )

        return await self.save(feed.id, change, result.articles)

    async def save(
        self, feed: str, change: Change, articles: tuple[Article, ...] = ()
    ) -> FeedState | None:
        """Publish, then keep the changed memory; the one before, or None where the feed was lost.

        Raises NotAcknowledged; then nothing is believed.
        """
        async with self._writing.setdefault(feed, asyncio.Lock()):
            if not self.owns(feed):
                return None  # the new owner asks again; what we published it might publish, too
            before = self._states[feed]
            after = change(before)
            if articles:
                put = await self._publisher.publish(articles)
                self._acknowledged.put(feed, put)
                after = structs.replace(after, places=latest((*after.places, *put)))
            await self._publisher.remember(after)
            self._states[feed] = after
            return before
