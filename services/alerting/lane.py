"""One receiver's lane: the shell that reads, decides, tells and writes down, in a thread.

    poll ▸ admit each ▸ while something is due: seal ▸ send ▸ settle ▸ ledger, acknowledged
         ▸ write down what waits ▸ commit

A step may be cut by `kill -9` anywhere: before the ledger's record of a message is acknowledged,
the same message goes out again, with the same id; after it, never.

Longer than other files: the steps share one state, and their order is what the promise rests on.
"""

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import Protocol

import msgspec
import structlog

from services.alerting.admit import admitted
from services.alerting.bucket import Bucket
from services.alerting.decide import Condition, after, chosen, closed, message_of, settled
from services.alerting.journal import Incoming, Journal
from services.alerting.ledger import Ledger
from services.alerting.message import Failure, Kind, Message, Reason, Request, Response, Verdict
from services.alerting.metrics import Metrics
from services.alerting.receivers.receiver import Receiver, Reveal
from services.alerting.route import Directive
from shared.codec import Undecodable, decode
from shared.identity import alert_id
from shared.records import Delivery, Outcome, StoryEvent

PATIENCE = 0.2
"""Seconds that a poll waits for records: the resolution of everything that is due at a time."""

MOST_WAITING = 2_000
"""Alerts that a lane holds; past it Kafka holds the rest, in order."""

MESSAGES_A_TURN = 20

log = structlog.get_logger("alerting.lane")


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


