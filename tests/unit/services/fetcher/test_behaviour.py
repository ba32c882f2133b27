"""How a reader behaves to a server over a week, judged by the server's own log.

In the spirit of Rachel Kroll's feed reader behaviour project, whose columns these are: how often,
how conditional, with which validators, what else comes with a request. Our own server, a clock that
jumps, real requests.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from services.fetcher.answer import Failure
from services.fetcher.catalogue import Feed
from services.fetcher.poll import poll
from services.fetcher.retrieve import Retriever
from services.fetcher.state import FeedState
from services.fetcher.worker import Done, Job, run
from shared.addresses import networks
from tests.servers.loopback import Loopback, Request, answer, feed

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
CHANGES_EVERY = timedelta(hours=5)


class Here:
    async def parse(self, job: Job) -> Done | Failure:
        return run(job)


class Week:
    """A blog that changes every five hours, and what it saw of a reader in a week."""

    def __init__(self) -> None:
        self.now = START
        self.log: list[tuple[datetime, Request, int]] = []
        self.given: set[tuple[str | None, str | None]] = {(None, None)}

    def said(self, request: Request) -> bytes:
        version = (self.now - START) // CHANGES_EVERY
        etag, modified = f'W/"v{version}-%"', f"Sun, 22 Nov 2026 09:{version % 60:02d}:01 GMT"
        same = request.header("If-None-Match") == etag
        self.log.append((self.now, request, 304 if same else 200))
        self.given.add((etag, modified))
        if same:
            return answer(status="304 Not Modified", ETag=etag)
        body = feed(*range(version, version + 10))
        return answer(
            body, ETag=etag, Last_Modified=modified, Cache_Control="max-age=1200",
            Set_Cookie="reader=1",
        )  # fmt: skip


@pytest.fixture
async def week() -> Week:
    blog = Week()
    async with (
        Loopback(blog.said).running() as server,
        Retriever(
            user_agent="Newswatch/0.1 (+https://ops.example/)", allowed=networks("127.0.0.1")
        ) as web,
    ):
        outlet = Feed(id="blog", url=server.url("/atom.xml"), outlet="Blog")
        state = FeedState(feed="blog", catalogue_url=outlet.url)
        while blog.now < START + WEEK:
            result = await poll(
                outlet, state, web=web, sandbox=Here(), clock=lambda: blog.now, luck=0.5
            )
            state = result.state
            assert state.next_at is not None
            blog.now = state.next_at
    return blog


async def test_a_week_of_asking_passes_every_column(week: Week) -> None:
    times = [at for at, _, _ in week.log]
    requests = [request for _, request, _ in week.log]
    pairs = [(r.header("If-None-Match"), r.header("If-Modified-Since")) for r in requests]
    gaps = [later - earlier for earlier, later in pairwise(times)]

    assert min(gaps) >= timedelta(minutes=20), "never before max-age is over"
    assert len(requests) <= 7 * 24 * 3, "no more than three an hour on average"
    assert set(pairs) <= week.given, "validators as given, paired as given, none made up"
    unconditional = Counter(at.date() for at, r, _ in week.log if not r.header("If-None-Match"))
    assert max(unconditional.values()) <= 2, "two fall on one date where a day's are 24 h apart"
    assert sum(unconditional.values()) <= 8, "unconditional at most once in 24 hours"
    assert {request.path for request in requests} == {"/atom.xml"}, "no favicon, no other page"
    assert not any(r.header("Cookie") or r.header("Referer") for r in requests)
    assert all("+https://" in (r.header("User-Agent") or "") for r in requests), "reachable"
    assert all(r.header("Accept-Encoding") == "gzip" for r in requests)
    assert [status for *_, status in week.log].count(304) > len(requests) / 2
    changes = WEEK // CHANGES_EVERY
    fresh = {r.header("If-None-Match") for r in requests}
    assert len(fresh) >= changes - 1, "and every version was seen all the same"
