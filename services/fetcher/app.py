"""The shell: carries out what the core decides, for the feeds that this fetcher owns.

    due ▸ its turn? ▸ poll ▸ still owned? ▸ publish articles ▸ keep memory ▸ due again

Sleeps until the next feed is due; nothing is asked on a tick. A poll whose records the broker did
not acknowledge is as if it had not been: the feed keeps its old memory and is asked again.
"""

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zlib import crc32

import structlog
from msgspec import structs

from services.fetcher import schedule
from services.fetcher.agenda import Agenda
from services.fetcher.catalogue import Feed
from services.fetcher.fulltext import queued, wanted
from services.fetcher.metrics import Metrics
from services.fetcher.pages import read_page
from services.fetcher.politeness import Turns, key_of
from services.fetcher.poll import Parses, Poll, Retrieves, poll
from services.fetcher.publish import NotAcknowledged, partition_of
from services.fetcher.state import FeedState, remembered
from services.fetcher.tell import tell
from shared.records import Article

AGAIN_AFTER = 5.0
"""Seconds until a poll is repeated whose records the broker did not acknowledge."""

log = structlog.get_logger("services.fetcher")


class Publishes(Protocol):
    """Where a poll's records go; see `services.fetcher.publish.Publisher`."""

    async def publish(self, articles: "tuple[Article, ...]") -> None:
        """Put articles where they are safe. Raises NotAcknowledged."""

    async def remember(self, state: FeedState) -> None:
        """Put a memory where it is safe. Raises NotAcknowledged."""


