"""A lane's Kafka: what comes in, what is written down. An edge.

The whole of a receiver belongs to one process at a time, the holder of its consumer group; others
stand by. The ledger's record of an alert stands in the partition of `deliveries` that has the
number of the partition its event came from.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from services.alerting.incoming import Incoming, incoming
from services.alerting.ledger import Ledger
from services.alerting.standing import Notice, Standing
from shared.codec import Undecodable, decode, encode
from shared.headers import carried, dead_letter_headers
from shared.kafka import Kafka, NoBroker
from shared.offsets import begin_at, begun, commit_at
from shared.passed import passed
from shared.records import Delivery
from shared.tenure import Tenure
from shared.topics import (
    ALERTING_GROUPS,
    ALERTS_DEAD,
    DELIVERIES,
    NOTICES,
    RECEIVERS_STATE,
    STORIES_EVENTS,
    Topic,
)

ACKNOWLEDGED_WITHIN = 120.0
"""Seconds that a broker may take to acknowledge a ledger record before the process gives up."""

AT_ONCE = 20
"""Records taken in one poll: few enough that even a slow receiver lets the lane poll in time."""

NEWS = timedelta(hours=1)
"""How far back a receiver begins that is new: one that was never told anything."""

MEMBER = {"session_timeout_ms": 6_000, "heartbeat_interval_ms": 2_000}
"""A killed holder is missed after six seconds; then another one takes over."""

SURE_FOR = 2.0
"""Seconds for which the receiver is ours for sure once the broker has taken a commit from us, a
third of the session. Later another may hold it: we were paused, or cut off from the broker."""

UNREAD = -1
"""No term: what is known of the ledger may be no more."""

log = structlog.get_logger("alerting.journal")


class Journal:
    """One consumer group's reading of `stories.events`, and the receiver's part of the ledger."""

    def __init__(self, kafka: Kafka, producer: Any, receiver: str, **options: Any) -> None:
        self._kafka, self._producer, self._receiver = kafka, producer, receiver
        self.group = f"{ALERTING_GROUPS}{receiver}"
        self._tenure = Tenure(receiver)
        self._consumer = kafka.consumer(
            STORIES_EVENTS,
            group=self.group,
            max_poll_records=AT_ONCE,
            partition_assignment_strategy=[self._tenure],
            **MEMBER,
            **options,
        )
        self._owned: frozenset[int] = frozenset()
        self._term = self._tenure.term
        self._taken: dict[Any, int] = {}
        self._confirmed = -SURE_FOR
        self._unsure: list[Any] = []

    @property
    def ready(self) -> bool:
        """Whether it is a member of its group: the holder, or standing by."""
        return self._tenure.joined

    @property
    def holds(self) -> bool:
        """Whether this process is the one that tells this receiver."""
        return bool(self._owned)

    def poll(self, ledger: Ledger, seconds: float) -> list[Incoming]:
        """What came in; before that, the ledger follows a change of the holder."""
        batches = self._consumer.poll(timeout_ms=int(seconds * 1000))
        self._taken = {part: records[0].offset for part, records in batches.items() if records}
        try:
            if self._follow(ledger):
                return []
        except NoBroker:
            # What is not known cannot be told, nor passed over: it comes again when it can be read.
            ledger.clear()
            self._owned = frozenset()
            self.forsake()
            return []
        return [incoming(record) for records in batches.values() for record in records]

    def take(self, *, more: bool) -> None:
        """Whether polls bring records, or only keep the membership."""
        assigned = self._consumer.assignment()
        if more:
            self._consumer.resume(*self._consumer.paused())
        else:
            self._consumer.pause(*assigned)

    def write(self, delivery: Delivery, partition: int) -> None:
        """Write to the ledger; `sure` waits until it is there."""
        self._send(DELIVERIES, delivery.alert.encode(), encode(delivery), partition)

    def erase(self, alert: str, partition: int) -> None:
        """Take an alert out of the ledger."""
        self._send(DELIVERIES, alert.encode(), None, partition)

    def stand(self, standing: Standing) -> None:
        """Write down whether the receiver takes alerts."""
        self._send(RECEIVERS_STATE, standing.receiver.encode(), encode(standing))

    def notify(self, notice: Notice) -> None:
        """Leave a notice for whoever tells the operator."""
        self._send(NOTICES, notice.id.encode(), encode(notice))

    def notified(self, notice: str) -> None:
        """The operator was told, or never will be."""
        self._send(NOTICES, notice.encode(), None)

    def bury(self, delivery: Delivery, source: str, now: datetime) -> None:
        """Write an alert past its last try to `alerts.dead`."""
        headers = _headers(reason=delivery.reason, at=now, source=source, receiver=self._receiver)
        self._send(ALERTS_DEAD, delivery.alert.encode(), encode(delivery), None, headers)

    def reject(self, incoming: Incoming, reason: str, now: datetime) -> None:
        """Write a record that nothing can be told of to the dead letters of its topic."""
        headers = _headers(reason=reason, at=now, source=incoming.source, receiver=self._receiver)
        key, value, cut = carried(incoming.key, incoming.value)
        self._send(STORIES_EVENTS.dead, key, value, None, cut + headers)

    def sure(self) -> None:
        """Return when all that was written has been acknowledged; raises KafkaError if not."""
        waited, self._unsure = self._unsure, []
        for future in waited:
            future.get(timeout=ACKNOWLEDGED_WITHIN)

    def commit(self) -> None:
        """Everything that polls brought so far is settled or written down."""
        self.sure()
        asked = passed()
        try:
            self._consumer.commit()
        except Exception as error:  # noqa: BLE001  a member thrown out meanwhile reads again
            log.warning("not committed", group=self.group, error=type(error).__name__)
            return
        if self.holds:
            self._confirmed = asked

    @property
    def in_doubt(self) -> bool:
        """Whether it is a while ago that the broker took this process for the holder."""
        return passed() - self._confirmed >= SURE_FOR

    def still_holds(self) -> bool:
        """Ask the broker: it takes a commit (here of what was committed before) from a member."""
        asked = passed()
        try:
            held = self._consumer.assignment()
            before = {part: self._consumer.position(part) for part in held} | self._taken
            commit_at(self._consumer, before)
        except Exception as error:  # noqa: BLE001  whatever it is, we cannot be sure
            log.warning("the hold is in doubt", group=self.group, error=type(error).__name__)
            return False
        self._confirmed = asked
        return bool(before)

    def forsake(self) -> None:
        """Read again what the last poll brought, and the ledger: it may be another's by now."""
        for part, offset in self._taken.items():
            with suppress(Exception):  # no longer assigned: then it is read from the commit
                self._consumer.seek(part, offset)
        if self.holds:
            self._term = UNREAD

    def read_again(self) -> None:
        """The events' topic was made anew: other events stand where those stood that were read."""
        self._taken = {}
        self._consumer.seek_to_beginning(*self._consumer.assignment())

    def lag(self) -> Iterator[tuple[int, int]]:
        """By partition, the records that are there and were not read."""
        for partition in self._consumer.assignment():
            high = self._consumer.highwater(partition)
            if high is not None:
                yield partition.partition, max(high - self._consumer.position(partition), 0)

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close()

    def _follow(self, ledger: Ledger) -> bool:
        """The ledger as it is for what is held now; whether reading begins elsewhere.

        While the events' topic is gone the holder holds nothing, nor does anybody else: it knows
        what it knew.
        """
        owned = frozenset(partition.partition for partition in self._consumer.assignment())
        kept = owned == self._owned or self._tenure.holds
        if kept and self._term == self._tenure.term:
            self._owned = owned
            return False
        ledger.clear()
        for delivery, partition in self._written() if owned else ():
            ledger.enter(delivery, partition)
        self._owned = owned
        if not owned and self._tenure.holds:
            return False  # nothing is read yet
        self._term = self._tenure.term
        log.info("holds" if owned else "stands by", receiver=self._receiver)
        new = bool(owned) and ledger.is_empty and not begun(self._consumer)
        if new:
            begin_at(self._consumer, datetime.now(UTC) - NEWS)
        return new

    def _written(self) -> Iterator[tuple[Delivery, int]]:
        """From all of the ledger: it may have more partitions than the events have by now."""
        partitions = self._kafka.partitions((DELIVERIES,))[DELIVERIES]
        for partition in range(partitions or 1):  # of none it is said that it is not there
            for key, value in self._kafka.read_compacted(DELIVERIES, [partition]).items():
                try:
                    delivery = decode(value, Delivery)
                except Undecodable as error:
                    log.warning("a ledger record cannot be read", error=str(error))
                    continue
                if delivery.alert.encode() != key:  # what became of the alert stands elsewhere
                    log.warning("a ledger record has another alert's key", alert=delivery.alert)
                elif delivery.receiver == self._receiver:
                    yield delivery, partition

    def _send(
        self,
        topic: Topic,
        key: bytes | None,
        value: bytes | None,
        partition: int | None = None,
        headers: list[tuple[str, bytes]] | None = None,
    ) -> None:
        name = self._kafka.name(topic)
        self._unsure.append(
            self._producer.send(
                name, key=key, value=value, partition=partition, headers=headers or []
            )
        )


def _headers(*, reason: str, at: datetime, source: str, receiver: str) -> list[tuple[str, bytes]]:
    own = ("receiver", receiver.encode())
    at = at.astimezone(UTC)
    return [*dead_letter_headers(reason=reason, stage="alerting", at=at, source=source), own]
