"""Every feed polled once, without Kafka: memory in a folder, a report a feed.

    remembered ▸ its turn? ▸ poll ▸ report ▸ memory kept

For `newswatch fetch --once` and `newswatch feeds check`: what an operator asks before the service
runs. Articles go nowhere, so the folder is never the service's own memory.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from services.fetcher.catalogue import Feed
from services.fetcher.politeness import Turns, key_of
from services.fetcher.poll import Poll, Retrieves, poll
from services.fetcher.read import Parses
from services.fetcher.state import FeedState, remembered
from services.fetcher.turn import turn
from services.fetcher.wording import WORDS
from shared.codec import Undecodable, decode, encode
from shared.whole import write_whole


async def once(
    feeds: Sequence[Feed], *, web: Retrieves, sandbox: Parses, folder: Path | None, at_once: int
) -> AsyncIterator[Poll]:
    """Poll each feed once, as politely as the service would; results as they come."""
    turns, room = Turns(), asyncio.Semaphore(at_once)

    async def one(feed: Feed) -> Poll:
        state = _recall(folder, feed)
        key = key_of(feed, state.url or feed.url, web.address_of)
        async with turn(turns, key, feed, _now), room:
            result = await poll(feed, state, web=web, sandbox=sandbox, clock=_now, luck=0.5)
        _keep(folder, result.state)
        return result

    for done in asyncio.as_completed([one(feed) for feed in feeds]):
        yield await done


def report(feed: Feed, result: Poll) -> Mapping[str, object]:
    """What a poll did, for people and for scripts."""
    return {
        "feed": feed.id,
        "url": result.state.url or feed.url,
        "outcome": result.outcome,
        "words": WORDS[result.outcome],
        "detail": result.detail,
        "status": result.status,
        "conditional": result.conditional,
        "bytes": result.size,
        "bytes_sent": result.sent,
        "entries": {state.value: count for state, count in sorted(result.states.items())},
        "articles": len(result.articles),
        "seconds": round(result.seconds, 3),
        "next": result.state.next_at,
    }


def _recall(folder: Path | None, feed: Feed) -> FeedState:
    known = None
    if folder and (path := folder / f"{feed.id}.json").exists():
        try:
            known = decode(path.read_bytes(), FeedState)
        except Undecodable:
            known = None  # as good as no memory
    return remembered(known, feed.id, feed.url)


def _keep(folder: Path | None, state: FeedState) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{state.feed}.json", msgspec.json.format(encode(state)))


def _now() -> datetime:
    return datetime.now(UTC)
