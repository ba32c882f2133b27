"""Tells one receiver what is due.

    choose ▸ ours? ▸ silenced meanwhile? ▸ seal what is told together ▸ send ▸ still ours?
    ▸ settle ▸ ledger, acknowledged

A step may be cut by `kill -9` anywhere: before the ledger's record of a message is acknowledged,
the same message goes out again, with the same id; after it, never. Whoever was paused, or cut off
from the broker, tells nothing that another may tell, and writes nothing over what that one has
written meanwhile.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Protocol

import msgspec

from services.alerting.books import Books
from services.alerting.bucket import Bucket
from services.alerting.decide import (
    Condition,
    after,
    chosen,
    closed,
    in_use_again,
    message_of,
    set_right,
    settled,
)
from services.alerting.message import Failure, Kind, Message, Reason, Request, Response, Verdict
from services.alerting.receivers.receiver import Receiver
from services.alerting.report import Reporter
from services.alerting.route import Directive
from services.alerting.signature import BadSecret
from services.alerting.standing import Standing, enabled, fingerprint, newer, notice_of
from services.alerting.view import Reader
from shared.records import Delivery, Outcome, StoryEvent
from shared.reference import Reveal
from shared.vault import NoSecret

DONE = Verdict(kind=Kind.DONE, reason=Reason.DELIVERED)


class Edge(Protocol):
    """What carries out requests."""

    def send(self, request: Request) -> Response | Failure:
        """The answer, or why there is none."""

    def hurry(self) -> None:
        """The process is to stop within seconds."""

    def close(self) -> None:
        """Let go of everything."""


Directing = Callable[[StoryEvent, str, datetime], Directive | None]
"""What the routes and silences of this moment say of an event to a receiver."""


class Teller:
    """One receiver, its condition and its standing. Used by one thread."""

    def __init__(
        self,
        name: str,
        receiver: Receiver,
        *,
        books: Books,
        edge: Edge,
        reveal: Reveal,
        direct: Directing,
        has_operator: Callable[[], bool],
        reader: Reader,
        report: Reporter,
        clock: Callable[[], datetime],
    ) -> None:
        self._name, self._receiver, self._books, self._edge = name, receiver, books, edge
        self._reveal, self._direct, self._report, self._clock = reveal, direct, report, clock
        self._has_operator = has_operator
        self._reader = reader
        self._condition = Condition(bucket=Bucket(receiver.rate, receiver.burst))
        self._settings = fingerprint(receiver)
        self._standing: Standing | None = None

    @property
    def up(self) -> bool:
        """Whether the receiver takes alerts, as far as is known."""
        return not self._condition.disabled and not self._condition.breaker.is_open

    def heed(self, heard: Standing | None) -> None:
        """Take over what Kafka says of the receiver, by the operator or by an earlier holder."""
        if heard is None or not newer(heard, self._standing):
            return
        self._standing = heard
        if heard.disabled and heard.settings == self._settings:
            self._condition = replace(self._condition, disabled=heard.disabled)
            return
        self._condition = in_use_again(self._condition, self._clock())
        if heard.disabled and self._books.journal.holds:
            self._stand(enabled(heard, "changed settings", self._clock()))

    def tell(self) -> bool:
        """Tell the next message that is due, if any; whether there was one."""
        now = self._clock()
        waiting = self._books.ledger.waiting.values()
        if early := set_right(waiting, now):
            return self._books.take_down(early)
        deliveries = chosen(waiting, self._condition, self._receiver.manner, now)
        if not deliveries or not self._books.ours():
            return False
        if quiet := [delivery for delivery in deliveries if self._is_silenced(delivery, now)]:
            self._suppress(quiet, now)
            return True
        if deliveries[0].batch and self._books.ledger.was_told(deliveries[0].batch):
            self._settle(deliveries, self._message(deliveries), DONE)  # died writing this down
            return True
        if len(deliveries) > 1:
            deliveries = self._sealed(deliveries)
        self._books.prove(deliveries[0])
        message = self._message(deliveries)
        verdict = self._attempt(message)
        if not self._books.ours():
            return False
        self._settle(deliveries, message, verdict)
        return True

    def _message(self, deliveries: tuple[Delivery, ...]) -> Message:
        """As of now: what is signed carries the time of the attempt."""
        earlier = self._books.ledger.earlier(deliveries[-1].story)
        return message_of(deliveries, earlier, self._clock())

    def _is_silenced(self, delivery: Delivery, now: datetime) -> bool:
        """Whether a silence was made while it waited."""
        if delivery.held is None:
            return False
        directive = self._direct(delivery.held, self._name, now)
        return directive is not None and directive.unsaid is Reason.SILENCED

    def _suppress(self, deliveries: list[Delivery], now: datetime) -> None:
        for delivery in deliveries:
            result = closed(delivery, Outcome.SUPPRESSED, Reason.SILENCED, now)
            self._books.record(result)
            self._report.settled(delivery, result, now)

    def _sealed(self, deliveries: tuple[Delivery, ...]) -> tuple[Delivery, ...]:
        """Write down what a message tells before it goes out: a resend is the same message."""
        batch = self._message(deliveries).id
        if all(delivery.batch == batch for delivery in deliveries):
            return deliveries
        sealed = tuple(msgspec.structs.replace(d, batch=batch) for d in deliveries)
        self._books.surely(sealed)
        return sealed

    def _attempt(self, message: Message) -> Verdict:
        """Each request of the message in order, as long as they go well."""
        verdict, said = DONE, ""
        try:
            requests = self._receiver.requests(message, self._reveal, self._reader)
        except (NoSecret, BadSecret) as error:  # a file that is being replaced, a full disk
            self._report.untellable(message.id, error)
            return Verdict(kind=Kind.RETRY, reason=Reason.NO_SECRET)
        except Exception as error:  # noqa: BLE001  one alert's text must not stop all others
            self._report.untellable(message.id, error)
            return Verdict(kind=Kind.REFUSED, reason=Reason.UNTELLABLE)
        for request in requests:
            verdict = self._receiver.outcome(self._edge.send(request))
            if verdict.kind is not Kind.DONE:
                return verdict
            said = said or verdict.message
        return replace(verdict, message=said)

    def _settle(self, deliveries: tuple[Delivery, ...], message: Message, verdict: Verdict) -> None:
        now, probe = self._clock(), self._condition.breaker.is_open
        self._condition = after(self._condition, verdict, now)
        self._report.attempted(verdict)
        for delivery in deliveries:
            luck = random.random()  # noqa: S311
            result = settled(delivery, message, verdict, now, luck, probe=probe)
            if result.outcome is Outcome.DEAD:
                self._bury(result, now)
            self._books.record(result)
            self._report.settled(delivery, result, now)
        if verdict.kind is Kind.DISABLE:
            self._disable(verdict.reason, now)
        self._books.journal.sure()

    def _bury(self, result: Delivery, now: datetime) -> None:
        self._books.journal.bury(result, result.event, now)
        tries = f"after {result.attempts} tries" if result.attempts > 1 else "at the first try"
        if not result.text:
            text = f"alert {result.alert} to {self._name} is dead ({result.reason}) {tries}"
            self._notify(text, result.first_at or now)

    def _disable(self, reason: Reason, now: datetime) -> None:
        self._stand(
            Standing(receiver=self._name, at=now, disabled=reason.value, settings=self._settings)
        )
        self._notify(
            f"receiver {self._name} is disabled ({reason.value}), its alerts wait: correct "
            f"receivers.toml, or `newswatch receiver enable {self._name}`",
            now,
        )

    def _stand(self, standing: Standing) -> None:
        self._standing = standing
        self._books.journal.stand(standing)

    def _notify(self, text: str, at: datetime) -> None:
        self._report.notice(text)
        if self._has_operator():
            self._books.journal.notify(notice_of(self._name, text, at))
