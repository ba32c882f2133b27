# ruff: noqa: E501  a rule a line
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher import schedule
from services.fetcher.catalogue import DAY, Feed
from services.fetcher.document import Hints
from services.fetcher.outcome import GOOD, Outcome
from services.fetcher.schedule import Brought
from services.fetcher.state import FeedState

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
FEED = Feed(id="f", url="https://news.example/rss", outlet="News", floor=600, ceiling=7200)
CHANGED = Outcome.CHANGED


def wait(
    brought: Brought, *, interval: float = 1000, errors: float = 0, luck: float = 0.5
) -> float:
    state = FeedState(feed="f", interval=interval, errors=errors)
    next_at = schedule.after(FEED, state, brought, began=NOW, luck=luck).next_at
    assert next_at is not None
    return (next_at - NOW).total_seconds()


LEARNT = [
    ("mostly seen: longer", Brought(outcome=CHANGED, entries=10, seen=7), 1500),
    ("half seen: as it was", Brought(outcome=CHANGED, entries=10, seen=5), 1000),
    ("mostly new: shorter, to the floor", Brought(outcome=CHANGED, entries=10, seen=3), 600),
    ("nothing new: longer", Brought(outcome=Outcome.NOT_MODIFIED), 1500),
    ("the same bytes: longer", Brought(outcome=Outcome.UNCHANGED), 1500),
    ("overflow: a quarter, to the floor", Brought(outcome=CHANGED, entries=9, overflow=True), 600),
    ("never more than half of what the document spans",
     Brought(outcome=CHANGED, entries=10, seen=9, span=1600), 800),
    ("over quota: again at the floor", Brought(outcome=CHANGED, entries=9, complete=False), 600),
    ("TTL is heeded", Brought(outcome=CHANGED, hints=Hints(ttl_minutes=60)), 3780),
    ("updatePeriod is heeded", Brought(outcome=CHANGED, hints=Hints(period_seconds=1800)), 1890),
    ("max-age is heeded", Brought(outcome=CHANGED, fresh_for=2000), 2100),
    ("but nothing past the ceiling", Brought(outcome=CHANGED, fresh_for=9e9), 7560),
    ("an hour to skip is skipped", Brought(outcome=CHANGED, hints=Hints(skip_hours=(10, 11))), 5400),
    ("Retry-After is heeded", Brought(outcome=Outcome.RATE_LIMITED, retry_after=4000), 4200),
    ("but not past a day", Brought(outcome=Outcome.RATE_LIMITED, retry_after=9e9), 1.05 * DAY),
    ("nor below the floor", Brought(outcome=Outcome.RATE_LIMITED, retry_after=0), 630),
    ("an error adds a floor", Brought(outcome=Outcome.SERVER_ERROR), 1600),
    ("a refusal weighs double", Brought(outcome=Outcome.REFUSED), 2200),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "brought", "seconds"), LEARNT, ids=[row[0] for row in LEARNT])
def test_the_wait_follows_from_what_a_poll_brought(
    rule: str, brought: Brought, seconds: float
) -> None:
    assert wait(brought) == pytest.approx(seconds), rule


def test_errors_lengthen_in_a_straight_line_up_to_a_day_and_never_end_a_feed() -> None:
    waits = [wait(Brought(outcome=Outcome.TIMED_OUT), errors=n) for n in (0, 1, 2, 1000)]
    assert waits == [1600, 2200, 2800, DAY]


def test_only_410_ends_a_feed() -> None:
    state = FeedState(feed="f")
    gone = schedule.after(FEED, state, Brought(outcome=Outcome.GONE), began=NOW, luck=0.5)
    assert gone.next_at is None


def test_a_good_poll_forgets_the_errors() -> None:
    state = FeedState(feed="f", errors=9)
    timing = schedule.after(FEED, state, Brought(outcome=CHANGED), began=NOW, luck=0.5)
    assert timing.errors == 0


