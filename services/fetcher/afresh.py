"""Feeds asked for all that they list, as if for the first time.

For the day that `articles.raw` is lost, or its end, with records in it that nobody had read: what
feeds still list is published again, and whoever knew an article already says so by its id.
"""

import asyncio
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import structlog
from msgspec import structs

from services.fetcher.memory import Memory
from services.fetcher.publish import NotAcknowledged
from services.fetcher.state import FeedState

log = structlog.get_logger("services.fetcher")


async def afresh(
    feeds: Iterable[str],
    memory: Memory,
    topic: str,
    *,
    changed: Callable[[str], None],
    again_after: float,
) -> None:
    """Forget what these feeds listed, as far as they are owned; their next poll is due at once.

    `topic` is the id of the one that their articles go to from now on.

    `changed` is called with each. Goes on until the broker has taken it.
    """
    for feed in feeds:
        while memory.get(feed) and memory.owns(feed):
            try:
                async with memory.turn_of(feed):
                    kept = await memory.save(feed, lambda now: forgetful(now, topic))
            except NotAcknowledged as error:
                log.warning(
                    "the broker did not acknowledge; trying again", feed=feed, why=str(error)
                )
                await asyncio.sleep(again_after)
                continue
            if kept is not None:
                changed(feed)
            break


def published(state: FeedState, topic: str) -> FeedState:
    """The memory of a feed whose articles go to the topic with this id ("" is not known)."""
    if topic and state.articles not in {"", topic}:
        return forgetful(state, topic)
    return structs.replace(state, articles=topic or state.articles)


def forgetful(state: FeedState, topic: str) -> FeedState:
    """A memory that knows where the feed is and how often it changes, but nothing it listed."""
    return structs.replace(
        state,
        articles=topic,
        places=(),
        etag="",
        last_modified="",
        body="",
        full_at=None,
        marks=b"",
        next_at=None if state.gone else datetime.now(UTC),
    )
