"""Forged records: whatever the ledger, the events and the notices hold, a real alert is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.alerting.admit import admitted_notice
from services.alerting.ledger import KEEP
from services.alerting.receivers.receiver import Receiver
from services.alerting.silence import Silence, silenced
from services.alerting.standing import Notice, Standing
from shared.codec import Undecodable, decode, encode
from shared.identity import alert_id
from shared.records import Delivery, Outcome, StoryEvent
from tests.forged import forged
from tests.unit.alerting.stories import T0, story_event
from tests.unit.alerting.test_tell import BOT, HOOK, World

QUIET = settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
EVENT = story_event("en", 0, others=("fa", "tr"), new=("number:5", "country:TR", "entity:fidan"))
WAITING = Delivery(
    alert=alert_id(EVENT.id, "desk"), receiver="desk", event=EVENT.id, story=EVENT.story.id,
    outcome=Outcome.RETRY, at=T0, next_at=T0, first_at=T0, attempts=1, step=1, route="/all",
    held=EVENT,
)  # fmt: skip
SETTLED = replace(WAITING, outcome=Outcome.DELIVERED, next_at=None, held=None, message="m")
RECEIVERS = st.sampled_from((HOOK, BOT))
ENDS = 100
"""Turns after which nothing that is due is left."""


def a_real_one_is_told(world: World) -> None:
    """Beside what the world knows already; and what it knows can be written and forgotten."""
    alert = world.admit(7, at=T0)
    for _ in range(ENDS):
        world.tell_all()
        world.now += timedelta(hours=1)
    assert world.books.ledger.delivered(alert)
    for known, _ in world.books.ledger.records("desk"):
        decode(encode(known), Delivery)
    for stale in world.books.ledger.stale(world.now + KEEP):
        world.books.ledger.forget(stale)


def entered(world: World, take: Callable[[], None]) -> World:
    """The world with a forged record, if it is one."""
    try:
        take()
    except Undecodable:
        return world
    return world


@QUIET
@given(st.one_of(forged(WAITING), forged(SETTLED)), RECEIVERS)
def test_beside_any_entry_of_the_ledger(value: bytes, receiver: Receiver) -> None:
    world = World(receiver, lambda count: 500 if count == 1 else 200)
    a_real_one_is_told(entered(world, lambda: world.books.ledger.enter(decode(value, Delivery), 0)))


@QUIET
@given(forged(EVENT), RECEIVERS)
def test_beside_any_event(value: bytes, receiver: Receiver) -> None:
    world = World(receiver, lambda _: 200)

    def take() -> None:
        event = decode(value, StoryEvent)
        waits = replace(WAITING, alert=alert_id(event.id, "desk"), held=event)
        world.books.ledger.enter(waits, 0)

    a_real_one_is_told(entered(world, take))


@QUIET
@given(forged(Notice(id="n", about="desk", at=T0, text="it is gone")), RECEIVERS)
def test_beside_any_notice(value: bytes, receiver: Receiver) -> None:
    world = World(receiver, lambda _: 200)

    def take() -> None:
        notice = admitted_notice(decode(value, Notice), "desk", world.now)
        world.books.ledger.enter(notice, 0)

    a_real_one_is_told(entered(world, take))


@QUIET
@given(forged(Standing(receiver="desk", at=T0, disabled="gone")))
def test_beside_any_standing_of_other_settings(value: bytes) -> None:
    world = World(HOOK, lambda _: 200)
    entered(world, lambda: world.teller.heed(decode(value, Standing)))
    a_real_one_is_told(world)


@QUIET
@given(forged(Silence(id="s", until=T0, made=T0, receiver="desk", story=EVENT.story.id)))
def test_any_silence_covers_an_event_or_does_not(value: bytes) -> None:
    try:
        silence = decode(value, Silence)
    except Undecodable:
        return
    assert silenced([silence], EVENT, "desk", T0) in {True, False}


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("how", [{"digest": False}, {"digest": True}])
def test_what_waits_since_the_end_of_time_is_due_now(year: int, how: dict[str, bool]) -> None:
    world = World(HOOK, lambda _: 200)
    never, due = T0.replace(year=9999), T0.replace(year=year)
    timed = replace(WAITING, at=never, next_at=due, **how)
    world.books.ledger.enter(timed, 0)
    world.tell_all()
    assert world.books.ledger.delivered(timed.alert)


def test_an_alert_without_an_id_is_none() -> None:
    with pytest.raises(Undecodable):
        decode(encode(replace(SETTLED, alert="")), Delivery)
