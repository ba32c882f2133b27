"""The shell of WebSub's subscriptions: keeps those of the owned feeds, and answers what hubs ask.

    a feed names a hub ▸ its turn? ▸ keep what is wanted ▸ ask ▸ it asks back ▸ keep the lease

`services.fetcher.websub` decides; `services.fetcher.listen` hears what hubs push.
"""

import asyncio
import random
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Protocol

import structlog
from msgspec import structs

from services.fetcher import websub
from services.fetcher.agenda import Agenda
from services.fetcher.answer import Answer, Failure
from services.fetcher.callback import Call, Reply
from services.fetcher.catalogue import Feed
from services.fetcher.hubs import named
from services.fetcher.memory import Memory
from services.fetcher.metrics import Metrics
from services.fetcher.outcome import HubOutcome
from services.fetcher.politeness import Manners, Turns, host_key
from services.fetcher.publish import NotAcknowledged
from services.fetcher.state import FeedState
from services.fetcher.turn import turn
from services.fetcher.websub import Named, Subscription

SOONEST = 60.0
"""Seconds from a lease to its renewal, at least, however short the lease."""
AGAIN_AFTER = 5.0
COME_BACK = 30
"""Seconds after which a hub is to try again."""
_PATH = re.compile(r"/websub/(\d{1,6})-[0-9a-f]{40}\Z", re.ASCII)
_MANNERS = Manners(concurrency=2, spacing=1.0)
log = structlog.get_logger("services.fetcher")


class Posts(Protocol):
    """What subscribing needs of the web."""

    def post(self, url: str, form: Mapping[str, str]) -> Awaitable[Answer | Failure]:
        """See `services.fetcher.retrieve.Retriever.post`."""


