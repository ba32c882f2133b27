# ruff: noqa: E501, S106  a rule a line; no secret is one
"""The subscriber's decisions, without a hub."""

import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from services.fetcher import schedule, websub
from services.fetcher.catalogue import Feed
from services.fetcher.document import Hints
from services.fetcher.hubs import linked, named
from services.fetcher.outcome import Outcome
from services.fetcher.schedule import Brought
from services.fetcher.state import FeedState
from services.fetcher.websub import Named, Subscription
from shared.codec import decode, encode

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FEED = Feed(id="f", url="https://news.example/rss", outlet="News")
NAMED = Named(hubs=("https://hub.example/",), topic="https://news.example/rss")
OTHER = Named(hubs=("https://other.example/",), topic=NAMED.topic)


def want(current: Subscription | None, what: Named | None, now: datetime = NOW) -> object:
    return websub.desired(current, what, callback="https://me.example/3-new", secret="s", now=now)


def new() -> Subscription:
    subscription = want(None, NAMED)
    assert isinstance(subscription, Subscription)
    return subscription


def leased(seconds: str = "864000") -> Subscription:
    got = websub.agreed(websub.asked(new(), NOW), seconds, NOW, 0.5, soonest=60)
    assert got is not None
    return got


MOVED = Named(hubs=NAMED.hubs, topic="https://news.example/feed")
ASKED = websub.asked(new(), NOW)
LATER = NOW + websub.ASKED_FOR


def mode(wanted: object) -> str:
    assert isinstance(wanted, Subscription)
    return wanted.mode


def hub(wanted: object) -> str:
    assert isinstance(wanted, Subscription)
    return wanted.hub


def test_what_is_wanted_follows_what_the_feed_names() -> None:
    ending = want(structs.replace(leased(), refusals=5), OTHER)
    assert isinstance(ending, Subscription)
    rules: list[tuple[str, object, object]] = [
        ("no hub, none wanted", want(None, None), None),
        ("the first hub named", new().hub, "https://hub.example/"),
        ("one that fits stays", want(leased(), NAMED), leased()),
        ("another hub: the old one ends first", ending.mode, "unsubscribe"),
        ("and goes on ending", want(ending, OTHER), ending),
        ("until its lease is over", want(ending, OTHER, NOW + timedelta(days=11)), None),
        ("one that no hub was asked for is simply dropped", want(new(), None), None),
        ("the feed was removed", want(leased(), None), want(leased(), OTHER)),
        ("it is known by another name", want(leased(), MOVED), want(leased(), OTHER)),
        ("to end is asked for at once, whatever came before", ending.next_at, NOW),
        ("and is no refusal yet", ending.refusals, 0),
        ("a hub that may still ask back is told, too", mode(want(ASKED, OTHER)), "unsubscribe"),
        (
            "one that had its time is left, and the next begun",
            hub(want(ASKED, OTHER, LATER)),
            OTHER.hubs[0],
        ),
        (
            "as where a lease ran out",
            hub(want(leased("60"), OTHER, NOW + timedelta(minutes=1))),
            OTHER.hubs[0],
        ),
        (
            "no hub is told to end what it took back",
            hub(want(websub.denied(leased(), NOW), OTHER)),
            OTHER.hubs[0],
        ),
        ("a hub that will not be unsubscribed is left", websub.denied(ending, NOW), None),
    ]
    assert [(rule, got) for rule, got, _ in rules] == [(rule, right) for rule, _, right in rules]


def test_a_callback_at_another_place_is_another_subscription() -> None:
    moved = websub.desired(leased(), NAMED, callback="https://you.example/3-x", secret="s", now=NOW)
    assert moved is not None
    assert moved.ending


@pytest.mark.parametrize(
    ("lease", "seconds"),
    [("864000", 864_000), ("99999999999", websub.LONGEST), ("", websub.LEASE), ("-5", websub.LEASE),
     ("1e9", websub.LEASE), ("9" * 5000, websub.LEASE), ("0", 0)],
)  # fmt: skip
def test_a_lease_is_renewed_before_it_ends_whatever_the_hub_calls_it(
    lease: str, seconds: int
) -> None:
    got = leased(lease)
    assert got.leased_until == NOW + timedelta(seconds=seconds)
    assert got.next_at == NOW + timedelta(seconds=max(0.85 * seconds, 60))


