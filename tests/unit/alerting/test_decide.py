"""The delivery state machine, on a clock of the test's own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.alerting.breaker import FIRST_PAUSE, LONGEST_PAUSE, THRESHOLD, Breaker
from services.alerting.bucket import Bucket
from services.alerting.classify import by_status
from services.alerting.decide import (
    MOST_NOTICES,
    Condition,
    Manner,
    after,
    chosen,
    in_use_again,
    message_of,
    set_right,
    settled,
)
from services.alerting.message import Kind, Reason, Verdict
from services.alerting.schedule import DELAYS
from shared.identity import alert_id
from shared.records import Delivery, Outcome
from tests.unit.alerting.stories import story_event

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FREE = Condition(bucket=Bucket())
DOWN = Verdict(kind=Kind.RETRY, reason=Reason.SERVER_ERROR)
DONE = Verdict(kind=Kind.DONE, reason=Reason.DELIVERED)


def pending(number: int = 0, *, next_at: datetime = NOW, **more: Any) -> Delivery:
    event = story_event("en", number, at=NOW - timedelta(minutes=60 - number % 60))
    return Delivery(
        alert=alert_id(event.id, "r"),
        receiver="r",
        event=event.id,
        story=event.story.id,
        outcome=Outcome.PENDING,
        at=NOW,
        next_at=next_at,
        group=more.pop("group", f"story={event.story.id}"),
        held=event,
        **more,
    )


def tried(delivery: Delivery, verdict: Verdict, now: datetime, random: float = 0.5) -> Delivery:
    return settled(delivery, message_of([delivery], "", now), verdict, now, random)


@pytest.mark.parametrize(("random", "factor"), [(0.0, 0.8), (0.5, 1), (0.999999, 1.2)])
def test_the_whole_schedule_is_run_through_and_then_the_alert_is_dead(
    random: float, factor: float
) -> None:
    delivery, now, waits = pending(), NOW, []
    while delivery.outcome is not Outcome.DEAD:
        delivery = tried(delivery, DOWN, now, random)
        if delivery.next_at:
            waits.append(delivery.next_at - now)
            now = delivery.next_at
    assert all(abs(w - d * factor) < SECOND for w, d in zip(waits, DELAYS, strict=True))
    assert delivery.attempts == 10
    assert delivery.reason == "exhausted"
    assert delivery.held is not None
    assert abs(now - NOW - timedelta(hours=75, minutes=35, seconds=5) * factor) < SECOND


def test_retry_after_is_kept_and_costs_no_step() -> None:
    verdict = by_status(429, {"retry-after": "37"})
    delivery = tried(pending(), verdict, NOW)
    assert (delivery.next_at, delivery.step) == (NOW + 37 * SECOND, 0)
    assert after(FREE, verdict, NOW).free_at(NOW) == NOW + 37 * SECOND


def test_a_receiver_that_says_come_back_for_ever_is_given_up_after_the_horizon() -> None:
    verdict = by_status(429, {"retry-after": "86400"})
    delivery, now = pending(), NOW
    for _ in range(10):
        delivery = tried(delivery, verdict, now)
        now = delivery.next_at or now
    assert delivery.outcome is Outcome.DEAD


def test_a_probe_ahead_of_time_costs_no_step() -> None:
    delivery = tried(pending(), DOWN, NOW)
    early = tried(delivery, DOWN, NOW + SECOND)
    assert (early.step, early.next_at, early.attempts) == (1, delivery.next_at, 2)

    last = replace(delivery, step=len(DELAYS))
    assert tried(last, DOWN, NOW + SECOND).outcome is Outcome.RETRY
    assert tried(last, DOWN, last.next_at).outcome is Outcome.DEAD


def test_a_clock_that_is_set_back_keeps_no_breaker_open_for_longer() -> None:
    condition = FREE
    for _ in range(3):
        condition = after(condition, DOWN, NOW + timedelta(hours=3))
    assert chosen([pending()], condition, Manner(), NOW) == (pending(),)


def test_what_a_clock_timed_that_ran_ahead_waits_as_long_as_it_was_to() -> None:
    ahead = NOW + timedelta(hours=3)
    timed = replace(pending(next_at=ahead + 30 * SECOND), at=ahead)
    assert set_right([timed, pending(1)], NOW) == [
        replace(timed, at=NOW, next_at=NOW + 30 * SECOND)
    ]


def test_a_digest_that_a_clock_timed_that_ran_ahead_keeps_its_hour() -> None:
    ahead, eight = NOW + timedelta(days=9, hours=3), datetime(2026, 11, 30, 8, tzinfo=UTC)
    timed = replace(pending(next_at=eight, digest=True), at=ahead)
    (right,) = set_right([timed], NOW)
    assert right.next_at == eight - timedelta(days=9)


def test_two_clocks_may_be_a_minute_apart() -> None:
    assert set_right([replace(pending(), at=NOW + timedelta(minutes=1))], NOW) == []


def test_three_failures_in_a_row_open_the_breaker_and_one_success_lets_all_out() -> None:
    first, *rest = [pending(n) for n in range(5)]
    condition, now = FREE, NOW
    failed = []
    for delivery in (first, *rest[:2]):
        failed.append(tried(delivery, DOWN, now))
        condition = after(condition, DOWN, now)
    waiting = [*failed, *rest[2:]]
    assert chosen(waiting, condition, Manner(), now) == ()
    later = condition.breaker.open_until
    assert chosen(waiting, condition, Manner(), later) == (failed[0],)
    condition = after(condition, DONE, later)
    left = waiting[1:]
    told = []
    while batch := chosen(left, condition, Manner(), later):
        told += batch
        left = [d for d in left if d not in batch]
    assert told == [failed[1], failed[2], *rest[2:]]


@pytest.mark.parametrize("manner", [Manner(), Manner(gathers=False)])
def test_what_was_missed_while_it_was_down_is_one_digest_where_the_route_says_so(
    manner: Manner,
) -> None:
    missed = [pending(n, catch_up=True) for n in range(5)]
    condition = FREE
    for index in range(3):
        missed[index] = tried(missed[index], DOWN, NOW)
        condition = after(condition, DOWN, NOW)
    later = condition.breaker.open_until
    assert later is not None
    (probe,) = chosen(missed, condition, manner, later)
    condition = after(condition, DONE, later)
    fresh = replace(pending(9, next_at=later, catch_up=True), at=later)
    left, told = [*missed, fresh], [(probe,)]
    left.remove(probe)
    while batch := chosen(left, condition, manner, later):
        told.append(batch)
        left = [delivery for delivery in left if delivery not in batch]
    assert told == [(probe,), (missed[1],), (missed[2],), tuple(missed[3:]), (fresh,)]


def test_a_burst_at_a_limited_receiver_becomes_few_messages_that_name_all() -> None:
    waiting = [pending(n) for n in range(1000)]
    condition, now, messages = Condition(bucket=Bucket(rate=1.0)), NOW, []
    while waiting:
        batch = chosen(waiting, condition, Manner(most=60), now)
        if not batch:
            now = condition.free_at(now)
            continue
        messages.append(batch)
        condition = after(condition, DONE, now)
        waiting = [d for d in waiting if d not in batch]
    assert len(messages) == 17
    assert sum(len(batch) for batch in messages) == 1000
    assert 16 * SECOND <= now - NOW < 20 * SECOND


def test_a_program_is_told_one_by_one() -> None:
    waiting = [pending(n) for n in range(3)]
    batch = chosen(waiting, Condition(bucket=Bucket(rate=1.0)), Manner(gathers=False), NOW)
    assert len(batch) == 1


A, B, C = (pending(n, group=group) for n, group in enumerate("ggh"))
EDIT = replace(pending(3, group="g"), edit=True)
NOTES = [
    replace(A, alert=f"{n:02}", at=NOW - timedelta(hours=2), held=None, text="it is disabled")
    for n in range(MOST_NOTICES + 1)
]
PEOPLE, PROGRAM = Manner(), Manner(gathers=False)
OPEN = Condition(bucket=Bucket(), breaker=Breaker(THRESHOLD, NOW))
BACK = Condition(bucket=Bucket(), back_since=NOW + SECOND)
TWICE = Condition(bucket=Bucket(rate=1.0, burst=2.0))
ONCE = Condition(bucket=Bucket(rate=1.0))


@pytest.mark.parametrize(
    ("waiting", "condition", "manner", "told"),
    [
        ([A, B, C], FREE, PEOPLE, [A, B]),
        ([A, B, C], TWICE, PEOPLE, [A, B]),
        ([A, B, C], ONCE, PEOPLE, [A, B, C]),
        ([A, B, C], ONCE, PROGRAM, [A]),
        ([replace(one, digest=True) for one in (A, B, C)], FREE, PROGRAM, [A, B]),
        ([A, B, C], OPEN, PEOPLE, [A]),
        ([A, B, EDIT], FREE, PEOPLE, [A, B]),
        ([EDIT, replace(EDIT, alert="zz")], FREE, PEOPLE, [EDIT]),
        ([A, *NOTES], FREE, PEOPLE, NOTES[:MOST_NOTICES]),
        ([A, *(replace(note, at=NOW) for note in NOTES)], FREE, PEOPLE, [A]),
        (NOTES, FREE, PROGRAM, NOTES[:1]),
        ([A, *NOTES[:2]], FREE, PEOPLE, NOTES[:2]),
        ([replace(one, catch_up=True) for one in (A, B, C)], FREE, PROGRAM, [A]),
        ([replace(one, catch_up=True) for one in (A, B, C)], BACK, PROGRAM, [A, B, C]),
        ([A, B, C], BACK, PROGRAM, [A]),
    ],
    ids=[
        "a group",
        "as many groups as may be told now",
        "more groups than may be told now",
        "a program is told one by one",
        "but a digest is one",
        "whether it is back is asked with one",
        "an edit is told with nothing",
        "nor with another",
        "notices to the operator, some at a time",
        "with nothing else",
        "nor together to a program",
        "neither with what is news",
        "what catches up, where nothing was down",
        "what catches up, once it is back",
        "what does not",
    ],
)
def test_what_is_told_together(
    waiting: list[Delivery], condition: Condition, manner: Manner, told: list[Delivery]
) -> None:
    assert [d.alert for d in chosen(waiting, condition, manner, NOW)] == [d.alert for d in told]


def test_while_it_is_down_it_is_asked_ahead_of_a_retry_but_of_nothing_that_has_its_own_time() -> (
    None
):
    """As quiet hours or a digest, which last as long as they last."""
    later = NOW + timedelta(hours=5)
    quiet, failed = pending(0, next_at=later), pending(1, next_at=later)
    failed = replace(failed, outcome=Outcome.RETRY, at=NOW - SECOND)
    assert chosen([quiet, failed], FREE, Manner(), NOW) == ()
    assert chosen([quiet, failed], OPEN, Manner(), NOW) == (failed,)
    back = after(OPEN, DONE, NOW)
    assert chosen([quiet, failed], back, Manner(), NOW) == (failed,)
    assert chosen([quiet, replace(failed, at=NOW)], back, Manner(), NOW) == ()


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("Fri, 20 Nov 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Fri, 20 Nov 2026 11:00:00 GMT", timedelta()),
        ("Fri, 20 Nov 2026 12:10:00 -0000", timedelta(minutes=10)),
        ("Fri, 20 Nov 2026 15:40:00 +0330", timedelta(minutes=10)),
        ("Fri, 20 Nov 2099 12:00:00 GMT", timedelta(hours=24)),
        ("9" * 5000, timedelta(hours=24)),
        (" 60\t", timedelta(minutes=1)),
    ],
    ids=[
        "later",
        "in the past",
        "without a zone",
        "in another zone",
        "in another century",
        "never",
        "with spaces",
    ],
)
def test_when_to_come_back_is_kept_within_a_day(said: str, then: timedelta) -> None:
    verdict = by_status(503, {"retry-after": said})
    assert tried(pending(), verdict, NOW).next_at == NOW + then
    assert after(FREE, verdict, NOW).free_at(NOW) == NOW + then


def test_a_sealed_message_goes_out_again_as_it_was() -> None:
    waiting = [pending(n, batch="b") for n in range(3)] + [pending(9)]
    batch = chosen(waiting, FREE, Manner(), NOW)
    assert {d.batch for d in batch} == {"b"}
    assert message_of(batch, "", NOW).id == "b"
    assert chosen(waiting[::-1], FREE, Manner(), NOW) == batch


def test_what_is_sealed_into_a_message_is_told_in_no_other() -> None:
    """Whoever has that message, but could not say so, would be told of it twice."""
    first, second = pending(0, group="g"), pending(1, group="g", batch="b")
    assert chosen([first, second], FREE, Manner(), NOW) == (first,)


def test_a_sealed_message_that_fails_is_tried_again_whole_and_on_the_schedule() -> None:
    sealed = [pending(n, batch="b") for n in range(3)]
    message = message_of(sealed, "", NOW)
    failed = [settled(delivery, message, DOWN, NOW, 0.5) for delivery in sealed]
    assert chosen(failed, FREE, Manner(), NOW) == ()
    again = chosen(failed, FREE, Manner(), NOW + DELAYS[0])
    assert message_of(again, "", NOW) == message


def test_a_notice_goes_before_older_edits_and_the_oldest_notice_first() -> None:
    edit, *notices = (pending(n) for n in range(4))
    notices[0] = replace(notices[0], attempts=THRESHOLD)
    left, told = [notices[2], notices[0], replace(edit, edit=True), notices[1]], []
    while left:
        (first,) = chosen(left, FREE, Manner(), NOW)
        told.append(first.alert)
        left.remove(first)
    assert told == [d.alert for d in (*notices, edit)]


def test_a_revoked_receiver_is_called_no_more_and_its_alert_waits() -> None:
    gone = by_status(410, {})
    delivery = tried(pending(), gone, NOW)
    assert delivery.outcome is Outcome.RETRY
    assert after(FREE, gone, NOW).free_at(NOW) is None


def test_an_alert_that_was_tried_for_days_waits_too_where_its_receiver_is_revoked() -> None:
    old = replace(pending(), first_at=NOW - timedelta(days=9), step=len(DELAYS))
    assert tried(old, by_status(410, {}), NOW).outcome is Outcome.RETRY


def test_once_the_operator_has_put_it_right_all_that_failed_is_due() -> None:
    condition, waiting = FREE, [tried(pending(n), DOWN, NOW) for n in range(3)]
    for verdict in (DOWN, DOWN, DOWN, by_status(429, {"retry-after": "900"}), by_status(410, {})):
        condition = after(condition, verdict, NOW)
    condition = in_use_again(condition, NOW + SECOND)
    for expected in waiting:
        assert chosen(waiting, condition, Manner(), NOW + SECOND) == (expected,)
        waiting = [delivery for delivery in waiting if delivery is not expected]


def test_a_success_at_a_receiver_that_was_not_down_hurries_nobody() -> None:
    failed = tried(pending(), DOWN, NOW)
    condition = after(after(FREE, DOWN, NOW), DONE, NOW + SECOND)
    assert chosen([failed], condition, Manner(), NOW + SECOND) == ()


def test_the_pause_of_a_receiver_that_is_down_doubles_up_to_the_longest() -> None:
    breaker, pauses = Breaker(), []
    for _ in range(10_000):  # a month, at one probe every five minutes
        breaker = breaker.failed(NOW)
        pauses.append(breaker.free_at(NOW) - NOW)
    begun = [min(FIRST_PAUSE * 2**n, LONGEST_PAUSE) for n in range(8)]
    assert pauses[: THRESHOLD + 7] == [timedelta()] * (THRESHOLD - 1) + begun
    assert set(pauses[THRESHOLD + 6 :]) == {LONGEST_PAUSE}
    assert breaker.free_at(NOW + 2 * LONGEST_PAUSE) == NOW + 2 * LONGEST_PAUSE


@given(
    rate=st.sampled_from([0.05, 1.0, 30.0]),
    burst=st.sampled_from([1.0, 3.0, 20.0]),
    idle=st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.3, 7.0, -3600.0]), min_size=1, max_size=60),
)
def test_no_more_calls_than_the_rate_and_the_burst_allow_and_no_fewer(
    rate: float, burst: float, idle: list[float]
) -> None:
    """Also after the clock was set back: it may take long to be again where it was."""
    bucket, now, calls = Bucket(rate, burst), NOW, list[datetime]()
    for seconds in idle:
        ready = now + seconds * SECOND
        now = bucket.free_at(ready)
        assert ready <= now <= ready + SECOND / rate + SECOND / 1000
        if seconds < 0:
            calls = []
        if len(calls) < burst:
            assert now == ready
        calls.append(now)
        bucket = bucket.taken(now)
        for before, earlier in enumerate(calls):
            allowed = burst + rate * (now - earlier).total_seconds()
            assert len(calls) - before <= allowed + 1e-6


def test_nothing_is_held_any_more_once_it_was_told() -> None:
    delivery = tried(pending(), DONE, NOW)
    assert (delivery.outcome, delivery.held, delivery.next_at) == (Outcome.DELIVERED, None, None)
