"""Whether an event becomes an alert of a receiver, and when it is due. Pure."""

from datetime import datetime

import msgspec

from services.alerting.decide import Manner
from services.alerting.ledger import Ledger
from services.alerting.message import Reason
from services.alerting.route import Directive
from services.alerting.standing import Notice
from services.alerting.timing import Due, due
from shared.identity import alert_id
from shared.records import Delivery, Outcome, StoryEvent


def admitted(
    event: StoryEvent,
    directive: Directive | None,
    *,
    receiver: str,
    asked: str,
    replay: bool,
    manner: Manner,
    ledger: Ledger,
    now: datetime,
) -> Delivery | Reason:
    """The alert to wait for its time, or why there is none.

    `asked` is the receiver that `newswatch replay --deliver` or a redrive names: that one is told
    now, whatever routes say, unless it was told before; the others are not.
    """
    if asked or replay:
        return _asked(event, receiver, ledger, now) if asked == receiver else Reason.REPLAY
    if ledger.knows(alert_id(event.id, receiver)):
        return Reason.DUPLICATE
    if directive is None or directive.unsaid:
        return directive.unsaid if directive and directive.unsaid else Reason.NO_ROUTE
    if directive.edit:
        return _edit(event, directive, manner, ledger, now)
    when = due(
        directive.timing,
        route=directive.route,
        group=directive.group,
        story=event.story.id,
        ledger=ledger,
        now=now,
    )
    group = f"digest {directive.route}" if when.digest else directive.group
    alert = _pending(event, receiver, when, group=group, route=directive.route, now=now)
    return msgspec.structs.replace(alert, catch_up=directive.timing.catch_up)


def admitted_notice(notice: Notice, receiver: str, now: datetime) -> Delivery:
    """A notice to the operator waits like any alert."""
    return Delivery(
        alert=notice.id,
        receiver=receiver,
        event="",
        story="",
        outcome=Outcome.PENDING,
        at=now,
        next_at=now,
        text=notice.text,
    )


def _asked(event: StoryEvent, receiver: str, ledger: Ledger, now: datetime) -> Delivery | Reason:
    alert = alert_id(event.id, receiver)
    if alert in ledger.waiting or ledger.delivered(alert):
        return Reason.DUPLICATE
    group = f"asked {event.story.id}"
    return _pending(event, receiver, Due(now), group=group, route="asked", now=now)


def _edit(
    event: StoryEvent, directive: Directive, manner: Manner, ledger: Ledger, now: datetime
) -> Delivery | Reason:
    """No notice: only what was told before is brought up to date, where the receiver can."""
    if not manner.edits or not ledger.earlier(event.story.id):
        return Reason.NO_NOTICE
    group = f"edit {event.story.id}"
    alert = _pending(
        event, directive.receiver, Due(now), group=group, route=directive.route, now=now
    )
    return msgspec.structs.replace(alert, edit=True)


def _pending(
    event: StoryEvent, receiver: str, when: Due, *, group: str, route: str, now: datetime
) -> Delivery:
    return Delivery(
        alert=alert_id(event.id, receiver),
        receiver=receiver,
        event=event.id,
        story=event.story.id,
        outcome=Outcome.PENDING,
        at=now,
        next_at=when.at,
        route=route,
        group=group,
        digest=when.digest,
        held=event,
    )
