"""Subscribing and listening without a socket: a hub is a list, and the broker another."""

import asyncio
import hmac
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from msgspec import structs
from prometheus_client import CollectorRegistry

from services.fetcher import subscribe
from services.fetcher.answer import Answer, Failure
from services.fetcher.callback import Body, Call, Reply, TooLarge
from services.fetcher.catalogue import Feed
from services.fetcher.document import Hints
from services.fetcher.listen import MOST_AT_ONCE, MOST_OF_A_FEED, Listener
from services.fetcher.memory import Memory
from services.fetcher.metrics import Metrics
from services.fetcher.outcome import Outcome
from services.fetcher.politeness import Manners, Turns
from services.fetcher.state import FeedState
from services.fetcher.subscribe import COME_BACK, Subscriber
from services.fetcher.websub import Subscription
from services.fetcher.worker import Done, Job
from shared.records import Article, Source
from tests.servers.loopback import feed as document
from tests.unit.services.fetcher.test_app import ALL, Broker, Here, until

AWAY = Reply(status=HTTPStatus.SERVICE_UNAVAILABLE, retry_after=COME_BACK)
HUB = "https://hub.example/"
DAY = datetime(2026, 11, 23, tzinfo=UTC)
PAGE = Article(
    id="a", url="https://f.example/1", title="News", published=DAY, first_seen=DAY,
    fingerprint="1", source=Source(feed="f", outlet="f"),
)  # fmt: skip
PLACE = f"/websub/0-{'0' * 40}"


@dataclass
class Hub:
    """Notes what it is asked, and does `meanwhile` before it answers."""

    order: list[str]
    status: int = 202
    asked: list[Mapping[str, str]] = field(default_factory=list)
    meanwhile: Callable[[Mapping[str, str]], Awaitable[object]] | None = None

    async def post(self, url: str, form: Mapping[str, str]) -> Answer | Failure:
        self.order.append("hub")
        self.asked.append(form)
        if self.meanwhile:
            await self.meanwhile(form)
        if not self.status:
            return Failure(outcome=Outcome.UNREACHABLE, detail="away")
        return Answer(status=self.status, headers={}, url=url)


class Sandbox(Here):
    """Counts what it reads; may be killed over it."""

    def __init__(self) -> None:
        self.read, self.killed = 0, False

    async def parse(self, job: Job) -> Done | Failure:
        self.read += 1
        if self.killed:
            return Failure(outcome=Outcome.PARSE_KILLED, detail="took too long")
        return await super().parse(job)


class Impatient(Turns):
    """Lets nobody wait."""

    def claim(self, key: str, manners: Feed | Manners, now: datetime) -> None:
        super().claim(key, manners, now)

    def done(self, key: str) -> None:
        """Whoever had no turn has none to give back."""


@dataclass
class World:
    hub: Hub
    broker: Broker
    memory: Memory
    subscriber: Subscriber
    listener: Listener
    sandbox: Sandbox
    changed: list[str]
    registry: CollectorRegistry

    def subscription(self, feed: str = "f") -> Subscription | None:
        return self.memory[feed].subscription

    @property
    def unacknowledged(self) -> float | None:
        return self.registry.get_sample_value("newswatch_fetcher_unacknowledged_total")

    @property
    def subscriptions(self) -> float | None:
        return self.registry.get_sample_value("newswatch_fetcher_subscriptions")

    def requests(self, outcome: str, mode: str = "subscribe") -> float | None:
        return self.registry.get_sample_value(
            "newswatch_fetcher_hub_requests_total", {"mode": mode, "outcome": outcome}
        )

    async def asks_back(
        self, form: Mapping[str, str], mode: str = "", *, topic: str = "", lease: str = "864000"
    ) -> Reply:
        query = {
            "hub.mode": mode or form["hub.mode"], "hub.topic": topic or form["hub.topic"],
            "hub.challenge": "well?", "hub.lease_seconds": lease,
        }  # fmt: skip
        path = urlsplit(form["hub.callback"]).path
        return await self.subscriber.asked(Call(method="GET", path=path, query=query, headers={}))

    async def pushes(self, content: bytes, feed: str = "f", *, body: Body | None = None) -> Reply:
        known = self.subscription(feed)
        assert known
        signature = hmac.new(known.secret.encode(), content, "sha256").hexdigest()
        path = urlsplit(known.callback).path
        return await self.pushed(path, f"sha256={signature}", body or holding(content))

    async def pushed(self, path: str, signature: str, body: Body) -> Reply:
        headers = {"x-hub-signature": signature}
        return await self.listener.told(
            Call(method="POST", path=path, query={}, headers=headers), body
        )