def test_only_what_was_asked_for_a_short_while_ago_was_meant() -> None:
    asked = websub.asked(new(), NOW)
    topic, later = NAMED.topic, NOW + websub.ASKED_FOR
    assert websub.meant(asked, "subscribe", topic, NOW)
    assert not websub.meant(new(), "subscribe", topic, NOW), "never asked"
    assert not websub.meant(asked, "subscribe", "https://evil.example/", NOW), "another topic"
    assert not websub.meant(asked, "unsubscribe", topic, NOW), "the other way"
    assert not websub.meant(asked, "subscribe", topic, later), "long ago"
    assert not websub.meant(None, "subscribe", topic, NOW)


def test_a_hub_that_never_asks_back_is_asked_ever_more_rarely_and_once_a_day_at_least() -> None:
    current, waits = new(), []
    for _ in range(12):
        current = websub.asked(current, NOW)
        waits.append(current.next_at - NOW)
    assert waits[:3] == [timedelta(minutes=10 * 2**times) for times in range(3)]
    assert waits[-1] == websub.asked(structs.replace(current, refusals=10**9), NOW).next_at - NOW
    assert waits[-1] == timedelta(days=1)


def test_a_hub_that_agreed_once_stays_the_hub_whatever_it_refuses_later() -> None:
    both = Named(hubs=("https://a.example/", "https://b.example/"), topic=NAMED.topic)
    for standing in (leased(), structs.replace(ASKED, ending=True)):
        for times in range(3):
            late = structs.replace(standing, refusals=times)
            assert websub.refused(late, both, NOW, 0.0).hub == standing.hub
            assert websub.refused(late, None, NOW, 0.0).hub == standing.hub
    assert websub.agreed(structs.replace(ASKED, refusals=9), "60", NOW, 0.5, soonest=60) == leased(
        "60"
    )


def test_a_hub_that_refuses_is_asked_ever_more_rarely_and_the_next_one_has_its_turn() -> None:
    both = Named(hubs=("https://a.example/", "https://b.example/"), topic=NAMED.topic)
    current, waits, hubs = want(None, both), [], []
    assert isinstance(current, Subscription)
    now = NOW
    for _ in range(12):
        current = websub.refused(websub.asked(current, now), both, now, luck=0.0)
        waits.append((current.next_at - now).total_seconds())
        hubs.append(current.hub)
        now = current.next_at
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (1200, 86_400)
    many = websub.refused(structs.replace(current, refusals=10**9), both, NOW, luck=0.5)
    assert many.next_at == NOW + timedelta(hours=36), "not all at once after an outage"
    assert hubs[:2] == ["https://b.example/", "https://a.example/"]


@given(st.binary(max_size=50), st.sampled_from(["sha1", "sha256", "sha384", "sha512"]))
def test_a_signature_is_right_only_for_its_body_and_secret(body: bytes, method: str) -> None:
    right = hmac.new(b"secret", body, method).hexdigest()
    assert websub.is_signed("secret", f"{method}={right}", body)
    assert websub.is_signed("secret", f" {method.upper()} = {right.upper()} ", body)
    assert not websub.is_signed("secret", f"{method}={right}", body + b"x")
    assert not websub.is_signed("Secret", f"{method}={right}", body)


@given(st.text())
def test_nothing_else_is_a_signature(header: str) -> None:
    assert not websub.is_signed("secret", header, b"body")
    assert not websub.is_signed("secret", f"md5={hmac.new(b'secret', b'body', 'md5')}", b"body")


def test_the_secret_is_in_the_memory_and_in_no_words_about_it() -> None:
    state = FeedState(feed="f", subscription=leased())
    assert decode(encode(state), FeedState) == state
    quiet = want(None, NAMED)
    assert "https://me.example/3-new" not in repr(quiet)
    assert "secret" not in repr(FeedState(feed="f", subscription=leased()))


