"""The shell with real sockets and a broker that is a list, and may be away."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from services.fetcher.answer import Failure
from services.fetcher.app import Fetcher
from services.fetcher.catalogue import Feed
from services.fetcher.metrics import Metrics
from services.fetcher.publish import NotAcknowledged
from services.fetcher.retrieve import Retriever
from services.fetcher.state import FeedState
from services.fetcher.worker import Done, Job, run
from shared.addresses import networks
from shared.place import Place
from shared.records import Article, PublishedSource
from tests.servers.loopback import Loopback, Request, answer, feed

ALL = frozenset({0})


class Broker:
    """Keeps what it acknowledged, in order; refuses while it is away."""

    def __init__(self) -> None:
        self.articles: list[Article] = []
        self.states: list[FeedState] = []
        self.order: list[str] = []
        self.refusals = 0
        self.gone: set[Place] = set()

    async def publish(self, articles: Iterable[Article]) -> tuple[Place, ...]:
        self._maybe_away()
        self.articles += articles
        self.order.append("articles")
        return (Place(0, len(self.articles) - 1, len(self.order)),)

    async def lost(self, places: Collection[Place]) -> frozenset[Place]:
        return frozenset(self.gone & set(places))

    async def remember(self, state: FeedState) -> None:
        self._maybe_away()
        self.states.append(state)
        self.order.append("memory")

    def _maybe_away(self) -> None:
        if self.refusals:
            self.refusals -= 1
            raise NotAcknowledged("away")


class Here:
    async def parse(self, job: Job) -> Done | Failure:
        return run(job)


async def until(condition: Callable[[], object], within: float = 20) -> None:
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110  the condition is the fetcher's doing
            await asyncio.sleep(0.01)


@asynccontextmanager
async def fetching(
    *feeds: Feed,
    broker: Broker,
    memory: dict[str, FeedState] | None = None,
    articles: str = "",
) -> AsyncIterator[tuple[Fetcher, CollectorRegistry]]:
    registry, stopping = CollectorRegistry(), asyncio.Event()
    async with Retriever(user_agent="T/1", allowed=networks("127.0.0.1"), deadline=5) as web:
        fetcher = Fetcher(
            feeds,
            partitions=1,
            web=web,
            sandbox=Here(),
            publisher=broker,
            metrics=Metrics(registry),
            again_after=0.05,
            articles=articles,
        )
        fetcher.hold(ALL, memory or {})
        running = asyncio.create_task(fetcher.run(stopping, drain_seconds=1))
        try:
            yield fetcher, registry
        finally:
            stopping.set()
            await running


def outlet(server: Loopback, path: str = "/feed", **limits: Any) -> Feed:
    name = path.strip("/")
    options = {"floor": 0.05, "ceiling": 0.1, "spacing": 0} | limits
    return Feed(id=name, url=server.url(path), outlet=name, **options)


async def test_the_memory_is_kept_only_after_the_articles_are_safe() -> None:
    broker = Broker()
    async with (
        Loopback(lambda _: answer(feed(1, 2))).running() as server,
        fetching(outlet(server), broker=broker),
    ):
        await until(lambda: broker.states)
    assert broker.order[:2] == ["articles", "memory"]
    assert len(broker.articles) == 2


async def test_a_broker_that_is_away_loses_nothing_and_nothing_is_remembered() -> None:
    broker = Broker()
    broker.refusals = 3
    async with (
        Loopback(lambda _: answer(feed(1, 2), ETag='"1"')).running() as server,
        fetching(outlet(server), broker=broker) as (_, registry),
    ):
        await until(lambda: broker.states)
    assert len(broker.articles) == 2
    assert [r.header("If-None-Match") for r in server.requests[:4]] == [None] * 4
    assert registry.get_sample_value("newswatch_fetcher_unacknowledged_total") == 3


@pytest.mark.parametrize(
    ("topic", "again"), [("the one before", 0), ("made anew", 2)], ids=["the same", "another"]
)
async def test_who_takes_over_a_feed_publishes_again_what_went_to_a_topic_that_is_no_more(
    topic: str, again: int
) -> None:
    """Whoever had it may have ended before it saw that; so may all."""
    before, after = Broker(), Broker()
    async with Loopback(lambda _: answer(feed(1, 2), ETag='"1"')).running() as server:
        async with fetching(outlet(server), broker=before, articles="the one before"):
            await until(lambda: before.states)
        memory = {state.feed: state for state in before.states}
        async with fetching(outlet(server), broker=after, memory=memory, articles=topic):
            await until(lambda: after.states)
    assert len(before.articles) == 2
    assert len(after.articles) == again
    assert after.states[-1].articles == topic


async def test_a_feed_whose_articles_the_broker_lost_is_asked_for_all_it_lists_and_no_other() -> (
    None
):
    broker, before, now = Broker(), Place(0, 7, 1), datetime.now(UTC)
    async with Loopback(lambda _: answer(feed(1, 2), ETag='"1"')).running() as server:
        feeds = [
            outlet(server, path, floor=600, ceiling=900) for path in ("/early", "/kept", "/lost")
        ]
        due = {"early": now, "kept": now + timedelta(minutes=9), "lost": now + timedelta(minutes=9)}
        memory = {
            one.id: FeedState(
                feed=one.id, catalogue_url=one.url, articles="it", etag='"1"', full_at=now,
                polled_at=now, next_at=due[one.id], places=(before._replace(time=number),),
            )
            for number, one in enumerate(feeds)
        }  # fmt: skip
        async with fetching(*feeds, broker=broker, memory=memory, articles="it") as (fetcher, _):
            await until(lambda: broker.states)
            broker.gone = {*memory["early"].places, *memory["lost"].places}
            await fetcher.look()
            await until(lambda: len(broker.articles) == 6)
            await fetcher.look()
            await until(lambda: not fetcher._tasks)
    asked = [(request.path, request.header("If-None-Match") or "") for request in server.requests]
    assert sorted(asked) == [("/early", ""), ("/early", '"1"'), ("/lost", "")]
    assert broker.states[0].places == memory["early"].places, "whoever takes over can still see it"
    assert {state.places[0].offset for state in broker.states[-2:]} == {3, 5}


async def test_what_is_released_while_it_is_asked_is_neither_published_nor_remembered() -> None:
    broker, asked, go = Broker(), asyncio.Event(), asyncio.Event()

    async def said(_request: Request) -> AsyncIterator[bytes]:
        asked.set()
        await go.wait()
        yield answer(feed(1))

    async with (
        Loopback(said).running() as server,
        fetching(outlet(server), broker=broker) as (f, _),
    ):
        await asked.wait()
        f.release(ALL)
        go.set()
        await until(lambda: not f._tasks)
    assert broker.order == []


async def test_a_feed_that_hangs_delays_nobody() -> None:
    broker = Broker()

    async def said(request: Request) -> AsyncIterator[bytes]:
        if request.path == "/slow":
            await asyncio.Event().wait()
        yield answer(feed(1))

    async with Loopback(said).running() as server:
        slow, *others = [
            outlet(server, path, polite_key="feed") for path in ("/slow", "/a", "/b", "/c")
        ]
        async with fetching(slow, *others, broker=broker):
            await until(lambda: {s.feed for s in broker.states} == {f.id for f in others})


async def test_two_at_once_for_one_host_and_no_more() -> None:
    broker = Broker()

    async def said(_request: Request) -> AsyncIterator[bytes]:
        await asyncio.sleep(0.05)
        yield answer(feed(1))

    async with Loopback(said).running() as server:
        feeds = [outlet(server, f"/{n}") for n in "abcdefgh"]
        async with fetching(*feeds, broker=broker):
            await until(lambda: len({state.feed for state in broker.states}) == len(feeds))
        assert server.most_at_once == 2


async def test_a_catalogue_taken_while_running_is_asked_at_once() -> None:
    broker = Broker()
    async with Loopback(lambda _: answer(feed(1))).running() as server:
        first, second = outlet(server, "/a"), outlet(server, "/b")
        async with fetching(first, broker=broker) as (fetcher, _):
            await until(lambda: broker.states)
            fetcher.replace([second])
            await until(lambda: any(state.feed == "b" for state in broker.states))


PAGE = (
    '<html><head><meta property="article:published_time" content="2026-11-20T10:00:00+03:00">'
    "</head><body><nav>Home Sport</nav><article><h1>Talks</h1>"
    + "<p>The ministers of Iran and Türkiye met in Ankara and spoke about the border.</p>" * 8
    + "</article></body></html>"
)


async def test_a_line_is_published_at_once_and_its_page_follows_as_a_revision() -> None:
    broker = Broker()

    def said(request: Request) -> bytes:
        if request.path == "/feed":
            return answer(feed(1, 2, site=server.url("")))
        if request.path == "/a/1":
            return answer(PAGE.encode(), Content_Type="text/html; charset=utf-8")
        return answer(status="500 Oops")

    server = Loopback(said)
    async with (
        server.running(),
        fetching(outlet(server, full_text="auto"), broker=broker) as (_, registry),
    ):
        await until(
            lambda: broker.states and len(broker.articles) == 3 and not broker.states[-1].pages
        )
        await until(lambda: len(broker.states) > 6)
    line, other, revision = broker.articles
    assert revision.id == line.id != other.id
    assert revision.fingerprint != line.fingerprint
    assert "Ankara" in revision.text
    assert "Sport" not in revision.text
    assert line.published_source is PublishedSource.FIRST_SEEN
    assert (revision.published_source, revision.published.isoformat()) == (
        PublishedSource.PAGE, "2026-11-20T07:00:00+00:00"
    )  # fmt: skip
    counted = {
        outcome: registry.get_sample_value("newswatch_fetcher_pages_total", {"outcome": outcome})
        for outcome in ("read", "failed", "nothing-more")
    }
    assert counted == {"read": 1, "failed": 1, "nothing-more": 0}