def holding(content: bytes) -> Body:
    async def body(most: int) -> bytes:
        if len(content) > most:
            raise TooLarge
        return content

    return body


def source(name: str = "f", **options: object) -> Feed:
    given = {"id": name, "url": f"https://{name}.example/rss", "outlet": name} | options
    return Feed.model_validate(given)


def names_a_hub(name: str = "f", **known: object) -> FeedState:
    hub = HUB if name == "f" else f"https://hub.{name}.example/"  # else they wait for each other
    return FeedState(feed=name, hints=Hints(hubs=(hub,)), **known)  # type: ignore[arg-type]


def asked_already(name: str = "f", *, ending: bool = False) -> FeedState:
    """A feed with a lease that nothing is due for."""
    soon = datetime.now(UTC) + timedelta(hours=1)
    return names_a_hub(
        name,
        subscription=Subscription(
            hub=names_a_hub(name).hints.hubs[0], topic=source(name).url, secret=f"secret of {name}",
            callback=f"https://me.example/websub/0-{name.encode().hex():0>40}",
            next_at=soon, leased_until=soon, ending=ending,
        ),
    )  # fmt: skip


@asynccontextmanager
async def subscribing(
    *states: FeedState,
    feeds: tuple[Feed, ...] = (source(),),
    partitions: int = 1,
    held: frozenset[int] = ALL,
    soonest: float = 60,
    turns: Turns | None = None,
) -> AsyncIterator[World]:
    broker, registry = Broker(), CollectorRegistry()
    hub, sandbox, changed = Hub(broker.order), Sandbox(), list[str]()
    memory, metrics = Memory(broker, partitions=partitions), Metrics(registry)
    memory.hold(held, {state.feed: state for state in states}, lambda: held)
    subscriber = Subscriber(
        "https://me.example/", memory=memory, web=hub, turns=turns or Turns(), metrics=metrics,
        soonest=soonest, luck=lambda: 0.5,
    )  # fmt: skip
    listener = Listener(
        subscriber, memory=memory, sandbox=sandbox, metrics=metrics, changed=changed.append
    )
    subscriber.attend({feed.id: feed for feed in feeds})
    running = asyncio.create_task(subscriber.run())
    try:
        yield World(hub, broker, memory, subscriber, listener, sandbox, changed, registry)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


# ── what is asked of hubs ───────────────────────────────────────────────────────────────────────


async def test_what_a_hub_is_asked_is_remembered_first_so_whoever_it_asks_back_knows() -> None:
    async with subscribing(names_a_hub()) as world:
        await until(lambda: world.hub.asked)
    assert world.broker.order == ["memory", "hub"]
    (form,), (state,) = world.hub.asked, world.broker.states
    assert state.subscription
    assert state.subscription.asked_at
    assert form == {
        "hub.mode": "subscribe", "hub.topic": source().url, "hub.secret": state.subscription.secret,
        "hub.callback": state.subscription.callback, "hub.lease_seconds": "432000",
    }  # fmt: skip
    assert form["hub.callback"].startswith("https://me.example/websub/0-")
    assert world.requests("accepted") == 1


@pytest.mark.parametrize(
    ("feed", "state"),
    [
        (source("p", headers={"Authorization": "env:WIRE"}), names_a_hub("p")),
        (source("p", websub=False), names_a_hub("p")),
        (source("p"), names_a_hub("p", gone=True)),
        (source("p"), FeedState(feed="p")),
        (source("other"), names_a_hub("p")),
    ],
    ids=["private", "not wanted", "gone", "names no hub", "not in the catalogue"],
)
async def test_no_hub_hears_of_a_feed_that_is_private_or_not_to_be_subscribed(
    feed: Feed, state: FeedState
) -> None:
    async with subscribing(state, names_a_hub(), feeds=(feed, source())) as world:
        await until(lambda: world.hub.asked)
        await asyncio.sleep(0)
    assert [form["hub.topic"] for form in world.hub.asked] == [source().url]


