"""The edge to Kafka's side of the fetcher: articles first, the feed's memory after.

A memory that is written before its articles loses them when the process dies in between; the other
way round, the worst is that the same articles, with the same ids, are sent again.
"""

import asyncio
from collections.abc import Collection, Sequence
from datetime import timedelta
from zlib import crc32

from services.fetcher.state import FeedState
from shared.codec import encode
from shared.headers import LANE_HEADER
from shared.kafka import Headers, Kafka, let_go
from shared.place import Place, latest
from shared.records import Article, Lane
from shared.topics import ARTICLES_RAW, FEEDS_STATE, Topic

ACKNOWLEDGED_WITHIN = 30.0
"""Seconds that the broker has to acknowledge one poll's records."""

FOUND_WITHIN_MS = 20_000
"""Milliseconds that the client has to find a topic's partitions, and room for a record."""

LOOKED_WITHIN = timedelta(seconds=5)
"""How long who only looks waits for a broker that is away: the next look comes."""

_LIVE: Headers = [(LANE_HEADER, Lane.LIVE.encode())]

Keyed = tuple[bytes, bytes]


class NotAcknowledged(RuntimeError):  # noqa: N818  the log's words
    """The broker did not confirm; the records may or may not be there."""


def partition_of(feed: str, partitions: int) -> int:
    """The partition of `feeds.state` that holds a feed's memory: its holder owns the feed."""
    return crc32(feed.encode()) % partitions


class Publisher:
    """Sends records and waits until every in-sync replica has them."""

    def __init__(self, kafka: Kafka, *, partitions: int) -> None:
        self._kafka, self._partitions = kafka, partitions
        self._hasty = Kafka(kafka.servers, kafka.namespace, patience=LOOKED_WITHIN)
        self._producer = kafka.producer(linger_ms=5, max_block_ms=FOUND_WITHIN_MS)

    async def publish(self, articles: Sequence[Article]) -> tuple[Place, ...]:
        """Put the articles on `articles.raw`: where the last is, by partition.

        Raises NotAcknowledged.
        """
        records = [(article.id.encode(), encode(article)) for article in articles]
        put = await asyncio.to_thread(self._send, ARTICLES_RAW, records, _LIVE, None)
        return latest(place for place in put if place.offset >= 0)  # a broker need not say

    async def lost(self, places: Collection[Place]) -> frozenset[Place]:
        """Where `articles.raw` has not any more what was put there. Raises NotAcknowledged."""
        try:
            return await asyncio.to_thread(self._hasty.lost, ARTICLES_RAW, places)
        except Exception as error:  # as below
            raise NotAcknowledged(f"{type(error).__name__}: {error}") from error

    async def remember(self, state: FeedState) -> None:
        """Put the memory on `feeds.state`. Raises NotAcknowledged."""
        partition = partition_of(state.feed, self._partitions)
        record = (state.feed.encode(), encode(state))
        await asyncio.to_thread(self._send, FEEDS_STATE, [record], [], partition)

    async def close(self) -> None:
        """Let go of the broker."""
        await asyncio.to_thread(let_go, self._producer, within=1.0)

    def _send(
        self, topic: Topic, records: Sequence[Keyed], headers: Headers, partition: int | None
    ) -> list[Place]:
        name = self._kafka.name(topic)
        try:
            sent = [
                self._producer.send(
                    name, key=key, value=value, headers=headers, partition=partition
                )
                for key, value in records
            ]
            put = [future.get(timeout=ACKNOWLEDGED_WITHIN) for future in sent]
        except Exception as error:  # the client raises its own errors and plain ones alike
            raise NotAcknowledged(f"{name}: {type(error).__name__}: {error}") from error
        return [Place(one.partition, one.offset, one.timestamp) for one in put]
