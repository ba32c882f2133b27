"""Whole polls over real sockets, by a clock that jumps to when the next one is due."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from services.fetcher.answer import Failure
from services.fetcher.catalogue import DAY, Feed
from services.fetcher.outcome import EntryState, Outcome
from services.fetcher.poll import Poll, poll
from services.fetcher.read import AT_A_TIME, MOST_LISTED
from services.fetcher.retrieve import Retriever
from services.fetcher.state import FeedState
from services.fetcher.worker import Done, Job, run
from shared.addresses import networks
from tests.servers.loopback import Loopback, Request, Script, answer, feed

START = datetime(2026, 11, 22, 9, tzinfo=UTC)


class Here:
    """Parses in this process."""

    async def parse(self, job: Job) -> Done | Failure:
        return run(job)


class Reader:
    """Polls one feed again and again, each time when it is due."""

    def __init__(self, server: Loopback, web: Retriever, **limits: Any) -> None:
        self.feed = Feed(id="f", url=server.url(), outlet="News", **limits)
        self.state = FeedState(feed="f", catalogue_url=self.feed.url)
        self.now, self.web, self.server = START, web, server

    async def poll(self) -> Poll:
        self.now = self.state.next_at or self.now
        result = await poll(
            self.feed, self.state, web=self.web, sandbox=Here(), clock=lambda: self.now, luck=0.5
        )
        self.state = result.state
        return result

    async def polls(self, count: int) -> list[Poll]:
        return [await self.poll() for _ in range(count)]


@pytest.fixture
async def web() -> AsyncIterator[Retriever]:
    async with Retriever(user_agent="T/1", allowed=networks("127.0.0.1"), deadline=5) as retriever:
        yield retriever


def conditional(etag: str, body: bytes) -> Script:
    def said(request: Request) -> bytes:
        if request.header("If-None-Match") == etag:
            return answer(status="304 Not Modified", ETag=etag)
        return answer(body, ETag=etag, Last_Modified="Sat, 21 Nov 2026 10:00:00 GMT")

    return said


async def test_validators_go_back_byte_for_byte_and_a_304_brings_nothing(web: Retriever) -> None:
    odd = 'W/"a , b"'
    async with Loopback(conditional(odd, feed(1, 2))).running() as server:
        first, second = await Reader(server, web).polls(2)
    assert (first.outcome, second.outcome) == (Outcome.CHANGED, Outcome.NOT_MODIFIED)
    assert server.requests[0].header("If-None-Match") is None
    assert server.requests[1].header("If-None-Match") == odd
    assert server.requests[1].header("If-Modified-Since") == "Sat, 21 Nov 2026 10:00:00 GMT"


async def test_the_same_bytes_without_validators_are_not_parsed_again(web: Retriever) -> None:
    async with Loopback(lambda _: answer(feed(1))).running() as server:
        first, second = await Reader(server, web).polls(2)
    assert (first.outcome, second.outcome) == (Outcome.CHANGED, Outcome.UNCHANGED)
    assert second.articles == ()


async def test_validators_that_a_server_stops_sending_are_not_sent_any_more(web: Retriever) -> None:
    answers = [answer(feed(1), ETag='"1"'), answer(feed(2)), answer(feed(3))]
    async with Loopback(lambda _: answers.pop(0)).running() as server:
        await Reader(server, web).polls(3)
    assert [r.header("If-None-Match") for r in server.requests] == [None, '"1"', None]


async def test_an_etag_that_lies_is_found_out_within_a_day(web: Retriever) -> None:
    lies = {"body": feed(1)}

    def said(request: Request) -> bytes:
        if request.header("If-None-Match"):
            return answer(status="304 Not Modified")
        return answer(lies["body"], ETag='"always"')

    async with Loopback(said).running() as server:
        reader = Reader(server, web)
        await reader.poll()
        lies["body"] = feed(1, 2)
        while (result := await reader.poll()).outcome is Outcome.NOT_MODIFIED:
            assert reader.now - START <= timedelta(seconds=DAY)
    assert result.states == {EntryState.SEEN: 1, EntryState.UNDATED: 1}
    unconditional = [r for r in server.requests if r.header("If-None-Match") is None]
    assert len(unconditional) == 2


async def test_a_cap_and_then_304_loses_no_tail(web: Retriever) -> None:
    async with Loopback(conditional('"1"', feed(*range(25)))).running() as server:
        results = await Reader(server, web, max_entries=10).polls(4)
    assert [len(result.articles) for result in results] == [10, 10, 5, 0]
    assert results[0].states == {EntryState.UNDATED: 10, EntryState.OVER_QUOTA: 15}
    assert len({article.id for result in results for article in result.articles}) == 25
    assert results[3].outcome is Outcome.NOT_MODIFIED


async def test_a_storm_of_429_is_answered_by_waiting_as_long_as_asked(web: Retriever) -> None:
    answers = [
        answer(status="429 Too Many Requests", Retry_After="3600"),
        answer(status="503 Service Unavailable", Retry_After="Sun, 22 Nov 2026 14:00:00 GMT"),
        answer(status="429 Too Many Requests", Retry_After="99999999"),
        answer(status="429 Too Many Requests"),
        answer(feed(1)),
    ]
    async with Loopback(lambda _: answers.pop(0)).running() as server:
        reader = Reader(server, web)
        times = []
        for _ in range(5):
            result = await reader.poll()
            times.append(reader.now)
    waits = [(b - a).total_seconds() for a, b in pairwise(times)]
    assert waits[0] >= 3600
    assert times[2] >= datetime(2026, 11, 22, 14, tzinfo=UTC)
    assert DAY <= waits[2] <= 1.1 * DAY
    assert waits[3] > 600
    assert result.outcome is Outcome.CHANGED
    assert reader.state.errors == 0


async def test_a_feed_that_fails_for_a_month_is_still_asked_once_a_day(web: Retriever) -> None:
    well = {"": False}
    async with Loopback(
        lambda _: answer(feed(1)) if well[""] else answer(status="500 Oops")
    ).running() as server:
        reader = Reader(server, web)
        while reader.now < START + timedelta(days=30):
            before = reader.now
            await reader.poll()
            assert reader.now - before <= timedelta(days=1)
        assert len(server.requests) < 100
        well[""] = True
        assert len((await reader.poll()).articles) == 1


async def test_410_ends_it(web: Retriever) -> None:
    async with Loopback(lambda _: answer(status="410 Gone")).running() as server:
        result = await Reader(server, web).poll()
    assert result.outcome is Outcome.GONE
    assert result.state.gone
    assert result.state.next_at is None


async def test_a_permanent_move_is_believed_the_third_time_and_a_temporary_one_never(
    web: Retriever,
) -> None:
    def said(request: Request) -> bytes:
        if request.path == "/feed":
            return answer(status="301 Moved Permanently", Location="/moved")
        if request.path == "/moved":
            return answer(status="302 Found", Location="/today")
        return answer(feed(1))

    async with Loopback(said).running() as server:
        await Reader(server, web).polls(4)
    asked = [request.path for request in server.requests]
    assert asked == ["/feed", "/moved", "/today"] * 3 + ["/moved", "/today"]


async def test_a_move_that_leads_to_nothing_is_taken_back(web: Retriever) -> None:
    home = {"works": True}

    def said(request: Request) -> bytes:
        if request.path == "/feed" and home["works"]:
            return answer(status="301 Moved Permanently", Location="/moved")
        if request.path == "/feed" or home["works"]:
            return answer(feed(1))
        return answer(status="404 Not Found")

    async with Loopback(said).running() as server:
        reader = Reader(server, web)
        await reader.polls(4)
        home["works"] = False
        results = await reader.polls(8)
    assert results[0].outcome is Outcome.REFUSED
    assert results[-1].outcome is Outcome.UNCHANGED


async def test_utf_16_and_a_truncated_document_bring_what_they_hold(web: Retriever) -> None:
    text = '<?xml version="1.0" encoding="utf-16"?>' + feed(1, 2, words="دیدار آنکارا").decode()
    answers = [answer(text.encode("utf-16")), answer(feed(3, 4, 5)[:-60])]
    async with Loopback(lambda _: answers.pop(0)).running() as server:
        first, second = await Reader(server, web).polls(2)
    assert [article.title for article in first.articles] == ["دیدار آنکارا 1", "دیدار آنکارا 2"]
    assert len(second.articles) == 3


async def test_what_is_no_feed_keeps_the_old_memory(web: Retriever) -> None:
    answers = [answer(feed(1), ETag='"1"'), answer(b"<html>Just a moment</html>", ETag='"2"')]
    async with Loopback(lambda _: answers.pop(0)).running() as server:
        reader = Reader(server, web)
        good, bad = await reader.polls(2)
    assert bad.outcome is Outcome.NOT_A_FEED
    assert bad.state.marks == good.state.marks
    assert bad.state.etag == '"1"'


async def test_how_often_it_asks_is_learnt_from_what_polls_bring(web: Retriever) -> None:
    answers = [feed(*range(9)), feed(*range(9, 18)), feed(*range(9, 19)), feed(*range(13, 22))]
    async with Loopback(lambda _: answer(answers.pop(0))).running() as server:
        reader = Reader(server, web, floor=600, ceiling=7200)
        reader.state = FeedState(feed="f", catalogue_url=reader.feed.url, interval=4000.0)
        results = await reader.polls(4)
    assert [result.state.interval for result in results] == [2000, 1000, 1500, 1500]


async def test_a_window_that_moved_on_is_told_and_asked_sooner(web: Retriever) -> None:
    def dated(*hours: int) -> bytes:
        items = "".join(
            f"<item><title>t{h}</title><link>https://news.example/{h}</link>"
            f"<pubDate>{START - timedelta(days=2) + timedelta(hours=h):%a, %d %b %Y %H:%M:%S} GMT"
            "</pubDate></item>"
            for h in hours
        )
        return f"<rss version='2.0'><channel>{items}</channel></rss>".encode()

    answers = [answer(dated(1, 2, 3)), answer(dated(3, 4, 5)), answer(dated(30, 31))]
    async with Loopback(lambda _: answers.pop(0)).running() as server:
        results = await Reader(server, web, floor=60).polls(3)
    assert [result.overflow for result in results] == [False, False, True]


async def test_a_document_longer_than_one_part_is_worked_off_poll_after_poll(
    web: Retriever,
) -> None:
    long = answer(feed(*range(12_000)), ETag='"1"')
    async with Loopback(lambda _: long).running() as server:
        results = await Reader(server, web, max_entries=5000).polls(4)
    assert [len(result.articles) for result in results] == [5000, 5000, 2000, 0]
    assert [sum(result.states.values()) for result in results[:3]] == [12_000] * 3
    assert len({a.id for result in results for a in result.articles}) == 12_000
    assert results[3].outcome is Outcome.UNCHANGED


async def test_a_document_with_more_entries_than_a_memory_can_hold_is_refused_in_words(
    web: Retriever,
) -> None:
    body = b"<rss><channel>" + b"<item/>" * (MOST_LISTED + 1) + b"</channel></rss>"
    async with Loopback(lambda _: answer(body)).running() as server:
        result = await Reader(server, web).poll()
    assert result.outcome is Outcome.TOO_LARGE
    assert "lists 100001 entries" in result.detail


async def test_a_document_of_odd_addresses_keeps_no_other_feed_waiting(web: Retriever) -> None:
    """Four kilobytes of parameters take ten milliseconds each; there may be thousands."""
    turns = 0

    async def another() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    class Elsewhere(Here):
        async def parse(self, job: Job) -> Done | Failure:
            nonlocal turns
            done = await super().parse(job)
            turns = 0
            return done

    async with Loopback(lambda _: answer(feed(*range(1_000)))).running() as server:
        reader, beside = Reader(server, web), asyncio.create_task(another())
        result = await poll(
            reader.feed, reader.state, web=web, sandbox=Elsewhere(), clock=lambda: START, luck=0.5
        )
        beside.cancel()
    assert len(result.articles) == reader.feed.max_entries
    assert turns > 1_000 / AT_A_TIME - 2