async def test_a_hub_is_asked_as_soon_as_the_broker_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribe, "AGAIN_AFTER", 0.01)
    async with subscribing(names_a_hub(), turns=Impatient()) as world:
        world.broker.refusals = 2
        await until(lambda: world.hub.asked)
    assert world.broker.order == ["memory", "hub"]
    assert world.unacknowledged == 2


async def test_who_lost_a_feed_asks_no_hub_for_it() -> None:
    async with subscribing(names_a_hub(), names_a_hub("g"), feeds=(source(), source("g"))) as world:
        world.memory.release(ALL)
        world.subscriber.look("g")
        await asyncio.sleep(0.05)
    assert world.hub.asked == []


async def test_a_lease_is_asked_for_again_before_it_ends_by_the_same_token() -> None:
    async with subscribing(names_a_hub(), soonest=0.01, turns=Impatient()) as world:
        world.hub.meanwhile = lambda form: world.asks_back(form, lease="0")
        await until(lambda: len(world.hub.asked) > 1)
    assert world.hub.asked[0] == world.hub.asked[1]


async def test_a_feed_that_is_removed_is_unsubscribed_and_then_forgotten() -> None:
    async with subscribing(asked_already()) as world:
        world.subscriber.attend({})
        await until(lambda: world.hub.asked)
        (form,) = world.hub.asked
        assert form["hub.mode"] == "unsubscribe"
        assert "hub.secret" not in form
        assert (await world.asks_back(form)).body == b"well?"
        assert world.subscription() is None
        assert world.broker.states[-1].subscription is None
        assert (await world.asks_back(form)).status == HTTPStatus.NOT_FOUND, "it is over"


@pytest.mark.parametrize("status", [500, 0], ids=["refuses", "cannot be reached"])
async def test_a_hub_that_refuses_is_asked_again_later_and_the_feed_goes_on(status: int) -> None:
    async with subscribing(names_a_hub()) as world:
        world.hub.status = status
        await until(lambda: len(world.broker.states) > 1)
        left = world.subscription()
    assert left
    assert left.next_at - datetime.now(UTC) > timedelta(minutes=15)
    assert world.subscriber._agenda.next() == left.next_at
    assert world.requests("refused") == 1


async def test_a_refusal_that_comes_after_the_hub_denied_us_is_no_reason_to_ask_it_sooner() -> None:
    async with subscribing(names_a_hub()) as world:
        world.hub.status = 500
        world.hub.meanwhile = lambda form: world.asks_back(form, "denied")
        await until(lambda: world.hub.asked)
        await until(lambda: not world.subscriber._asking)
        left = world.subscription()
    assert left
    assert left.next_at - datetime.now(UTC) > timedelta(hours=23)


async def test_a_hub_that_let_us_go_and_then_says_no_has_let_us_go() -> None:
    raised: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: raised.append(context))
    async with subscribing(asked_already()) as world:
        world.hub.status = 500
        world.hub.meanwhile = world.asks_back
        world.subscriber.attend({})
        await until(lambda: world.requests("refused", "unsubscribe"))
        await until(lambda: not world.subscriber._asking)
        assert world.subscription() is None
    assert raised == [], "which is no fault of ours"


async def test_what_ended_while_nobody_ran_is_forgotten_and_its_hub_not_asked() -> None:
    ended = asked_already(ending=True)
    assert ended.subscription
    ago = datetime.now(UTC) - timedelta(hours=1)
    lease = structs.replace(ended.subscription, leased_until=ago, next_at=ago)
    async with subscribing(structs.replace(ended, subscription=lease), feeds=()) as world:
        await until(lambda: world.broker.states)
    assert world.broker.states[-1].subscription is None
    assert world.hub.asked == []


async def test_a_feed_that_moved_is_known_to_its_hub_by_where_it_is_now() -> None:
    async with subscribing(names_a_hub(url="https://new.example/rss")) as world:
        await until(lambda: world.hub.asked)
    assert world.hub.asked[0]["hub.topic"] == "https://new.example/rss"


