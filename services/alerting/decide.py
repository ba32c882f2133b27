"""The Decider: what to tell a receiver next, and what became of it. Pure; `now` is an argument.

event ▸ admitted ─▶ waiting ▸ chosen ─▶ a message ▸ (the lane sends it) ▸ settled ─▶ ledger
                       ▲                                                    │
                       └───────────── not yet: next_at ─────────────────────┘
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec

from services.alerting.breaker import THRESHOLD, Breaker
from services.alerting.bucket import Bucket
from services.alerting.message import Alert, Kind, Message, Reason, Verdict
from services.alerting.schedule import HORIZON, delay
from services.alerting.silence import CLOCKS
from shared.identity import alert_id
from shared.records import Delivery, Outcome

CLOSED = Breaker()

MOST_NOTICES = 10
"""Notices to the operator in one message."""


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a receiver likes to be told.

    `gathers`: in a burst, one message may name many alerts (people read it; a program does not).
    `most`: how many alerts one message may name. `edits`: it can change what it said before.
    """

    gathers: bool = True
    most: int = 60
    edits: bool = False


@dataclass(frozen=True, kw_only=True)
class Condition:
    """How a receiver is, as far as calling it goes."""

    bucket: Bucket
    breaker: Breaker = CLOSED
    paused_until: datetime | None = None  # its own word: Retry-After
    disabled: str = ""  # why it takes no alerts; of another version, whatever that says
    back_since: datetime | None = None  # what failed before this is due at once

    def free_at(self, now: datetime) -> datetime | None:
        """When it may be called next; None: not before the operator acts."""
        if self.disabled:
            return None
        times = (self.bucket.free_at(now), self.breaker.free_at(now), self.paused_until or now)
        return max(times)


def chosen(
    waiting: Iterable[Delivery], condition: Condition, manner: Manner, now: datetime
) -> tuple[Delivery, ...]:
    """What the next message tells, oldest first; nothing when it is not the time."""
    free_at = condition.free_at(now)
    if free_at is None or free_at > now:
        return ()
    probing = condition.breaker.is_open
    order = _by_turn if probing else _age
    due = sorted((d for d in waiting if _is_due(d, condition, now, probing=probing)), key=order)
    if not due:
        return ()
    first = next((d for d in due if not d.edit), due[0])
    if first.batch:
        return tuple(sorted((d for d in waiting if d.batch == first.batch), key=_age))
    fresh = [d for d in due if not d.batch]
    return tuple(_together(first, fresh, condition, manner, now))[: manner.most]


def set_right(waiting: Iterable[Delivery], now: datetime) -> list[Delivery]:
    """What a clock timed that ran ahead, as this one would have: it may be set back by hours.

    What comes in a digest keeps its hour.
    """
    return [_earlier(d, d.at - now, now) for d in waiting if d.at > now + CLOCKS]


def _earlier(delivery: Delivery, lead: timedelta, now: datetime) -> Delivery:
    by, due = timedelta(days=lead.days) if delivery.digest else lead, delivery.next_at
    next_at = due and (due - by if due > delivery.at else now)
    return msgspec.structs.replace(delivery, at=now, next_at=next_at)


def message_of(deliveries: Sequence[Delivery], earlier: str, now: datetime) -> Message:
    """The message that tells these. Its id depends on them alone, so a resend carries it again."""
    first = deliveries[0]
    ids = [delivery.alert for delivery in deliveries]
    own = ids[0] if len(ids) == 1 else alert_id(" ".join(ids), first.receiver)
    return Message(
        id=first.batch or own,
        at=now,
        alerts=tuple(Alert(id=d.alert, event=d.held) for d in deliveries if d.held),
        text="\n".join(delivery.text for delivery in deliveries if delivery.text),
        earlier=earlier,
        edit=all(delivery.edit for delivery in deliveries),
    )


def settled(
    delivery: Delivery,
    message: Message,
    verdict: Verdict,
    now: datetime,
    random: float,
    *,
    probe: bool = False,
) -> Delivery:
    """The ledger's new record of an alert after an attempt. `random` is uniform in [0, 1).

    A probe, which asks whether a receiver that is down is back, costs an untried alert nothing.
    What would be given up together is told again one by one: it may be for one of them alone.
    """
    tried = msgspec.structs.replace(
        delivery,
        attempts=delivery.attempts + 1,
        at=now,
        first_at=delivery.first_at or (None if probe else now),
        reason=verdict.reason.value,
    )
    if verdict.kind is Kind.DONE:
        said = verdict.message if message.single else ""
        return closed(tried, Outcome.DELIVERED, verdict.reason, now, said)
    if verdict.kind is Kind.REFUSED:
        result = closed(tried, Outcome.DEAD, verdict.reason, now)
    else:
        waits = msgspec.structs.replace(tried, batch=message.id)
        result = _again(waits, delivery, verdict, now, random)
    if result.outcome is Outcome.DEAD and delivery.batch not in {"", delivery.alert}:
        alone = {"batch": delivery.alert, "next_at": now, "outcome": Outcome.RETRY}
        return msgspec.structs.replace(tried, **alone)
    return result


