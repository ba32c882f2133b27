"""A fetcher with a callback, a feed and a hub: real sockets everywhere, a broker that is a list."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from services.fetcher.app import Fetcher
from services.fetcher.callback import Call, Callback, Reply
from services.fetcher.catalogue import Feed
from services.fetcher.metrics import Metrics
from services.fetcher.retrieve import Retriever
from services.fetcher.state import FeedState
from shared.addresses import networks
from tests.ports import free_port
from tests.servers.hub import Hub, Subscriber
from tests.servers.loopback import Loopback, Request, answer, feed
from tests.unit.services.fetcher.test_app import ALL, Broker, Here, until


@dataclass
class World:
    """What a test can look at."""

    hub: Hub
    server: Loopback
    broker: Broker
    feed: Feed
    fetcher: Fetcher
    registry: CollectorRegistry
    entries: list[int] = field(default_factory=lambda: [1])

    @property
    def subscriber(self) -> Subscriber:
        (only,) = self.hub.subscribers.values()
        return only

    @property
    def topic(self) -> str:
        return self.feed.url

    @property
    def state(self) -> FeedState:
        return self.broker.states[-1]

    def counted(self, outcome: str) -> float | None:
        return self.registry.get_sample_value(
            "newswatch_fetcher_pushes_total", {"outcome": outcome}
        )

    def titles(self) -> list[str]:
        return [article.title.rpartition(" ")[2] for article in self.broker.articles]

    async def subscribed(self) -> Subscriber:
        await until(lambda: self.hub.subscribers and self.leased)
        return self.subscriber

    @property
    def leased(self) -> bool:
        hub = self.broker.states[-1].subscription if self.broker.states else None
        return hub is not None and hub.leased_until is not None


@asynccontextmanager
async def subscribing(
    *,
    hub: Hub | None = None,
    broker: Broker | None = None,
    memory: dict[str, FeedState] | None = None,
    renews_after: float = 60,
    server: Loopback | None = None,
    **limits: Any,
) -> AsyncIterator[World]:
    """A fetcher of one feed that names the hub; it would poll it once in ten minutes."""
    hub, broker = hub or Hub(), broker or Broker()
    entries, port, stopping = [1], free_port(), asyncio.Event()

    def said(_request: Request) -> bytes:
        links = f'<{hub.url}>; rel="hub", <{server.url()}>; rel="self"'
        return answer(feed(*entries), Link=links)

    server = server or Loopback(said)
    registry = CollectorRegistry()
    async with (
        hub.running(),
        server.running(),
        Retriever(user_agent="T/1", allowed=networks("127.0.0.1,127.0.0.3"), deadline=5) as web,
    ):
        source = Feed(id="f", url=server.url(), outlet="News", spacing=0, **limits)
        fetcher = Fetcher(
            [source], partitions=1, web=web, sandbox=Here(), publisher=broker,
            metrics=Metrics(registry), again_after=0.05, renews_after=renews_after,
            public_url=f"http://127.0.0.1:{port}/newswatch",
        )  # fmt: skip
        assert fetcher.subscriber
        assert fetcher.listener
        soon = datetime.now(UTC) + timedelta(seconds=0.1)
        fetcher.hold(
            ALL, memory or {"f": FeedState(feed="f", catalogue_url=source.url, next_at=soon)}
        )
        running = asyncio.create_task(fetcher.run(stopping, drain_seconds=1))
        async with Callback(
            "127.0.0.1", port, asked=fetcher.subscriber.asked, told=fetcher.listener.told
        ):
            yield World(hub, server, broker, source, fetcher, registry, entries)
            stopping.set()
            await running


async def test_a_feed_that_names_a_hub_is_subscribed_and_what_is_pushed_is_published() -> None:
    async with subscribing() as world:
        subscriber = await world.subscribed()
        assert world.hub.asked[0]["hub.mode"] == "subscribe"
        assert world.hub.asked[0]["hub.topic"] == world.topic
        assert subscriber.callback.startswith("http://127.0.0.1:")
        before = len(world.server.requests)
        assert await world.hub.push(world.topic, feed(1, 2)) == [200]
        assert world.titles() == ["1", "2"], "safe before the hub hears 200"
        entries = {
            state: world.registry.get_sample_value(
                "newswatch_fetcher_entries_total", {"state": state}
            )
            for state in ("undated-repaired", "already-seen")
        }
        assert await world.hub.push(world.topic, feed(1, 2), method="sha512") == [200]
        assert world.titles() == ["1", "2"], "and once"
        assert len(world.server.requests) == before, "and nobody polled for it"
    assert entries == {"undated-repaired": 2, "already-seen": 1}
    assert world.counted("read") == 2
    assert world.state.pushed_at is not None
    assert world.state.next_at is not None
    assert world.state.polled_at is not None
    slow = (world.state.next_at - world.state.polled_at).total_seconds()
    assert slow >= 0.9 * world.feed.ceiling


async def test_what_polls_have_seen_is_not_forgotten_by_pushes() -> None:
    async with subscribing() as world:
        world.entries[:] = range(1500)
        await world.subscribed()
        known = len(world.state.marks)
        for number in range(3000, 3010):
            await world.hub.push(world.topic, feed(number))
        assert len(world.state.marks) == known + 10 * 12


async def test_a_push_with_more_entries_than_a_polls_quota_loses_no_tail() -> None:
    async with subscribing(max_entries=3) as world:
        await world.subscribed()
        assert await world.hub.push(world.topic, feed(*range(2, 30))) == [200]
    assert len(set(world.titles())) == 29


@pytest.mark.parametrize("signature", [None, "", "sha256=", "sha256=" + "0" * 64, "md5=x", "plain"])
async def test_a_push_without_the_right_signature_is_answered_well_and_ignored(
    signature: str | None,
) -> None:
    async with subscribing() as world:
        subscriber = await world.subscribed()
        assert await world.hub.send(subscriber.callback, feed(666), signature) == 200
    assert world.titles() == ["1"]
    assert world.counted("bad-signature") == 1


async def test_a_lease_is_renewed_before_it_ends_with_the_same_callback_and_secret() -> None:
    async with subscribing(hub=Hub(lease=2), renews_after=0.05) as world:
        subscriber = await world.subscribed()
        until_first = world.state.subscription
        await until(lambda: subscriber.verified >= 2)
        assert until_first
        assert until_first.leased_until
        assert datetime.now(UTC) < until_first.leased_until
    first, second = world.hub.asked[:2]
    assert first == second


async def test_who_was_denied_polls_as_before_and_asks_again_a_day_later() -> None:
    async with subscribing() as world:
        subscriber = await world.subscribed()
        await world.hub.push(world.topic, feed(2))
        assert await world.hub.deny(subscriber) == 200
        subscription = world.state.subscription
    assert subscription is not None
    assert subscription.leased_until is None
    assert (subscription.next_at - datetime.now(UTC)).total_seconds() > 80_000


async def test_what_nobody_asked_for_is_refused() -> None:
    async with subscribing() as world:
        callback = (await world.subscribed()).callback
        for mode, topic, where in [
            ("subscribe", "https://evil.example/", callback),
            ("unsubscribe", world.topic, callback),
            ("subscribe", world.topic, callback[:-1] + "0"),
            ("subscribe", world.topic, callback[:-1] + "1"),
            ("subscribe", world.topic, callback.replace("/0-", "/7-")),
        ]:
            meant = (mode, topic, where) == ("subscribe", world.topic, callback)
            assert await world.hub.ask_back(where, mode, topic) == meant
        assert world.state.subscription
        assert world.state.subscription.leased_until, "and what was agreed stands"


async def test_a_push_for_a_subscription_that_is_not_ours_is_gone() -> None:
    async with subscribing() as world:
        callback = (await world.subscribed()).callback
        last = "0" if callback[-1] != "0" else "1"
        assert await world.hub.send(callback[:-1] + last, feed(2)) == 410
        assert await world.hub.send(callback.rpartition("/websub/")[0] + "/", feed(2)) == 410
    assert world.counted("unknown") == 2


async def test_a_feed_that_is_removed_is_unsubscribed_and_the_hub_believed_only_then() -> None:
    async with subscribing() as world:
        await world.subscribed()
        world.fetcher.replace([])
        await until(lambda: not world.hub.subscribers)
        await until(lambda: world.state.subscription is None)
    assert [asked["hub.mode"] for asked in world.hub.asked] == ["subscribe", "unsubscribe"]


async def test_a_feed_that_left_its_hub_while_nobody_ran_is_unsubscribed_at_the_start() -> None:
    hub = Hub()
    async with subscribing(hub=hub) as world:
        await world.subscribed()
    left = world.state
    async with subscribing(hub=hub, memory={"f": left}, websub=False) as world:
        await until(lambda: [a["hub.mode"] for a in hub.asked][-1] == "unsubscribe")


async def test_a_restart_keeps_the_lease_the_secret_and_the_callback() -> None:
    hub = Hub()
    async with subscribing(hub=hub) as world:
        await world.subscribed()
        asked = len(hub.asked)
        before = world.state
        fetcher = world.fetcher
        fetcher.release(ALL)
        fetcher.hold(ALL, {"f": before})
        assert await hub.push(world.topic, feed(1, 2)) == [200]
    assert world.titles() == ["1", "2"]
    assert len(hub.asked) == asked


async def test_a_fetcher_that_does_not_own_the_feed_makes_the_hub_try_again() -> None:
    async with subscribing() as world:
        await world.subscribed()
        world.fetcher.release(ALL)
        assert await world.hub.push(world.topic, feed(2)) == [503]
        world.fetcher.hold(ALL, {"f": world.state})
        assert await world.hub.push(world.topic, feed(2)) == [200]
    assert world.titles() == ["1", "2"]
    assert world.counted("elsewhere") == 1


async def test_while_the_broker_is_away_the_hub_is_told_to_try_again() -> None:
    async with subscribing() as world:
        await world.subscribed()
        world.broker.refusals = 2
        assert await world.hub.push(world.topic, feed(2)) == [503]
        assert await world.hub.push(world.topic, feed(2)) == [503]
        assert await world.hub.push(world.topic, feed(2)) == [200]
    assert world.titles() == ["1", "2"]
    assert world.counted("unacknowledged") == 2


async def test_a_push_that_cannot_be_read_is_polled_for() -> None:
    async with subscribing(floor=0.5, ceiling=600) as world:
        await world.subscribed()
        await world.hub.push(world.topic, feed(1, 2))
        world.entries[:] = [1, 2, 3]
        assert await world.hub.push(world.topic, b"") == [200], "a ping without content"
        await until(lambda: "3" in world.titles())
    assert world.counted("unreadable") == 1


async def test_a_body_past_the_feeds_limit_is_not_read() -> None:
    async with subscribing(max_bytes=100_000) as world:
        await world.subscribed()
        assert await world.hub.push(world.topic, b"x" * 100_001) == [413]
    assert world.counted("too-large") == 1


async def test_a_hub_that_is_inside_is_never_asked() -> None:
    inside = Loopback(lambda _: answer(status="202 Accepted"), host="127.0.0.2")
    async with inside.running():
        server = Loopback(lambda _: answer(feed(1), Link=f"<{inside.url('/hub')}>; rel=hub"))
        async with subscribing(server=server) as world:
            await until(
                lambda: world.registry.get_sample_value(
                    "newswatch_fetcher_hub_requests_total",
                    {"mode": "subscribe", "outcome": "refused"},
                )
            )
    assert inside.connections == 0


async def test_a_hub_that_refuses_costs_no_poll() -> None:
    async with subscribing(hub=Hub(status="500 Oops"), floor=1.2, ceiling=1.2) as world:
        await until(lambda: world.hub.asked)
        before = len(world.server.requests)
        await until(lambda: len(world.server.requests) > before + 1)
    assert len(world.hub.asked) == 1


async def test_no_secret_and_no_token_reach_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    async with subscribing() as world:
        subscriber = await world.subscribed()
        await world.hub.push(world.topic, feed(2))
        await world.hub.send(subscriber.callback, feed(3), "sha256=00")
        await world.hub.deny(subscriber)
    out, err = capsys.readouterr()
    assert "pushed" in out + err
    for word in (subscriber.secret, subscriber.callback.rpartition("-")[2]):
        assert word not in out + err


# ── the callback's own server ───────────────────────────────────────────────────────────────────


@asynccontextmanager
async def listening(within: float = 5) -> AsyncIterator[Callback]:
    async def asked(call: Call) -> Reply:
        return Reply(status=200, body=call.query.get("say", "").encode())

    async def told(_call: Call, body: Any) -> Reply:
        return Reply(status=200, body=str(len(await body(1000))).encode())

    async with Callback("127.0.0.1", 0, asked=asked, told=told, within=within) as callback:
        yield callback


async def say(callback: Callback, words: bytes, *, end: bool = True) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", callback.port)
    try:
        writer.write(words)
        if end:
            writer.write_eof()
        async with asyncio.timeout(20):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_a_request_whose_headers_never_end_is_hung_up_on() -> None:
    async with listening(within=0.3) as callback:
        assert await say(callback, b"GET / HTTP/1.1\r\nHost: a\r\n", end=False) == b""
        assert await say(callback, b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 9000) == b""
        assert b"200" in await say(callback, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")


@given(words=st.binary(max_size=200))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_words_hurt_the_callback(words: bytes) -> None:
    async def speak() -> bytes:
        async with listening() as callback:
            await say(callback, words)
            await say(callback, b"POST /x HTTP/1.1\r\nHost: a\r\n" + words + b"\r\n\r\n")
            await say(callback, b"GET /?" + words.hex().encode() + b" HTTP/1.1\r\n\r\n")
            return await say(callback, b"GET /?say=well HTTP/1.1\r\nHost: a\r\n\r\n")

    assert asyncio.run(speak()).endswith(b"well")


async def test_a_body_in_chunks_is_read_and_one_past_the_room_refused_with_words() -> None:
    async with listening() as callback:
        url = f"http://127.0.0.1:{callback.port}/"
        async with httpx.AsyncClient(trust_env=False) as client:

            async def pieces(count: int) -> AsyncIterator[bytes]:
                for _ in range(count):
                    yield b"x" * 100

            assert (await client.post(url, content=pieces(3))).text == "300"
            assert (await client.put(url, content=b"x")).status_code == 405
