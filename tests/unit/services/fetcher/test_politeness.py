from datetime import UTC, datetime, timedelta

import pytest

from services.fetcher.agenda import Agenda
from services.fetcher.catalogue import Feed
from services.fetcher.politeness import MOST_KEYS, Turns, key_of

NOW = datetime(2026, 11, 22, tzinfo=UTC)
URL = "https://fa.news.co.uk/rss"
FEED = Feed(id="f", url=URL, outlet="News", concurrency=2, spacing=5)


def seconds(number: float) -> datetime:
    return NOW + timedelta(seconds=number)


@pytest.mark.parametrize(
    ("key", "expected"),
    [("host", "host fa.news.co.uk"), ("domain", "domain news.co.uk"), ("feed", "feed f"),
     ("address", "address 192.0.2.1")],
)  # fmt: skip
def test_the_key_is_what_the_catalogue_says(key: str, expected: str) -> None:
    feed = Feed(id="f", url=URL, outlet="News", polite_key=key)
    assert key_of(feed, URL, {"fa.news.co.uk": "192.0.2.1"}.__getitem__) == expected


def test_a_host_under_no_domain_is_its_own() -> None:
    feed = Feed(id="f", url="http://10.0.0.7/rss", outlet="News", polite_key="domain")
    assert key_of(feed, feed.url, str) == "domain 10.0.0.7"


def test_an_address_that_is_not_known_yet_is_its_host() -> None:
    feed = Feed(id="f", url=URL, outlet="News", polite_key="address")
    assert key_of(feed, URL, lambda _host: "") == "host fa.news.co.uk"


def test_turns_are_five_seconds_apart_and_two_at_once() -> None:
    turns = Turns()
    assert turns.claim("k", FEED, NOW) is None
    assert turns.claim("k", FEED, seconds(1)) == seconds(5)
    assert turns.claim("other", FEED, seconds(1)) is None
    assert turns.claim("k", FEED, seconds(5)) is None
    later = turns.claim("k", FEED, seconds(10))
    assert later is not None
    assert later > seconds(10), "two are under way"
    turns.done("k")
    assert turns.claim("k", FEED, seconds(10)) is None


def test_who_may_be_asked_as_often_as_one_likes_is_tried_again_a_moment_later_not_at_once() -> None:
    turns, feed = Turns(), FEED.model_copy(update={"concurrency": 1, "spacing": 0})
    assert turns.claim("k", feed, NOW) is None
    later = turns.claim("k", feed, NOW)
    assert later is not None
    assert NOW < later < seconds(1)
    turns.done("k")
    assert turns.claim("k", feed, NOW) is None


def test_of_very_many_hosts_only_the_latest_are_remembered() -> None:
    turns = Turns()
    for number in range(MOST_KEYS):
        assert turns.claim(str(number), FEED, NOW) is None
        turns.done(str(number))
    assert turns.claim("0", FEED, seconds(5)) is None
    turns.done("0")
    assert turns.claim("another", FEED, seconds(5)) is None
    turns.done("another")
    assert turns.claim("0", FEED, seconds(6)) == seconds(10)
    assert turns.claim("2", FEED, seconds(4)) == seconds(5)
    assert turns.claim("1", FEED, seconds(4)) is None
    turns.done("1")
    assert (len(turns._started), turns._running) == (MOST_KEYS, {})


def test_a_turn_that_a_clock_took_that_ran_ahead_puts_nothing_off() -> None:
    turns = Turns()
    assert turns.claim("k", FEED, seconds(7200)) is None
    turns.done("k")
    assert turns.claim("k", FEED, seconds(0)) is None


def test_the_agenda_gives_what_is_due_in_order_and_only_its_latest_appointment() -> None:
    agenda = Agenda()
    agenda.put("a", seconds(1))
    agenda.put("b", seconds(2))
    agenda.put("a", seconds(3))
    agenda.put("c", seconds(1))
    agenda.drop("c")
    assert agenda.next() == seconds(2)
    assert agenda.take(seconds(1)) is None
    assert [agenda.take(seconds(9)) for _ in range(3)] == ["b", "a", None]
    assert agenda.next() is None