class Subscriber:
    """Keeps subscriptions for a fetcher whose callback the world reaches at `public_url`."""

    def __init__(
        self,
        public_url: str,
        *,
        memory: Memory,
        web: Posts,
        turns: Turns,
        metrics: Metrics,
        soonest: float = SOONEST,
        luck: Callable[[], float] = random.random,
    ) -> None:
        self._base = public_url.rstrip("/")
        self._memory, self._web, self._turns = memory, web, turns
        self._metrics, self._soonest, self._luck = metrics, soonest, luck
        self._feeds: Mapping[str, Feed] = {}
        self._agenda, self._wake = Agenda(), asyncio.Event()
        self._asking: set[asyncio.Task[None]] = set()

    # ── what is wanted ──────────────────────────────────────────────────────────────────────────

    def attend(self, feeds: Mapping[str, Feed]) -> None:
        """From now on these are the feeds; what others were subscribed to ends."""
        self._feeds = feeds
        for state in self._memory.owned():
            self.look(state.feed)

    def look(self, feed: str) -> None:
        """The feed's memory is another one: see whether it wants another subscription."""
        subscription = self._desired(self._memory[feed])
        if subscription is None and self._memory[feed].subscription is None:
            self._agenda.drop(feed)
        else:
            self._appoint(feed, subscription.next_at if subscription else _now())

    def _appoint(self, feed: str, due: datetime) -> None:
        self._agenda.put(feed, due)
        self._wake.set()

    def _desired(self, state: FeedState) -> Subscription | None:
        token = f"{self._memory.partition(state.feed)}-{secrets.token_hex(20)}"
        return websub.desired(
            state.subscription,
            self._named(state),
            callback=f"{self._base}/websub/{token}",
            secret=secrets.token_hex(32),
            now=_now(),
        )

    def _named(self, state: FeedState) -> Named | None:
        feed = self._feeds.get(state.feed)
        if feed is None or not feed.websub or feed.private or state.gone:
            return None
        return named(state.hints, state.url or feed.url)

    def feed(self, name: str) -> Feed | None:
        """The feed of this id, where the catalogue has it."""
        return self._feeds.get(name)

    # ── asking hubs ─────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Ask hubs for what is due, until cancelled."""
        try:
            while True:
                self._wake.clear()
                while feed := self._agenda.take(_now()):
                    if self._memory.owns(feed):
                        self._start(feed)
                await self._sleep()
        finally:
            for task in self._asking:
                task.cancel()

    async def _sleep(self) -> None:
        due = self._agenda.next()
        seconds = None if due is None else max(0.0, (due - _now()).total_seconds())
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    def _start(self, feed: str) -> None:
        task = asyncio.create_task(self._settle(feed), name=f"hub of {feed}")
        self._asking.add(task)
        task.add_done_callback(self._settled)

    def _settled(self, task: asyncio.Task[None]) -> None:
        self._asking.discard(task)
        if not task.cancelled() and (bug := task.exception()):
            raise bug

    async def _settle(self, feed: str) -> None:
        """Do what is due for the feed's subscription, and appoint what follows."""
        try:
            subscription = self._desired(self._memory[feed])
            if subscription is None or subscription.next_at > _now():
                await self._keep(feed, subscription)
            else:
                await self._ask(feed, websub.asked(subscription, _now()))
        except NotAcknowledged:
            self._metrics.unacknowledged.inc()
            self._appoint(feed, _now() + timedelta(seconds=AGAIN_AFTER))
            return
        self._recount()
        if self._memory.owns(feed) and (left := self._memory[feed].subscription):
            self._appoint(feed, left.next_at)

    async def _ask(self, feed: str, subscription: Subscription) -> None:
        async with turn(self._turns, host_key(subscription.hub), _MANNERS, _now):
            if not await self._keep(feed, subscription):
                return
            answer = await self._web.post(subscription.hub, websub.form(subscription))
        told = {"feed": feed, "hub": subscription.hub, "mode": subscription.mode}
        if isinstance(answer, Answer) and answer.status // 100 == 2:  # noqa: PLR2004  2xx
            self._metrics.hub_requests.labels(subscription.mode, HubOutcome.ACCEPTED).inc()
            log.info("asked the hub", **told)
            return
        why = answer.detail if isinstance(answer, Failure) else f"HTTP {answer.status}"
        self._metrics.hub_requests.labels(subscription.mode, HubOutcome.REFUSED).inc()
        log.warning("the hub refused; polling goes on", **told, why=why)
        current = self._memory[feed].subscription
        if current is not None and current.asked_at == subscription.asked_at:
            other = self._named(self._memory[feed])
            await self._keep(feed, websub.refused(current, other, _now(), self._luck()))

    async def _keep(self, feed: str, subscription: Subscription | None) -> bool:
        """Whether it was kept: not where the feed was lost."""
        if subscription == self._memory[feed].subscription:
            return self._memory.owns(feed)
        kept = await self._memory.save(
            feed, lambda state: structs.replace(state, subscription=subscription)
        )
        return kept is not None

    # ── what hubs ask ───────────────────────────────────────────────────────────────────────────

    async def asked(self, call: Call) -> Reply:
        """Whether we meant it, when a hub asks back; 404 for what nobody asked for."""
        found = self.found(call.path)
        if isinstance(found, Reply):
            return Reply(status=HTTPStatus.NOT_FOUND) if found.status == HTTPStatus.GONE else found
        feed, subscription = found
        mode, topic = call.query.get("hub.mode", ""), call.query.get("hub.topic", "")
        if mode == "denied" and topic == subscription.topic:
            log.warning(
                "the hub denied the subscription; polling goes on", feed=feed, hub=subscription.hub
            )
            return await self._agree(feed, websub.denied(subscription, _now()), b"")
        if not websub.meant(subscription, mode, topic, _now()):
            return Reply(status=HTTPStatus.NOT_FOUND)
        lease = call.query.get("hub.lease_seconds", "")
        after = websub.agreed(subscription, lease, _now(), self._luck(), soonest=self._soonest)
        return await self._agree(feed, after, call.query.get("hub.challenge", "").encode())

    async def _agree(self, feed: str, subscription: Subscription | None, body: bytes) -> Reply:
        try:
            kept = await self._keep(feed, subscription)
        except NotAcknowledged:
            self._metrics.unacknowledged.inc()
            kept = False
        if not kept:
            return Reply(status=HTTPStatus.SERVICE_UNAVAILABLE, retry_after=COME_BACK)
        self._recount()
        self.look(feed)
        return Reply(status=HTTPStatus.OK, body=body)

    def found(self, path: str) -> tuple[str, Subscription] | Reply:
        """Whose callback this is: 503 where another fetcher should know, 410 where nobody does."""
        place = _PATH.search(path)  # a proxy may have taken the path before it away
        if place is None or int(place[1]) >= self._memory.partitions:
            return Reply(status=HTTPStatus.GONE)
        if not self._memory.holds(int(place[1])):
            return Reply(status=HTTPStatus.SERVICE_UNAVAILABLE, retry_after=COME_BACK)
        for state in self._memory.owned():
            if (known := state.subscription) and _ends_in(known.callback, place[0]):
                return state.feed, known
        return Reply(status=HTTPStatus.GONE)

    def _recount(self) -> None:
        now = _now()
        hubs = (state.subscription for state in self._memory.owned())
        self._metrics.subscriptions.set(sum(hub is not None and hub.stands(now) for hub in hubs))


def _ends_in(callback: str, place: str) -> bool:
    return secrets.compare_digest(callback[-len(place) :], place)


def _now() -> datetime:
    return datetime.now(UTC)