class Fetcher:
    """Polls the feeds of a catalogue that belong to the partitions it was given."""

    def __init__(
        self,
        feeds: Iterable[Feed],
        *,
        partitions: int,
        web: Retrieves,
        sandbox: Parses,
        publisher: Publishes,
        metrics: Metrics,
        polls_at_once: int = 50,
        again_after: float = AGAIN_AFTER,
        luck: Callable[[], float] = random.random,
    ) -> None:
        self._feeds = {feed.id: feed for feed in feeds}
        self._partitions = partitions
        self._web, self._sandbox, self._publisher = web, sandbox, publisher
        self._metrics, self._at_once, self._luck = metrics, polls_at_once, luck
        self._again_after = again_after
        self._held: frozenset[int] = frozenset()  # replaced whole: another thread releases
        self._memory: dict[str, FeedState] = {}
        self._agenda, self._turns = Agenda(), Turns()
        self._tasks: set[asyncio.Task[None]] = set()
        self._readers: dict[str, asyncio.Task[None]] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._wake = asyncio.Event()

    # ── what is owned ───────────────────────────────────────────────────────────────────────────

    def hold(self, partitions: frozenset[int], memory: Mapping[str, FeedState]) -> None:
        """Own the feeds of these partitions, too, from the memory given. On the event loop."""
        self._held |= partitions
        self._memory |= memory
        for feed in self._feeds.values():
            if self._partition(feed.id) in partitions:
                self._resume(feed)
        self._recount()
        self._wake.set()

    def release(self, partitions: frozenset[int]) -> None:
        """Own these no more, at once, whatever is under way. From any thread."""
        self._held -= partitions

    def replace(self, feeds: Iterable[Feed]) -> None:
        """Go on with another catalogue. On the event loop."""
        before, self._feeds = self._feeds, {feed.id: feed for feed in feeds}
        for feed in self._feeds.values():
            if feed != before.get(feed.id) and self._partition(feed.id) in self._held:
                self._resume(feed)
        self._recount()
        self._wake.set()

    def _resume(self, feed: Feed) -> None:
        state = remembered(self._memory.get(feed.id), feed.id, feed.url)
        self._memory[feed.id] = state
        self._start_reading(feed)
        spread = crc32(feed.url.encode()) / 2**32  # even, and the same at every start
        self._appoint(feed.id, schedule.resumed(feed, state, _now(), spread))

    def _appoint(self, feed: str, due: datetime | None) -> None:
        if due is None:
            self._agenda.drop(feed)
        else:
            self._agenda.put(feed, due)

    def _partition(self, feed: str) -> int:
        return partition_of(feed, self._partitions)

    async def run(self, stopping: asyncio.Event, *, drain_seconds: float = 8.0) -> None:
        """Poll what is due until `stopping` is set; then let what is under way finish."""
        stopped = asyncio.ensure_future(stopping.wait())
        stopped.add_done_callback(lambda _: self._wake.set())
        while not stopping.is_set():
            self._wake.clear()
            self._start_due()
            await self._sleep()
        for reader in self._readers.values():
            reader.cancel()  # what waits is in the memory
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=drain_seconds)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    def _start_due(self) -> None:
        now = _now()
        due = self._agenda.next()
        self._metrics.late.set(max(0.0, (now - due).total_seconds()) if due else 0.0)
        while len(self._tasks) < self._at_once and (name := self._agenda.take(now)):
            feed = self._feeds.get(name)
            if feed is None or self._partition(name) not in self._held:
                continue
            key = key_of(feed, self._memory[name].url or feed.url, self._web.address_of)
            if later := self._turns.claim(key, feed, now):
                self._agenda.put(name, later)
            else:
                self._start(feed, key)

    def _start(self, feed: Feed, key: str) -> None:
        task = asyncio.create_task(self._one(feed, key), name=f"poll {feed.id}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._wake.set()
        if not task.cancelled() and (bug := task.exception()):
            raise bug  # to the loop's exception handler, which ends the process

    async def _sleep(self) -> None:
        due = self._agenda.next()
        full = len(self._tasks) >= self._at_once
        seconds = None if due is None or full else max(0.0, (due - _now()).total_seconds())
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    # ── one poll ────────────────────────────────────────────────────────────────────────────────

    async def _one(self, feed: Feed, key: str) -> None:
        try:
            state = self._memory[feed.id]
            result = await poll(
                feed, state, web=self._web, sandbox=self._sandbox, clock=_now, luck=self._luck()
            )
        finally:
            self._turns.done(key)
        if self._partition(feed.id) not in self._held:
            return  # the new owner asks again; what we publish now it might publish, too
        try:
            async with self._writing(feed):
                before = self._memory[feed.id]
                pages = queued(before.pages, wanted(feed, result.articles))
                after = structs.replace(result.state, pages=pages)
                await self._save(feed, result.articles, after)
        except NotAcknowledged as error:
            self._metrics.unacknowledged.inc()
            log.warning("broker did not acknowledge; asking again", feed=feed.id, why=str(error))
            self._agenda.put(feed.id, _now() + timedelta(seconds=self._again_after))
            return
        self._told(feed, before, result)
        self._start_reading(feed)

    async def _save(self, feed: Feed, articles: tuple[Article, ...], state: FeedState) -> None:
        if articles:
            await self._publisher.publish(articles)
        await self._publisher.remember(state)
        self._memory[feed.id] = state

    def _writing(self, feed: Feed) -> asyncio.Lock:
        """Held by whoever changes the feed's memory."""
        return self._locks.setdefault(feed.id, asyncio.Lock())

    def _told(self, feed: Feed, before: FeedState, result: Poll) -> None:
        self._appoint(feed.id, result.state.next_at)
        self._metrics.polled(result)
        self._recount()
        tell(feed, before, result)

    # ── pages ───────────────────────────────────────────────────────────────────────────────────

    def _start_reading(self, feed: Feed) -> None:
        if self._memory[feed.id].pages and feed.id not in self._readers:
            task = asyncio.create_task(self._read_pages(feed), name=f"pages {feed.id}")
            self._readers[feed.id] = task
            task.add_done_callback(lambda task: self._read(feed, task))

    def _read(self, feed: Feed, task: asyncio.Task[None]) -> None:
        del self._readers[feed.id]
        if not task.cancelled() and (bug := task.exception()):
            raise bug

    async def _read_pages(self, feed: Feed) -> None:
        while self._partition(feed.id) in self._held and (waiting := self._memory[feed.id].pages):
            outcome, revised = await read_page(
                feed, waiting[0], web=self._web, sandbox=self._sandbox, turns=self._turns,
                clock=_now,
            )  # fmt: skip
            if self._partition(feed.id) not in self._held:
                return
            try:
                async with self._writing(feed):
                    state = self._memory[feed.id]
                    left = tuple(page for page in state.pages if page != waiting[0])
                    articles = (revised,) if revised else ()
                    await self._save(feed, articles, structs.replace(state, pages=left))
            except NotAcknowledged:
                self._metrics.unacknowledged.inc()
                await asyncio.sleep(self._again_after)
                continue
            self._metrics.pages.labels(outcome).inc()

    def _recount(self) -> None:
        owned = (self._memory[n] for n in self._feeds if self._partition(n) in self._held)
        self._metrics.own(owned)


def _now() -> datetime:
    return datetime.now(UTC)