def test_a_restart_does_not_ask_before_it_is_due_and_spreads_what_is_late() -> None:
    due = FeedState(feed="f", next_at=NOW + timedelta(hours=1))
    late = FeedState(feed="f", next_at=NOW - timedelta(hours=1))
    assert schedule.resumed(FEED, due, NOW, 0.5) == due.next_at
    assert schedule.resumed(FEED, late, NOW, 0.5) == NOW + timedelta(seconds=15)
    just = FeedState(feed="f", next_at=NOW - timedelta(seconds=4))
    assert schedule.resumed(FEED, just, NOW, 0.5) == NOW + timedelta(seconds=2)
    assert schedule.resumed(FEED, FeedState(feed="f"), NOW, 0.5) == NOW + timedelta(seconds=15)
    assert schedule.resumed(FEED, FeedState(feed="f", gone=True), NOW, 0.5) is None


@given(
    outcome=st.sampled_from([o for o in Outcome if o is not Outcome.GONE]),
    entries=st.integers(0, 50), seen=st.integers(0, 50), overflow=st.booleans(),
    complete=st.booleans(), span=st.floats(0, 1e9), ttl=st.floats(0, 1e9), fresh=st.floats(0, 1e12),
    skip=st.sets(st.integers(0, 23), max_size=23), retry=st.none() | st.floats(0, 1e12),
    interval=st.floats(0, 1e5), errors=st.floats(0, 1e4), luck=st.floats(0, 1, exclude_max=True),
)  # fmt: skip
def test_no_poll_makes_the_next_one_earlier_than_the_floor_or_later_than_a_day(
    outcome: Outcome, entries: int, seen: int, overflow: bool, complete: bool, span: float,  # noqa: FBT001
    ttl: float, fresh: float, skip: set[int], retry: float | None, interval: float, errors: float,
    luck: float,
) -> None:  # fmt: skip
    brought = Brought(
        outcome=outcome, entries=entries, seen=min(seen, entries), overflow=overflow,
        complete=complete, span=span, hints=Hints(ttl_minutes=ttl, skip_hours=tuple(sorted(skip))),
        fresh_for=fresh, retry_after=retry,
    )  # fmt: skip
    seconds = wait(brought, interval=interval, errors=errors, luck=luck)
    skipped = DAY if outcome in GOOD and skip else 0
    assert FEED.floor * 0.9 - 1e-3 <= seconds <= DAY * 1.1 + skipped


@pytest.mark.parametrize("feed", [FEED, Feed(id="g", url=FEED.url, outlet="o", ceiling=3 * DAY)])
def test_a_feed_whose_memory_was_written_by_a_clock_that_ran_ahead_is_not_left_for_years(
    feed: Feed,
) -> None:
    ahead = FeedState(feed="f", next_at=NOW + timedelta(days=400))
    due = schedule.resumed(feed, ahead, NOW, 0.5)
    assert due is not None
    assert due <= NOW + timedelta(seconds=schedule.WELL_SPREAD)


@given(st.floats(0, 1), st.floats(0, 1e9), st.integers(0, 22))
def test_no_wait_that_a_rule_leads_to_is_taken_for_such_a_clock(
    luck: float, retry_after: float, skipped: int
) -> None:
    hints = Hints(skip_hours=tuple(range(skipped)))
    for outcome in Outcome:
        brought = Brought(outcome=outcome, retry_after=retry_after, fresh_for=9e9, hints=hints)
        state = FeedState(feed="f")
        next_at = schedule.after(FEED, state, brought, began=NOW, luck=luck).next_at
        if next_at is not None:
            assert schedule.resumed(FEED, FeedState(feed="f", next_at=next_at), NOW, 0) == next_at


def test_a_memory_of_a_clock_that_ran_ahead_puts_nothing_off() -> None:
    ahead = FeedState(
        feed="f", polled_at=NOW + timedelta(hours=2), next_at=NOW + timedelta(hours=2, minutes=1)
    )
    assert schedule.resumed(FEED, ahead, NOW, 0.5) == schedule.first(FEED, NOW, 0.5)
