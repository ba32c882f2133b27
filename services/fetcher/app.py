"""The shell: carries out what the core decides, for the feeds that this fetcher owns.

    due ▸ its turn? ▸ poll ▸ still owned? ▸ publish articles ▸ keep memory ▸ due again

Sleeps until the next feed is due, half a minute at most; nothing is asked on a tick. A poll whose
records the broker did not acknowledge is as if it had not been: the feed keeps its old memory and
is asked again.

One file although it is long: what is owned, due and under way changes together, on one event loop.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zlib import crc32

import structlog
from msgspec import structs

from services.fetcher import schedule
from services.fetcher.afresh import afresh, published
from services.fetcher.agenda import Agenda
from services.fetcher.catalogue import Feed
from services.fetcher.listen import Listener
from services.fetcher.memory import Memory, Publishes
from services.fetcher.metrics import Metrics
from services.fetcher.pages import Pages
from services.fetcher.politeness import Turns, key_of
from services.fetcher.poll import Poll, Retrieves, poll
from services.fetcher.publish import NotAcknowledged
from services.fetcher.read import Parses
from services.fetcher.set_back import LOOKED_EVERY, SetBack
from services.fetcher.state import FeedState, remembered
from services.fetcher.subscribe import Posts, Subscriber
from services.fetcher.tell import tell

AGAIN_AFTER = 5.0
"""Seconds until a poll is repeated whose records the broker did not acknowledge."""

log = structlog.get_logger("services.fetcher")


class Web(Retrieves, Posts, Protocol):
    """What the fetcher needs of the web."""


class Fetcher:
    """Polls the feeds of a catalogue that belong to the partitions it was given.

    `public_url` is where the world reaches the callback; "" means that no hub is asked for pushes.
    Else `subscriber` and `listener` answer the callback's requests. `articles` is the id of the
    topic that articles go to; "" where the broker gives none.
    """

    def __init__(
        self,
        feeds: Iterable[Feed],
        *,
        partitions: int,
        web: Web,
        sandbox: Parses,
        publisher: Publishes,
        metrics: Metrics,
        polls_at_once: int = 50,
        again_after: float = AGAIN_AFTER,
        articles: str = "",
        public_url: str = "",
        renews_after: float = 60.0,
        luck: Callable[[], float] = random.random,
    ) -> None:
        self._feeds = {feed.id: feed for feed in feeds}
        self._web, self._sandbox = web, sandbox
        self._metrics, self._at_once, self._luck = metrics, polls_at_once, luck
        self._again_after, self._articles = again_after, articles
        self._memory = Memory(publisher, partitions=partitions)
        self._agenda, self._turns, self._set_back = Agenda(), Turns(), SetBack()
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._pages = Pages(
            self._memory, web=web, sandbox=sandbox, turns=self._turns, metrics=metrics,
            again_after=again_after,
        )  # fmt: skip
        self.subscriber: Subscriber | None = None
        self.listener: Listener | None = None
        if public_url:
            self._subscribe(public_url, renews_after)

    def _subscribe(self, public_url: str, renews_after: float) -> None:
        self.subscriber = Subscriber(
            public_url, memory=self._memory, web=self._web, turns=self._turns,
            metrics=self._metrics, soonest=renews_after, luck=self._luck,
        )  # fmt: skip
        self.listener = Listener(
            self.subscriber, memory=self._memory, sandbox=self._sandbox, metrics=self._metrics,
            changed=self._changed, luck=self._luck,
        )  # fmt: skip

    # ── what is owned ───────────────────────────────────────────────────────────────────────────

    def hold(
        self,
        partitions: frozenset[int],
        memory: Mapping[str, FeedState],
        given: Callable[[], frozenset[int]] | None = None,
    ) -> None:
        """Own the feeds of these partitions, too, from this memory. On the event loop.

        `given` says what is ours by now: some of it may be lost again, and released before.
        """
        self._memory.hold(partitions, memory, given or (lambda: partitions))
        self._attend(
            feed for feed in self._feeds.values() if self._memory.partition(feed.id) in partitions
        )

    def release(self, partitions: frozenset[int]) -> None:
        """Own these no more, at once, whatever is under way. From any thread."""
        self._memory.release(partitions)

    def replace(self, feeds: Iterable[Feed]) -> None:
        """Go on with another catalogue. On the event loop."""
        before, self._feeds = self._feeds, {feed.id: feed for feed in feeds}
        self._attend(feed for feed in self._feeds.values() if feed != before.get(feed.id))

    async def afresh(self, articles: str) -> None:
        """Ask every feed for all that it lists: what was published may be lost. On the loop.

        `articles` is the id of the topic that is there instead.
        """
        self._articles = articles
        self._memory.another_topic()
        await self._ask_afresh(list(self._feeds))

    async def look(self) -> None:
        """Likewise those whose articles the broker has lost although it had acknowledged them.

        Raises NotAcknowledged where the broker does not say.
        """
        if lost := await self._memory.lost():
            log.critical("the end of a topic was lost; asking feeds afresh", feeds=len(lost))
            await self._ask_afresh([feed for feed in self._feeds if feed in lost])

    async def _ask_afresh(self, feeds: list[str]) -> None:
        await afresh(
            feeds, self._memory, self._articles,
            changed=self._changed, again_after=self._again_after,
        )  # fmt: skip

    def _attend(self, feeds: Iterable[Feed]) -> None:
        for feed in feeds:
            if self._memory.owns(feed.id):
                self._resume(feed)
        if self.subscriber:
            self.subscriber.attend(self._feeds)
        self._recount()
        self._wake.set()

    def _resume(self, feed: Feed) -> None:
        found = remembered(self._memory.get(feed.id), feed.id, feed.url)
        state = published(found, self._articles)
        if not self.subscriber:  # nothing that a hub pushes arrives here
            state = structs.replace(state, subscription=None, pushed_at=None)
        self._memory.begin(state)
        self._pages.start(feed)
        spread = crc32(feed.url.encode()) / 2**32  # even, and the same at every start
        self._appoint(feed.id, schedule.resumed(feed, state, _now(), spread))

    def _appoint(self, feed: str, due: datetime | None) -> None:
        if due is None:
            self._agenda.drop(feed)
        else:
            self._agenda.put(feed, due)

    async def run(self, stopping: asyncio.Event, *, drain_seconds: float = 8.0) -> None:
        """Poll what is due until `stopping` is set; then let what is under way finish."""
        stopped = asyncio.ensure_future(stopping.wait())
        stopped.add_done_callback(lambda _: self._wake.set())
        asking = asyncio.create_task(self.subscriber.run()) if self.subscriber else None
        while not stopping.is_set():
            self._wake.clear()
            self._start_due()
            await self._sleep()
        self._pages.stop()  # what waits is in the memory
        if asking:
            asking.cancel()
        if self._tasks:
            _, unfinished = await asyncio.wait(self._tasks, timeout=drain_seconds)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)

    def _start_due(self) -> None:
        now = _now()
        if self._set_back.now(now, time.monotonic()):
            log.warning("the clock was set back; working out again what is due")
            self._attend(self._feeds.values())
        due = self._agenda.next()
        self._metrics.late.set(max(0.0, (now - due).total_seconds()) if due else 0.0)
        while len(self._tasks) < self._at_once and (name := self._agenda.take(now)):
            feed = self._feeds.get(name)
            if feed is None or not self._memory.owns(name):
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
        seconds = LOOKED_EVERY if due is None or full else (due - _now()).total_seconds()
        try:
            async with asyncio.timeout(min(max(0.0, seconds), LOOKED_EVERY)):
                await self._wake.wait()
        except TimeoutError:
            return

    # ── one poll ────────────────────────────────────────────────────────────────────────────────

    async def _one(self, feed: Feed, key: str) -> None:
        async with self._memory.turn_of(feed.id):
            try:
                result = await self._poll(feed)
            finally:
                self._turns.done(key)
            try:
                before = await self._memory.follow(feed, result)
            except NotAcknowledged as error:
                self._again(feed, error)
                return
        if before is not None:
            self._told(feed, before, result)

    def _again(self, feed: Feed, error: NotAcknowledged) -> None:
        self._metrics.unacknowledged.inc()
        log.warning("the broker did not acknowledge; asking again", feed=feed.id, why=str(error))
        self._agenda.put(feed.id, _now() + timedelta(seconds=self._again_after))

    async def _poll(self, feed: Feed) -> Poll:
        state = self._memory[feed.id]
        return await poll(
            feed, state, web=self._web, sandbox=self._sandbox, clock=_now, luck=self._luck()
        )

    def _told(self, feed: Feed, before: FeedState, result: Poll) -> None:
        self._metrics.polled(result)
        tell(feed, before, result)
        self._changed(feed.id)
        if self.subscriber and self.listener:
            self.subscriber.look(feed.id)
            self.listener.polled(feed.id)

    def _changed(self, feed: str) -> None:
        """Go on from the feed's memory, which is another one now."""
        self._appoint(feed, self._memory[feed].next_at)
        self._recount()
        if feed in self._feeds:
            self._pages.start(self._feeds[feed])
        self._wake.set()

    def _recount(self) -> None:
        self._metrics.own(state for state in self._memory.owned() if state.feed in self._feeds)


def _now() -> datetime:
    return datetime.now(UTC)