class Lane:
    """Everything of one receiver. `run` in a thread of its own; `stop` from another."""

    def __init__(
        self,
        name: str,
        receiver: Receiver,
        *,
        journal: Journal,
        edge: Edge,
        reveal: Reveal,
        direct: Directing,
        console: str,
        metrics: Metrics,
        tell_operator: Callable[[str, str], None],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.name = name
        self._receiver, self._journal, self._edge = receiver, journal, edge
        self._reveal, self._direct, self._metrics = reveal, direct, metrics
        self._reader = receiver.reader(console)
        self._tell_operator, self._clock = tell_operator, clock
        self._ledger = Ledger()
        self._condition = Condition(bucket=Bucket(receiver.rate, receiver.burst))
        self._fresh: set[str] = set()
        self._notices: SimpleQueue[str] = SimpleQueue()
        self._stopping = threading.Event()

    @property
    def ready(self) -> bool:
        """Whether it reads."""
        return self._journal.ready

    def run(self) -> None:
        """Until stopped. What escapes is a broker that stays away, or our bug."""
        try:
            while not self._stopping.is_set():
                self._turn()
        finally:
            self._edge.close()
            self._journal.close()

    def stop(self) -> None:
        """Finish the message under way, write down the rest, and return from `run`."""
        self._stopping.set()
        self._edge.hurry()

    def notify(self, text: str) -> None:
        """Tell the operator this, through this receiver."""
        self._notices.put(text)

    def _turn(self) -> None:
        self._journal.take(more=len(self._ledger.waiting) < MOST_WAITING)
        for incoming in self._journal.poll(self._ledger, PATIENCE):
            self._take(incoming)
        self._take_notices()
        for _ in range(MESSAGES_A_TURN):
            if self._stopping.is_set() or not self._tell():
                break
        self._write_down()
        self._journal.commit()
        self._measure()

    def _take(self, incoming: Incoming) -> None:
        now = self._clock()
        try:
            event = decode(incoming.value, StoryEvent)
        except Undecodable as error:
            self._journal.reject(incoming, str(error)[:500], now)
            self._count(Reason.UNDECODABLE)
            return
        directive = self._direct(event, self.name, now)
        result = admitted(
            event,
            directive,
            receiver=self.name,
            asked=incoming.headers.get("deliver", ""),
            replay=incoming.headers.get("lane") == "replay",
            manner=self._receiver.manner,
            ledger=self._ledger,
            now=now,
        )
        if isinstance(result, Reason):
            self._count(result)
            return
        self._count(Reason.ADMITTED)
        self._await(result, incoming.partition)

    def _take_notices(self) -> None:
        with suppress(Empty):
            while True:
                text = self._notices.get_nowait()
                alert = alert_id(f"notice {text}", self.name)
                if alert in self._ledger.settled or alert in self._ledger.waiting:
                    continue
                now = self._clock()
                notice = Delivery(
                    alert=alert,
                    receiver=self.name,
                    event="",
                    story="",
                    outcome=Outcome.PENDING,
                    at=now,
                    next_at=now,
                    text=text,
                )
                self._await(notice, 0)

    def _await(self, delivery: Delivery, partition: int) -> None:
        self._ledger.enter(delivery, partition)
        self._fresh.add(delivery.alert)

    def _tell(self) -> bool:
        """Tell the next message that is due, if any; whether there was one."""
        now = self._clock()
        deliveries = chosen(
            self._ledger.waiting.values(), self._condition, self._receiver.manner, now
        )
        if not deliveries:
            return False
        if quiet := [d for d in deliveries if self._is_silenced(d, now)]:
            self._suppress(quiet, now)
            return True
        earlier = self._ledger.earlier(deliveries[-1].story)
        message = message_of(deliveries, earlier, now)
        verdict = Verdict(kind=Kind.DONE, reason=Reason.DELIVERED)
        if deliveries[0].batch and self._ledger.was_told(deliveries[0].batch):
            self._settle(deliveries, message, verdict)  # killed while it wrote down the others
            return True
        if len(deliveries) > 1:
            deliveries = self._sealed(deliveries, message.id)
        verdict = self._attempt(message)
        self._settle(deliveries, message, verdict)
        return True

    def _is_silenced(self, delivery: Delivery, now: datetime) -> bool:
        """Whether a silence was made while it waited."""
        if delivery.held is None:
            return False
        directive = self._direct(delivery.held, self.name, now)
        return directive is not None and directive.unsaid is Reason.SILENCED

    def _suppress(self, deliveries: list[Delivery], now: datetime) -> None:
        for delivery in deliveries:
            result = closed(delivery, Outcome.SUPPRESSED, Reason.SILENCED, now)
            self._record(result)
            self._report(delivery, result, now)

    def _sealed(self, deliveries: tuple[Delivery, ...], batch: str) -> tuple[Delivery, ...]:
        """Write down what a message tells before it goes out: a resend is the same message."""
        if all(delivery.batch == batch for delivery in deliveries):
            return deliveries
        sealed = tuple(msgspec.structs.replace(d, batch=batch) for d in deliveries)
        for delivery in sealed:
            self._record(delivery)
        self._journal.sure()
        return sealed

    def _attempt(self, message: Message) -> Verdict:
        """Each request of the message in order, as long as they go well."""
        verdict = Verdict(kind=Kind.DONE, reason=Reason.DELIVERED)
        try:
            requests = self._receiver.requests(message, self._reveal, self._reader)
        except Exception as error:  # noqa: BLE001  one alert's text must not stop all others
            log.warning("no payload", alert=message.id, error=type(error).__name__)
            return Verdict(kind=Kind.REFUSED, reason=Reason.UNTELLABLE)
        said = ""
        for request in requests:
            verdict = self._receiver.outcome(self._edge.send(request))
            if verdict.kind is not Kind.DONE:
                return verdict
            said = said or verdict.message
        return replace(verdict, message=said)

    def _settle(self, deliveries: tuple[Delivery, ...], message: Message, verdict: Verdict) -> None:
        now = self._clock()
        self._condition = after(self._condition, verdict, now)
        self._metrics.attempted(
            self.name, verdict.reason, verdict.kind, is_open=self._condition.breaker.is_open
        )
        for delivery in deliveries:
            result = settled(delivery, message, verdict, now, random.random())  # noqa: S311
            if result.outcome is Outcome.DEAD:
                self._journal.bury(result, delivery.event, now)
            self._record(result)
            self._report(delivery, result, now)
        self._journal.sure()
        if verdict.kind is Kind.DISABLE:
            self._tell_operator(
                self.name,
                f"receiver {self.name} is disabled ({verdict.reason.value}): "
                "it wants no more; correct receivers.toml and its alerts go out",
            )

    def _record(self, delivery: Delivery) -> None:
        partition = self._ledger.partition(delivery.alert)
        self._fresh.discard(delivery.alert)
        self._ledger.enter(delivery, partition)
        self._journal.write(delivery, partition)

    def _write_down(self) -> None:
        """What waits and is not in Kafka yet."""
        for alert in list(self._fresh):
            self._record(self._ledger.waiting[alert])

    def _report(self, before: Delivery, result: Delivery, now: datetime) -> None:
        log.info(
            "attempt",
            receiver=self.name,
            alert=result.alert,
            story=result.story,
            outcome=result.outcome.value,
            reason=result.reason,
            attempts=result.attempts,
            next_at=result.next_at.isoformat() if result.next_at else None,
        )
        if result.outcome is Outcome.RETRY:
            return
        self._metrics.alerts.labels(self.name, result.outcome.value).inc()
        if result.outcome is Outcome.DELIVERED and before.held:
            seconds = (now - before.held.at).total_seconds()
            self._metrics.latency.labels(self.name).observe(max(seconds, 0.0))
        if result.outcome is Outcome.DEAD and before.held:
            self._tell_operator(
                self.name,
                f"alert {result.alert} to {self.name} is dead ({result.reason}) "
                f"after {result.attempts} tries",
            )

    def _count(self, reason: Reason) -> None:
        self._metrics.records.labels(f"alerting-{self.name}", reason.value).inc()

    def _measure(self) -> None:
        self._metrics.waiting.labels(self.name).set(len(self._ledger.waiting))
        for partition, lag in self._journal.lag():
            self._metrics.lag.labels(self._journal.group, "stories.events", str(partition)).set(lag)
