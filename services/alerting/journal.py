"""A lane's Kafka: what comes in, what is written down. An edge.

The ledger's record of an alert stands in the partition of `deliveries` that has the number of the
partition its event came from: the member that reads the one reads the other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from services.alerting.ledger import Ledger
from shared.codec import Undecodable, decode, encode
from shared.kafka import Kafka
from shared.records import Delivery
from shared.topics import ALERTS_DEAD, DELIVERIES, STORIES_EVENTS, Topic

ACKNOWLEDGED_WITHIN = 120.0
"""Seconds that a broker may take to acknowledge a ledger record before the process gives up."""

AT_ONCE = 20
"""Records taken in one poll: few enough that even a slow receiver lets the lane poll in time."""

MEMBER = {"session_timeout_ms": 6_000, "heartbeat_interval_ms": 2_000}
"""A killed member is missed after six seconds; until then its partitions wait."""

log = structlog.get_logger("alerting.journal")


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A record as it came."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, str]

    @property
    def source(self) -> str:
        """Where it stood."""
        return f"{STORIES_EVENTS.name}-{self.partition}-{self.offset}"


class Journal:
    """One consumer group's reading of `stories.events`, and its part of the ledger."""

    def __init__(self, kafka: Kafka, producer: Any, receiver: str, **options: Any) -> None:
        self._kafka, self._producer, self._receiver = kafka, producer, receiver
        self.group = f"alerting-{receiver}"
        self._consumer = kafka.consumer(
            STORIES_EVENTS, group=self.group, max_poll_records=AT_ONCE, **MEMBER, **options
        )
        self._owned: frozenset[int] = frozenset()
        self._unsure: list[Any] = []

    def poll(self, ledger: Ledger, seconds: float) -> list[Incoming]:
        """What came in; before that, the ledger follows a change of partitions."""
        batches = self._consumer.poll(timeout_ms=int(seconds * 1000))
        self._follow(ledger)
        return [_incoming(record) for records in batches.values() for record in records]

    @property
    def ready(self) -> bool:
        """Whether it has joined its group and has partitions."""
        return bool(self._owned)

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

    def bury(self, delivery: Delivery, source: str, now: datetime) -> None:
        """Write an alert past its last try to `alerts.dead`."""
        headers = _headers(reason=delivery.reason, at=now, source=source, receiver=self._receiver)
        self._send(ALERTS_DEAD, delivery.alert.encode(), encode(delivery), None, headers)

    def reject(self, incoming: Incoming, reason: str, now: datetime) -> None:
        """Write a record that nothing can be told of to the dead letters of its topic, whole."""
        headers = _headers(reason=reason, at=now, source=incoming.source, receiver=self._receiver)
        self._send(STORIES_EVENTS.dead, incoming.key, incoming.value, None, headers)

    def sure(self) -> None:
        """Return when all that was written has been acknowledged; raises KafkaError if not."""
        waited, self._unsure = self._unsure, []
        for future in waited:
            future.get(timeout=ACKNOWLEDGED_WITHIN)

    def commit(self) -> None:
        """Everything that polls brought so far is settled or written down."""
        self.sure()
        try:
            self._consumer.commit()
        except Exception as error:  # noqa: BLE001  a member thrown out meanwhile reads again
            log.warning("not committed", group=self.group, error=type(error).__name__)

    def lag(self) -> Iterator[tuple[int, int]]:
        """By partition, the records that are there and were not read."""
        for partition in self._consumer.assignment():
            high = self._consumer.highwater(partition)
            if high is not None:
                yield partition.partition, max(high - self._consumer.position(partition), 0)

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close()

    def _follow(self, ledger: Ledger) -> None:
        owned = frozenset(partition.partition for partition in self._consumer.assignment())
        ledger.drop(self._owned - owned)
        gained, self._owned = owned - self._owned, owned
        if gained:
            for delivery, partition in self._written(gained):
                ledger.enter(delivery, partition)

    def _written(self, partitions: Iterable[int]) -> Iterator[tuple[Delivery, int]]:
        for partition in partitions:
            for value in self._kafka.read_compacted(DELIVERIES, [partition]).values():
                try:
                    delivery = decode(value, Delivery)
                except Undecodable as error:
                    log.warning("a ledger record cannot be read", error=str(error))
                    continue
                if delivery.receiver == self._receiver:
                    yield delivery, partition

    def _send(
        self,
        topic: Topic,
        key: bytes | None,
        value: bytes | None,
        partition: int | None,
        headers: list[tuple[str, bytes]] | None = None,
    ) -> None:
        name = self._kafka.name(topic)
        self._unsure.append(
            self._producer.send(
                name, key=key, value=value, partition=partition, headers=headers or []
            )
        )


def _incoming(record: Any) -> Incoming:
    headers = {name: value.decode(errors="replace") for name, value in record.headers if value}
    return Incoming(
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=headers,
    )


def _headers(*, reason: str, at: datetime, source: str, receiver: str) -> list[tuple[str, bytes]]:
    said = {
        "reason": reason,
        "stage": "alerting",
        "at": at.astimezone(UTC).isoformat(),
        "source": source,
        "receiver": receiver,
    }
    return [(name, value.encode()) for name, value in said.items()]
