"""The delivery state machine, on a clock of the test's own."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from services.alerting.bucket import Bucket
from services.alerting.classify import by_status
from services.alerting.decide import Condition, Manner, after, chosen, message_of, settled
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


def test_the_whole_schedule_is_run_through_and_then_the_alert_is_dead() -> None:
    delivery, now, waits = pending(), NOW, []
    while delivery.outcome is not Outcome.DEAD:
        delivery = tried(delivery, DOWN, now)
        if delivery.next_at:
            waits.append(delivery.next_at - now)
            now = delivery.next_at
    assert waits == list(DELAYS)
    assert delivery.attempts == 10
    assert delivery.reason == "exhausted"
    assert delivery.held is not None
    assert now - NOW == timedelta(hours=75, minutes=35, seconds=5)


def test_jitter_is_a_fifth_either_way() -> None:
    for random, factor in ((0.0, 0.8), (0.999999, 1.2)):
        wait = tried(pending(), DOWN, NOW, random).next_at - NOW
        assert abs(wait - DELAYS[0] * factor) < SECOND / 100


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
    assert now - NOW < 20 * SECOND


def test_a_program_is_told_one_by_one() -> None:
    waiting = [pending(n) for n in range(3)]
    batch = chosen(waiting, Condition(bucket=Bucket(rate=1.0)), Manner(gathers=False), NOW)
    assert len(batch) == 1


def test_a_sealed_message_goes_out_again_as_it_was() -> None:
    waiting = [pending(n, batch="b") for n in range(3)] + [pending(9)]
    batch = chosen(waiting, FREE, Manner(), NOW)
    assert {d.batch for d in batch} == {"b"}
    assert message_of(batch, "", NOW).id == "b"


def test_a_revoked_receiver_is_called_no_more_and_its_alert_waits() -> None:
    gone = by_status(410, {})
    delivery = tried(pending(), gone, NOW)
    assert delivery.outcome is Outcome.RETRY
    assert after(FREE, gone, NOW).free_at(NOW) is None


def test_nothing_is_held_any_more_once_it_was_told() -> None:
    delivery = tried(pending(), DONE, NOW)
    assert (delivery.outcome, delivery.held, delivery.next_at) == (Outcome.DELIVERED, None, None)
