"""The shell of WebSub's pushes: hears what hubs send for the feeds that this fetcher owns.

    a push ▸ known? ours? room? ▸ its body ▸ signed? ▸ read ▸ publish articles ▸ keep memory ▸ 200

Answered 200 once the articles are safe, and 503 where they are not, so that the hub tries again. A
fetcher that does not own the feed answers 503, too: only the owner has the secret. Should the hub
give up, the slow check finds what was pushed.
"""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus

import structlog

from services.fetcher import websub
from services.fetcher.answer import Answer
from services.fetcher.callback import Body, Call, Reply, TooLarge
from services.fetcher.catalogue import Feed
from services.fetcher.memory import Memory
from services.fetcher.metrics import Metrics
from services.fetcher.outcome import Outcome, PushOutcome
from services.fetcher.publish import NotAcknowledged
from services.fetcher.push import Push, push
from services.fetcher.read import Parses
from services.fetcher.subscribe import COME_BACK, Subscriber
from services.fetcher.websub import Subscription

MOST_AT_ONCE = 8
"""Pushes under way; no body is read for more."""
MOST_OF_A_FEED = 3

# As WebSub has it: what is not signed is answered well, so that its sender learns nothing.
_STATUS = {
    PushOutcome.UNKNOWN: HTTPStatus.GONE,
    PushOutcome.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    PushOutcome.ELSEWHERE: HTTPStatus.SERVICE_UNAVAILABLE,
    PushOutcome.BUSY: HTTPStatus.SERVICE_UNAVAILABLE,
    PushOutcome.UNACKNOWLEDGED: HTTPStatus.SERVICE_UNAVAILABLE,
}

log = structlog.get_logger("services.fetcher")


class Listener:
    """Takes what hubs push, for the subscriptions of a subscriber."""

    def __init__(
        self,
        subscriber: Subscriber,
        *,
        memory: Memory,
        sandbox: Parses,
        metrics: Metrics,
        changed: Callable[[str], None],
        luck: Callable[[], float] = random.random,
    ) -> None:
        """`changed` is called with a feed whose memory a push changed."""
        self._subscriber, self._memory, self._sandbox = subscriber, memory, sandbox
        self._metrics, self._changed, self._luck = metrics, changed, luck
        self._under_way: Counter[str] = Counter()
        self._muted: set[str] = set()

    def polled(self, feed: str) -> None:
        """The feed was polled: what it pushes is read again, even if it could not be before."""
        self._muted.discard(feed)

    async def told(self, call: Call, body: Body) -> Reply:
        """What is to be said to a push: 200 once it is safe, or of no use; else 503.

        410 ends a subscription that is ours no more; so does WebSub have it.
        """
        found = self._subscriber.found(call.path)
        if isinstance(found, Reply):
            elsewhere = found.status == HTTPStatus.SERVICE_UNAVAILABLE
            return self._ended(PushOutcome.ELSEWHERE if elsewhere else PushOutcome.UNKNOWN)
        name, subscription = found
        feed = self._subscriber.feed(name)
        if subscription.ending or feed is None:
            return self._ended(PushOutcome.UNKNOWN)
        if self._under_way[name] >= MOST_OF_A_FEED or self._under_way.total() >= MOST_AT_ONCE:
            return self._ended(PushOutcome.BUSY)
        self._under_way[name] += 1
        try:
            return self._ended(await self._heard(feed, subscription, call, body))
        finally:
            self._under_way[name] -= 1

    def _ended(self, outcome: PushOutcome) -> Reply:
        self._metrics.pushes.labels(outcome).inc()
        status = _STATUS.get(outcome, HTTPStatus.OK)
        later = status == HTTPStatus.SERVICE_UNAVAILABLE
        return Reply(status=status, retry_after=COME_BACK if later else 0)

    async def _heard(
        self, feed: Feed, subscription: Subscription, call: Call, body: Body
    ) -> PushOutcome:
        try:
            content = await body(feed.max_bytes)
        except TooLarge:
            return PushOutcome.TOO_LARGE
        signature = call.headers.get("x-hub-signature", "")
        if not websub.is_signed(subscription.secret, signature, content):
            log.warning("ignored a push that the hub did not sign", feed=feed.id)
            return PushOutcome.BAD_SIGNATURE
        answer = Answer(
            status=HTTPStatus.OK, headers=call.headers, url=subscription.topic, body=content
        )
        async with self._memory.turn_of(feed.id):
            return await self._read(feed, answer)

    async def _read(self, feed: Feed, answer: Answer) -> PushOutcome:
        if feed.id in self._muted:
            return PushOutcome.UNREADABLE
        result = await push(
            feed, self._memory[feed.id], answer,
            sandbox=self._sandbox, clock=_now, luck=self._luck(),
        )  # fmt: skip
        try:
            before = await self._memory.follow(feed, result)
        except NotAcknowledged as error:
            self._metrics.unacknowledged.inc()
            log.warning("the broker did not acknowledge a push", feed=feed.id, why=str(error))
            return PushOutcome.UNACKNOWLEDGED
        if before is None:
            return PushOutcome.ELSEWHERE
        self._metrics.counted(result.states)
        self._changed(feed.id)
        return self._told(feed.id, result)

    def _told(self, feed: str, result: Push) -> PushOutcome:
        if result.outcome is Outcome.CHANGED:
            log.info("pushed", feed=feed, articles=len(result.articles), states=dict(result.states))
            return PushOutcome.READ
        if result.outcome is Outcome.PARSE_KILLED:
            self._muted.add(feed)  # until the next poll: it takes the parsers from the others
        log.warning("cannot read a push; polling instead", feed=feed, detail=result.detail)
        return PushOutcome.UNREADABLE


def _now() -> datetime:
    return datetime.now(UTC)