async def test_a_fault_of_ours_in_asking_a_hub_ends_the_process() -> None:
    raised: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: raised.append(context.get("exception")))

    async def crash(_form: Mapping[str, str]) -> None:
        raise AssertionError("ours")

    async with subscribing(names_a_hub()) as world:
        world.hub.meanwhile = crash
        await until(lambda: raised)
    assert [str(error) for error in raised] == ["ours"]


async def test_nothing_is_asked_any_more_once_the_fetcher_stops() -> None:
    ended, raised = list[bool](), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: raised.append(context))

    async def long(_form: Mapping[str, str]) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async with subscribing(names_a_hub()) as world:
        world.hub.meanwhile = long
        await until(lambda: world.hub.asked)
    await until(lambda: ended)
    await asyncio.sleep(0)
    assert raised == []


async def test_what_a_hub_agreed_to_and_what_waits_stays_when_an_earlier_poll_ends() -> None:
    agreed = structs.replace(asked_already(), pages=(PAGE,))
    async with subscribing(agreed) as world:
        polled = SimpleNamespace(state=FeedState(feed="f", etag='"2"'), articles=())
        await world.memory.follow(source(), polled)
    assert world.memory["f"] == structs.replace(
        polled.state, subscription=agreed.subscription, pages=agreed.pages
    )


# ── what hubs ask ───────────────────────────────────────────────────────────────────────────────


async def test_a_hub_that_asks_back_while_the_broker_is_away_comes_again() -> None:
    async with subscribing(names_a_hub()) as world:
        await until(lambda: world.hub.asked)
        (form,) = world.hub.asked
        before = world.subscription()
        world.broker.refusals = 1
        assert await world.asks_back(form) == AWAY
        assert world.subscription() == before, "nothing is believed"
        assert (world.subscriptions, world.unacknowledged) == (0, 1)
        assert await world.asks_back(form) == Reply(status=HTTPStatus.OK, body=b"well?")
        assert world.subscriptions == 1
        assert (await world.asks_back(form, "denied")).status == HTTPStatus.OK
        assert world.subscriptions == 0


async def test_a_denial_counts_only_with_the_topic_that_only_the_hub_was_told() -> None:
    async with subscribing(asked_already()) as world:
        known = world.subscription()
        assert known
        form = {"hub.callback": known.callback, "hub.topic": known.topic}
        denied = await world.asks_back(form, "denied", topic="https://evil.example/")
        assert denied.status == HTTPStatus.NOT_FOUND
        assert world.subscription() == known


@pytest.mark.parametrize(
    ("path", "asked", "told"),
    [
        (PLACE, 404, 410),
        ("/websub/", 404, 410),
        (PLACE.replace("/0-", "/4-"), 404, 410),
        (PLACE.replace("/0-", "/3-"), 503, 503),
        (f"{PLACE}0", 404, 410),
    ],
    ids=["no such token", "none", "no such partition", "another fetcher's", "too long"],
)
async def test_only_a_partition_that_somebody_else_owns_is_to_be_tried_again(
    path: str, asked: int, told: int
) -> None:
    async with subscribing(asked_already(), partitions=4, held=frozenset({0, 1, 2})) as world:
        form = {"hub.callback": path, "hub.topic": source().url, "hub.mode": "subscribe"}
        assert (await world.asks_back(form)).status == asked
        assert (await world.pushed(path, "", holding(b""))).status == told


# ── what hubs push ──────────────────────────────────────────────────────────────────────────────


async def test_a_push_is_safe_before_it_is_answered_and_its_feed_is_looked_at() -> None:
    async with subscribing(asked_already(), asked_already("g"), feeds=(source(), source("g"))) as w:
        assert await w.pushes(document(1, 2), "g") == Reply(status=HTTPStatus.OK)
        assert w.broker.order == ["articles", "memory"]
        assert {article.source.feed for article in w.broker.articles} == {"g"}
        assert w.broker.states[-1].pushed_at
        assert w.changed == ["g"]
        assert (await w.pushes(document(2, 1), "g")).status == HTTPStatus.OK
        assert len(w.broker.articles) == 2, "and nothing twice"
        slow = w.memory["g"].next_at
        assert slow
        assert slow - datetime.now(UTC) > timedelta(minutes=10), "nobody polls for it meanwhile"


