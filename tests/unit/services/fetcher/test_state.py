"""Which memories a poll can begin from: the topic may hold what no fetcher wrote."""

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec import structs

from services.fetcher.answer import Answer, Failure
from services.fetcher.catalogue import Feed
from services.fetcher.marks import packed, unpacked
from services.fetcher.own import Ownership, Partitions
from services.fetcher.poll import poll
from services.fetcher.private import Private
from services.fetcher.push import push
from services.fetcher.state import SEEN_AT_LEAST, FeedState, is_sound, remembered
from services.fetcher.worker import Done, Job, run
from shared.codec import decode, encode
from tests.servers.loopback import feed

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
FEED = Feed(id="f", url="https://news.example/rss", outlet="News")
PAGE = {
    "id": "a", "title": "t", "published": "2026-01-01T00:00:00Z", "fingerprint": "f",
    "first_seen": "2026-01-01T00:00:00Z", "source": {"feed": "f", "outlet": "o"},
}  # fmt: skip
HUB = {"topic": "t", "callback": "c", "secret": "s", "next_at": "2026-01-01T00:00:00Z"}

UNSOUND: Mapping[str, dict[str, Any]] = {
    "marks that are no hex": {"seen": [["zz", "yy"]]},
    "half a byte": {"seen": [["a", "b"]]},
    "an interval beyond all time": {"interval": 1e300},
    "an interval below nothing": {"interval": -1.0},
    "errors beyond counting": {"errors": 1e300},
    "fresh for ever": {"fresh": 1e300},
    "fresh until before": {"fresh": -1.0},
    "a time to live of ages": {"hints": {"ttl_minutes": 1e300}},
    "no hour to ask in": {"hints": {"skip_hours": list(range(24))}},
    "the last year": {"next_at": "9999-12-31T23:59:59-12:00"},
    "the first year": {"full_at": "0001-01-01T00:00:00+14:00"},
    "a validator that no header holds": {"etag": "\u015f"},
    "a validator of two lines": {"last_modified": "a\r\nhost: b"},
    "a file": {"url": "file:///etc/passwd"},
    "no address": {"url": "http://[::"},
    "a page without an address": {"pages": [PAGE | {"url": "http://[::"}]},
    "two latest places": {"places": [[0, 1, 0], [0, 2, 0]]},
    "a hub that is none": {"subscription": HUB | {"hub": "http://[::"}},
}


def state(**more: Any) -> FeedState:
    said = {"feed": "f", "catalogue_url": FEED.url, **more}
    return decode(json.dumps(said).encode(), FeedState)


@pytest.mark.parametrize("more", UNSOUND.values(), ids=UNSOUND)
def test_a_memory_that_no_poll_left_is_none(more: dict[str, Any]) -> None:
    assert not is_sound(state(**more))


def test_a_memory_of_a_feed_that_moved_and_has_all_there_is_is_sound() -> None:
    new = "https://new.example/rss"
    pages, hub = [PAGE | {"url": f"{new}/1"}], HUB | {"hub": "https://hub.example/"}
    moved = state(
        url=new, moved_to=f"{new}?2", pages=pages, subscription=hub, seen=[["ab", "cd"]],
        places=[[0, 2**53 - 1, 0], [1, 0, 0]],
    )  # fmt: skip
    assert is_sound(moved)


def test_another_address_in_the_catalogue_starts_afresh_but_for_what_a_hub_must_be_told() -> None:
    known = state(subscription=HUB | {"hub": "https://hub.example/"}, marks="AAAA", errors=3.0)
    other = "https://other.example/rss"
    assert remembered(known, "f", FEED.url) == known
    assert remembered(known, "f", other) == FeedState(
        feed="f", catalogue_url=other, subscription=known.subscription
    )
    assert remembered(None, "f", other) == FeedState(feed="f", catalogue_url=other)


class Web:
    """One answer to everything."""

    def __init__(self, **headers: str) -> None:
        self._headers = {name.replace("_", "-"): value for name, value in headers.items()}

    async def get(
        self, url: str, _headers: object, *, max_bytes: int, private: Private
    ) -> Answer | Failure:
        assert max_bytes
        assert not private
        body = feed(3)
        return Answer(status=200, headers=self._headers, url=url, body=body, sent=len(body))

    def address_of(self, _host: str) -> str:
        return ""


class Here:
    async def parse(self, job: Job) -> Done | Failure:
        return run(job)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"etag": "\u015f".encode().decode("latin-1"), "last_modified": "yesterday\t\xff"},
        {"cache_control": "max-age=9999999999", "retry_after": "9" * 99},
        {"expires": "Fri, 31 Dec 9999 23:59:59 -2359", "link": "<http://[::>; rel=hub"},
    ],
    ids=str,
)
def test_what_a_poll_leaves_is_sound_whatever_the_server_says(headers: dict[str, str]) -> None:
    before = state()
    result = asyncio.run(
        poll(FEED, before, web=Web(**headers), sandbox=Here(), clock=lambda: NOW, luck=0.5)
    )
    assert is_sound(before)
    assert is_sound(decode(encode(result.state), FeedState))
    assert result.articles


def test_a_push_forgets_nothing_that_polls_have_seen() -> None:
    """They may have seen a longer document than hubs ever send."""
    seen = {number.to_bytes(8): {b"mark"} for number in range(SEEN_AT_LEAST + 500)}
    before = structs.replace(state(), marks=packed(seen))
    body = feed(3)
    sent = Answer(status=200, headers={}, url=FEED.url, body=body, sent=len(body), moved_to="")
    told = asyncio.run(push(FEED, before, sent, sandbox=Here(), clock=lambda: NOW, luck=0.5))
    assert len(told.articles) == 1
    assert len(unpacked(told.state.marks)) == SEEN_AT_LEAST + 501


class Topic:
    """A Kafka whose `feeds.state` holds these."""

    def __init__(self, values: list[bytes]) -> None:
        self.values = {str(number).encode(): value for number, value in enumerate(values)}

    def read_compacted(self, _topic: object, _partitions: Partitions) -> dict[bytes, bytes]:
        return self.values


def test_of_what_the_topic_holds_only_memories_are_taken_over() -> None:
    good = FeedState(feed="good", next_at=NOW)
    bad = [encode(state(**more)) for more in UNSOUND.values()]
    own = Ownership(
        Topic([b"", b"\xff", *bad, encode(good), b"{}"]),  # type: ignore[arg-type]
        session_seconds=6,
        assigned=lambda *_: None,
        revoked=lambda _: None,
        failed=lambda _: None,
    )
    assert own._memory(frozenset({0})) == {"good": good}