def closed(
    delivery: Delivery, outcome: Outcome, reason: Reason, now: datetime, message: str = ""
) -> Delivery:
    """The last record of an alert; what was held is kept only where it could be wanted again."""
    return msgspec.structs.replace(
        delivery,
        outcome=outcome,
        reason=reason.value,
        at=now,
        next_at=None,
        message=message,
        held=delivery.held if outcome is Outcome.DEAD else None,
    )


def after(condition: Condition, verdict: Verdict, now: datetime) -> Condition:
    """How the receiver is after this attempt."""
    called = replace(condition, bucket=condition.bucket.taken(now))
    match verdict.kind:
        case Kind.DONE | Kind.REFUSED:
            return replace(
                called,
                breaker=condition.breaker.succeeded(),
                back_since=now if condition.breaker.is_open else condition.back_since,
            )
        case Kind.DISABLE:
            return replace(called, disabled=verdict.reason.value)
        case Kind.RETRY if verdict.after is not None:
            return replace(called, paused_until=_come_back(verdict, now))
        case Kind.RETRY:
            return replace(called, breaker=condition.breaker.failed(now))


def in_use_again(condition: Condition, now: datetime) -> Condition:
    """How it is once the operator has put it right: all that failed is due."""
    return replace(condition, breaker=CLOSED, paused_until=None, disabled="", back_since=now)


def _again(
    tried: Delivery, before: Delivery, verdict: Verdict, now: datetime, random: float
) -> Delivery:
    """Retry: on the schedule, or when the receiver says. A probe ahead of time costs no step."""
    on_schedule = tried.first_at is not None and (before.next_at is None or before.next_at <= now)
    wait = delay(before.step, random)
    past = now - (tried.first_at or now) > HORIZON
    if verdict.kind is Kind.RETRY and (past or (on_schedule and wait is None)):
        return closed(tried, Outcome.DEAD, Reason.EXHAUSTED, now)
    step, next_at = before.step, before.next_at or now
    if verdict.after is not None:
        next_at = _come_back(verdict, now)
    elif verdict.kind is Kind.RETRY and on_schedule and wait is not None:
        step, next_at = before.step + 1, now + wait
    return msgspec.structs.replace(tried, outcome=Outcome.RETRY, step=step, next_at=next_at)


def _come_back(verdict: Verdict, now: datetime) -> datetime:
    after_ = verdict.after
    when = now + after_ if isinstance(after_, timedelta) else after_ or now
    return min(max(when, now), now + timedelta(hours=24))


def _is_due(delivery: Delivery, condition: Condition, now: datetime, *, probing: bool) -> bool:
    if delivery.next_at is None or delivery.next_at <= now:
        return True
    if delivery.outcome is not Outcome.RETRY:
        return False
    return probing or (condition.back_since is not None and delivery.at < condition.back_since)


def _together(
    first: Delivery, due: list[Delivery], condition: Condition, manner: Manner, now: datetime
) -> Iterable[Delivery]:
    """`first` and what is told with it."""
    if first.edit or condition.breaker.is_open:
        return [first]
    if first.text:
        said = [delivery for delivery in due if delivery.text]
        return said[:MOST_NOTICES] if manner.gathers else [first]
    notices = [delivery for delivery in due if not delivery.edit and not delivery.text]
    if _is_missed(first, condition):
        return [delivery for delivery in notices if _is_missed(delivery, condition)]
    group = [delivery for delivery in notices if delivery.group == first.group]
    if not manner.gathers:
        return group if first.digest else [first]
    scarce = condition.bucket.rate is not None and condition.bucket.filled(now).tokens < len(
        {delivery.group for delivery in notices}
    )
    return notices if scarce else group


def _is_missed(delivery: Delivery, condition: Condition) -> bool:
    """Whether it waited, untried, for the receiver to come back and is told with all that did."""
    back = condition.back_since
    return delivery.catch_up and back is not None and delivery.at < back


def _by_turn(delivery: Delivery) -> tuple[int, datetime, str]:
    """The oldest asks whether a receiver is back, but after some tries it is another's turn.

    It may be back and fail at that one alone, which would hold up all the others for days.
    """
    return (delivery.attempts // THRESHOLD, *_age(delivery))


def _age(delivery: Delivery) -> tuple[datetime, str]:
    return (delivery.held.at if delivery.held else delivery.at, delivery.alert)