async def test_what_the_broker_did_not_take_is_pushed_again() -> None:
    async with subscribing(asked_already()) as world:
        world.broker.refusals = 1
        assert await world.pushes(document(1)) == AWAY
        assert world.changed == []
        assert (await world.pushes(document(1))).status == HTTPStatus.OK
        assert len(world.broker.articles) == 1


async def test_what_was_lost_while_its_body_came_is_pushed_to_its_new_owner() -> None:
    async with subscribing(asked_already()) as world:

        async def slowly(_most: int) -> bytes:
            world.memory.release(ALL)
            return document(1)

        assert await world.pushes(document(1), body=slowly) == AWAY
        assert world.broker.articles == []


async def test_a_push_is_answered_well_but_not_read_where_nothing_signed_it() -> None:
    async with subscribing(asked_already()) as world:
        known = world.subscription()
        assert known
        path = urlsplit(known.callback).path
        assert (await world.pushed(path, "sha256=00", holding(document(1)))).status == HTTPStatus.OK
        assert world.sandbox.read == 0


@pytest.mark.parametrize(
    ("state", "feeds"),
    [(asked_already(ending=True), (source(),)), (asked_already(), ())],
    ids=["it is ending", "the catalogue has it no more"],
)
async def test_who_pushes_for_a_subscription_that_ends_is_told_so(
    state: FeedState, feeds: tuple[Feed, ...]
) -> None:
    async with subscribing(state, feeds=feeds) as world:
        assert await world.pushes(document(1)) == Reply(status=HTTPStatus.GONE)
        assert world.broker.articles == []


async def test_a_body_that_is_too_large_is_not_to_come_again() -> None:
    async with subscribing(asked_already(), feeds=(source(max_bytes=100_000),)) as world:
        large = await world.pushes(b"x" * 100_001)
        assert large == Reply(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


async def test_in_a_crowd_no_feed_takes_all_the_room_and_no_body_is_read_for_who_has_none() -> None:
    feeds = [source(name) for name in "abcd"]
    states = [asked_already(name) for name in "abcd"]
    go, reading = asyncio.Event(), Counter[str]()

    async with subscribing(*states, feeds=tuple(feeds)) as world:

        async def push(name: str) -> Reply:
            async def body(_most: int) -> bytes:
                reading[name] += 1
                await go.wait()
                return document(1)

            return await world.pushes(document(1), name, body=body)

        waiting = [asyncio.create_task(push(name)) for name in "aaaabbbbccccdddd"]
        await until(lambda: sum(task.done() for task in waiting) == len(waiting) - MOST_AT_ONCE)
        assert all(task.result() == AWAY for task in waiting if task.done())
        assert reading == {"a": MOST_OF_A_FEED, "b": MOST_OF_A_FEED, "c": 2}
        go.set()
        await asyncio.gather(*waiting)
        assert (await push("d")).status == HTTPStatus.OK, "there is room again"
        go.clear()
        again = [asyncio.create_task(push("a")) for _ in range(MOST_OF_A_FEED + 1)]
        await until(lambda: any(task.done() for task in again))
        go.set()
        answers = [reply.status for reply in await asyncio.gather(*again)]
        assert answers.count(HTTPStatus.OK) == MOST_OF_A_FEED, "and no more than there was"


async def test_what_killed_the_parser_is_not_read_again_before_the_feed_is_polled() -> None:
    async with subscribing(asked_already()) as world:
        world.sandbox.killed = True
        assert [(await world.pushes(document(1))).status for _ in range(3)] == [HTTPStatus.OK] * 3
        assert world.sandbox.read == 1
        world.sandbox.killed = False
        world.listener.polled("f")
        await world.pushes(document(1))
        assert len(world.broker.articles) == 1


async def test_a_push_that_cannot_be_read_is_polled_for_as_soon_as_may_be() -> None:
    now = datetime.now(UTC)
    late = structs.replace(asked_already(), polled_at=now, next_at=now + timedelta(days=1))
    async with subscribing(late, feeds=(source(floor=60),)) as world:
        assert (await world.pushes(b"no feed")).status == HTTPStatus.OK
        assert world.memory["f"].next_at == now + timedelta(seconds=60)
        assert world.changed == ["f"]
        await world.pushes(document(1))
        assert len(world.broker.articles) == 1, "what is pushed meanwhile is read"