LINKS = [
    ('<https://hub.example/>; rel="hub", </rss?a=1,2>; rel="self"',
     ("https://hub.example/",), "https://news.example/rss?a=1,2"),
    ("<https://a.example/>;rel=hub, <https://b.example/> ; title=\"x, y\"; rel='hub'", ("https://a.example/",), ""),
    ('<https://a.example/>; rel="hub preconnect"; x', ("https://a.example/",), ""),
    ("<javascript:alert(1)>; rel=hub", (), ""),
    ("< https://a.example/ >; REL=HUB", ("https://a.example/",), ""),
    (", ".join(f"<https://{n}.example/>;rel=hub" for n in "abcdefghij"),
     tuple(f"https://{n}.example/" for n in "abcdefgh"), ""),
    ("<" * 9000, (), ""),
    ("", (), ""),
]  # fmt: skip


@pytest.mark.parametrize(("header", "hubs", "self_url"), LINKS)
def test_links_in_the_header_are_read_and_odd_ones_left(
    header: str, hubs: tuple[str, ...], self_url: str
) -> None:
    hints = linked(Hints(), header, "https://news.example/feed")
    assert (hints.hubs, hints.self_url) == (hubs, self_url)


def test_the_header_comes_before_the_document_and_the_documents_own_words_after() -> None:
    document = Hints(hubs=("/hub", "https://x.example/"), self_url="rss")
    ours = linked(document, "<https://first.example/>; rel=hub", "https://news.example/a/")
    assert ours.hubs == ("https://first.example/",)
    alone = linked(document, "", "https://news.example/a/")
    assert named(alone, "https://news.example/a/") == Named(
        hubs=("https://news.example/hub", "https://x.example/"), topic="https://news.example/a/rss"
    )
    nameless = linked(Hints(hubs=("/hub",)), "", "https://news.example/a/")
    assert named(nameless, "https://news.example/a/").topic == "https://news.example/a/"
    assert named(Hints(), "https://news.example/") is None


def pushed(seconds_ago: float = 60, lease: str = "864000") -> FeedState:
    return FeedState(
        feed="f", subscription=leased(lease), interval=600, polled_at=NOW,
        pushed_at=NOW - timedelta(seconds=seconds_ago), next_at=NOW,
    )  # fmt: skip


SAME = Brought(outcome=Outcome.CHANGED, entries=10, seen=10)
SLOW, USUAL = timedelta(seconds=FEED.ceiling), timedelta(seconds=900)
CHECKS = [
    ("pushes arrive and the poll brings nothing: a slow check", pushed(), SAME, SLOW),
    ("304 likewise", pushed(), Brought(outcome=Outcome.NOT_MODIFIED), SLOW),
    ("never pushed: as usual", FeedState(feed="f", interval=600), SAME, USUAL),
    ("no push for a day", pushed(90_000), SAME, USUAL),
    ("the lease is over", pushed(lease="0"), SAME, USUAL),
    ("the poll brought what no push had", pushed(),
     Brought(outcome=Outcome.CHANGED, entries=10, seen=9), USUAL),
    ("the lease ends before the slow check", pushed(lease="1800"), SAME, timedelta(seconds=1800)),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "state", "brought", "wait"), CHECKS)
def test_polls_are_slow_only_while_pushes_bring_what_they_would(
    rule: str, state: FeedState, brought: Brought, wait: timedelta
) -> None:
    timing = schedule.after(FEED, state, brought, began=NOW, luck=0.5)
    assert timing.next_at == NOW + wait, rule


def test_what_slow_checks_bring_teaches_nothing() -> None:
    assert schedule.after(FEED, pushed(), SAME, began=NOW, luck=0.5).interval == 600


def test_a_push_never_brings_a_poll_forward_that_a_server_in_trouble_was_promised_later() -> None:
    in_a_day = NOW + timedelta(days=1)
    state = FeedState(feed="f", errors=1, next_at=in_a_day, polled_at=NOW)
    assert schedule.after_push(FEED, state, NOW, 0.5) == in_a_day
    assert schedule.at_once(FEED, state, NOW) == in_a_day
