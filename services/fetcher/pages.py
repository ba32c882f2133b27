"""The shell's polite walk through the pages that wait: one feed's at a time, one after another.

    its turn? ▸ get ▸ extract in the sandbox ▸ publish the revision ▸ take it off the memory

A page that fails, is no page or says no more than the feed is counted and left: its article stays
as the feed told it.
"""

import asyncio
from datetime import UTC, datetime
from functools import partial

from msgspec import structs

from services.fetcher.answer import Answer, Failure
from services.fetcher.catalogue import Feed
from services.fetcher.fulltext import with_page
from services.fetcher.memory import Memory
from services.fetcher.metrics import Metrics
from services.fetcher.outcome import PageOutcome
from services.fetcher.politeness import Turns, key_of
from services.fetcher.poll import Retrieves
from services.fetcher.publish import NotAcknowledged
from services.fetcher.read import Clock, Parses, parsed, unreadable
from services.fetcher.state import FeedState
from services.fetcher.turn import turn
from shared.records import Article

MOST_BYTES = 4_000_000
_ACCEPT = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}


async def read_page(
    feed: Feed,
    article: Article,
    *,
    web: Retrieves,
    sandbox: Parses,
    turns: Turns,
    clock: Clock,
) -> tuple[PageOutcome, Article | None]:
    """What came of the article's page, and the revision if it brought one."""
    async with turn(turns, key_of(feed, article.url, web.address_of), feed, clock):
        answer = await web.get(article.url, _ACCEPT, max_bytes=MOST_BYTES)
    if not isinstance(answer, Answer) or unreadable(answer):
        return PageOutcome.FAILED, None
    done = await parsed(feed, answer, sandbox, clock(), is_page=True)
    if isinstance(done, Failure):
        return PageOutcome.FAILED, None
    revised = with_page(article, done.text, done.published, clock())
    return (PageOutcome.READ if revised else PageOutcome.NOTHING_MORE), revised


class Pages:
    """Reads what waits in the memories, at most one page of a feed at a time."""

    def __init__(
        self,
        memory: Memory,
        *,
        web: Retrieves,
        sandbox: Parses,
        turns: Turns,
        metrics: Metrics,
        again_after: float,
    ) -> None:
        self._memory, self._web, self._sandbox, self._turns = memory, web, sandbox, turns
        self._metrics, self._again_after = metrics, again_after
        self._readers: dict[str, asyncio.Task[None]] = {}

    def start(self, feed: Feed) -> None:
        """Read the pages that wait for this feed, unless somebody does already."""
        if self._memory[feed.id].pages and feed.id not in self._readers:
            task = asyncio.create_task(self._read(feed), name=f"pages {feed.id}")
            self._readers[feed.id] = task
            task.add_done_callback(lambda task: self._ended(feed, task))

    def stop(self) -> None:
        """Read no more; what waits stays in the memories."""
        for reader in self._readers.values():
            reader.cancel()

    def _ended(self, feed: Feed, task: asyncio.Task[None]) -> None:
        del self._readers[feed.id]
        if not task.cancelled() and (bug := task.exception()):
            raise bug

    async def _read(self, feed: Feed) -> None:
        while self._memory.owns(feed.id) and (waiting := self._memory[feed.id].pages):
            page = waiting[0]
            outcome, revised = await read_page(
                feed, page, web=self._web, sandbox=self._sandbox, turns=self._turns, clock=_now
            )
            try:
                articles = (revised,) if revised else ()
                if not await self._memory.save(feed.id, partial(_without, page), articles):
                    return
            except NotAcknowledged:
                self._metrics.unacknowledged.inc()
                await asyncio.sleep(self._again_after)
                continue
            self._metrics.pages.labels(outcome).inc()


def _without(page: Article, state: FeedState) -> FeedState:
    return structs.replace(state, pages=tuple(left for left in state.pages if left != page))


def _now() -> datetime:
    return datetime.now(UTC)
