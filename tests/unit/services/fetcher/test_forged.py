"""Forged memories of a feed: from any that is sound a poll begins, and leaves one that is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.fetcher import schedule, websub
from services.fetcher.answer import Answer
from services.fetcher.catalogue import Feed
from services.fetcher.poll import poll
from services.fetcher.state import FeedState, is_sound, remembered
from services.fetcher.websub import Named, Subscription
from services.fetcher.worker import Done, Job, run
from shared.codec import Undecodable, decode, encode
from tests.forged import forged
from tests.servers.loopback import feed

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FEED = Feed(id="f", url="https://news.example/rss", outlet="News")
HUB = Subscription(
    hub="https://hub.example/", topic=FEED.url, callback="https://me.example/x-y", secret="s",  # noqa: S106
    next_at=NOW, asked_at=NOW, leased_until=NOW + timedelta(days=1),
)  # fmt: skip
STATE = FeedState(
    feed=FEED.id, catalogue_url=FEED.url, etag='"x"', full_at=NOW, polled_at=NOW, good_at=NOW,
    next_at=NOW, interval=600.0, newest=NOW, marks=b"\x01" * 16, subscription=HUB, pushed_at=NOW,
)  # fmt: skip
ANSWERS = (
    Answer(status=200, headers={}, url=FEED.url, body=feed(1)),
    Answer(status=200, headers={}, url=FEED.url, body=feed(1), moved_to="https://b.example/"),
    Answer(status=304, headers={}, url=FEED.url, body=b""),
    Answer(status=500, headers={}, url=FEED.url, body=b""),
)


class Web:
    """Answers as the test says, and parses in this process."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    async def get(self, *_args: object, **_limits: object) -> Answer:
        return self._answer

    def address_of(self, host: str) -> str:
        return host

    async def parse(self, job: Job) -> Done:
        done = run(job)
        assert isinstance(done, Done)
        return done


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(forged(STATE), st.sampled_from(ANSWERS))
async def test_from_any_memory_that_is_sound(value: bytes, answer: Answer) -> None:
    try:
        state = decode(value, FeedState)
    except Undecodable:
        return
    if is_sound(state):
        state = remembered(state, FEED.id, FEED.url)
        schedule.resumed(FEED, state, NOW, 0.5)
        schedule.at_once(FEED, state, NOW)
        schedule.after_push(FEED, state, NOW, 0.5)
        web = Web(answer)
        after = await poll(FEED, state, web=web, sandbox=web, clock=lambda: NOW, luck=0.5)
        assert is_sound(decode(encode(after.state), FeedState))


NAMED = Named(hubs=("https://other.example/",), topic=FEED.url)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(forged(STATE, at_once=1))
def test_a_hub_is_asked_from_any(value: bytes) -> None:
    try:
        hub = decode(value, FeedState).subscription
    except Undecodable:
        return
    if hub:
        asked = websub.asked(hub, NOW)
        websub.refused(asked, NAMED, NOW, 0.5)
        websub.meant(asked, "subscribe", FEED.url, NOW)
        websub.agreed(asked, "100", NOW, 0.5, soonest=60)
        websub.desired(asked, NAMED, callback=HUB.callback, secret="t", now=NOW)  # noqa: S106


@pytest.mark.parametrize("refusals", [-1, 10**400, -(10**400)])
def test_refusals_beyond_counting_are_no_memory(refusals: int) -> None:
    value = encode(STATE).replace(b'"next_at"', b'"refusals":%d,"next_at"' % refusals)
    with pytest.raises(Undecodable):
        decode(value, FeedState)
