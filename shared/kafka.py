"""The one door to Kafka for everything but the Faust shell: topics, producer, consumers, state.

Delivery rules kept here, so that no service can forget one: the producer is idempotent and waits
for all in-sync replicas; consumers never commit by themselves; a consumer that has no committed
offset starts at the beginning. One file although it is long: one door is easier watched than two.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import stamina
import structlog
from kafka import ConsumerRebalanceListener, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError, KafkaTimeoutError, UnknownTopicOrPartitionError

from shared.clients import Consumer, Member, Producer
from shared.declare import corrected, created
from shared.offsets import begin_at, lost, since
from shared.place import Place
from shared.topics import MAX_RECORD, Topic

Headers = list[tuple[str, bytes]]

log = structlog.get_logger()

TRIES_EVERY_MS = 1_000
"""How long a client waits, at most, before it tries a broker again that is away, as Java's does;
kafka-python's 30 s come on top of every outage."""

METADATA_AGE_MS = 10_000
"""How old a member's picture of the cluster may be. The client's own 5 minutes are how long it
would sit without partitions where it joined before it had heard of the topic."""

LOOKED_AT = 64_000
"""Bytes of a log that are read at once by who only looks what stands at a place."""

READY_WITHIN = timedelta(seconds=60)
"""How long a starting service waits for a broker that is not there yet."""

A_TRY = timedelta(seconds=30)
"""How long one client tries to connect; it tries less and less often, a new one at once."""


NO_BROKER = 69  # EX_UNAVAILABLE of sysexits.h
"""The exit status of a service that found none; whoever supervises it starts it again."""


class NoBroker(RuntimeError):  # noqa: N818  reads as what is the case
    """Nothing at the given addresses answered as a broker for as long as one was waited for."""


class Kafka:
    """A broker, and the namespace that this deployment's topics and groups live in."""

    def __init__(
        self, bootstrap: str, namespace: str = "", *, patience: timedelta = READY_WITHIN
    ) -> None:
        """Connects to nothing yet. `namespace` is put before every topic and group name."""
        self.servers = bootstrap
        self.namespace = namespace
        self._patience = patience

    def name(self, topic: Topic) -> str:
        """The topic's name on this broker."""
        return self.namespace + topic.name

    def create_topics(
        self, topics: Iterable[Topic], *, partitions: int, replication: int = 1
    ) -> tuple[str, ...]:
        """Create the topics that are missing; return their names. Safe to repeat and to race.

        Those that are there are made to take our largest records, and to be compacted where they
        hold state; else they stay as they are.

        Returns when the broker lists them all: who joins a group before is given nothing of them.
        """
        admin = self._connected(KafkaAdminClient)
        wanted = {self.name(topic): topic for topic in topics}
        try:
            made = created(admin, wanted, partitions=partitions, replication=replication)
            for attempt in self._patiently(UnknownTopicOrPartitionError):
                with attempt:
                    _all_there(wanted.keys() - set(admin.list_topics()))
            there = {name: topic for name, topic in wanted.items() if name not in made}
            if wrong := corrected(admin, there):
                log.warning("topics did not take or keep all our records; corrected", topics=wrong)
            return made
        finally:
            admin.close()

    def producer(self, **options: Any) -> KafkaProducer:
        """An idempotent producer: acks=all, no reordering, no duplicates of its own making."""
        return self._connected(
            Producer,
            acks="all",
            enable_idempotence=True,
            compression_type="gzip",
            max_request_size=MAX_RECORD,
            **options,
        )

    def consumer(self, topic: Topic, *, group: str, **options: Any) -> KafkaConsumer:
        """A member of `group` reading `topic`; the caller commits, and only what is done."""
        return self._joined(topic, group, auto_offset_reset="earliest", **options)

    def member(
        self,
        topic: Topic,
        *,
        group: str,
        assigned: Callable[[frozenset[int]], None],
        revoked: Callable[[frozenset[int]], None],
        **options: Any,
    ) -> KafkaConsumer:
        """A member of `group` that shares out the partitions of `topic`, whatever they hold.

        The callbacks get partition numbers; they run in the client's thread and must be brief.
        `revoked` is done with before any other member is assigned the same partitions.
        """
        listener = _Listener(assigned, revoked)
        return self._joined(topic, group, listener, auto_offset_reset="latest", **options)

    def partitions(self, topics: Iterable[Topic]) -> dict[Topic, int]:
        """How many partitions each topic has on this broker; 0 where it does not exist."""
        with self._reader() as consumer:
            return {topic: len(self._partitions(consumer, topic)) for topic in topics}

    def ids(self, topics: Iterable[Topic]) -> dict[Topic, str]:
        """The id that the broker gave each topic when it was made; "" where it gives none.

        Topics that do not exist are left out. Raises NoBroker.
        """
        by_name = {self.name(topic): topic for topic in topics}
        admin = self._connected(KafkaAdminClient)
        try:
            found = admin.describe_topics(list(by_name))
        except KafkaError as error:
            raise NoBroker(f"the broker at {self.servers} describes no topics") from error
        finally:
            admin.close()
        return {
            by_name[one["name"]]: _id(one) for one in found if one["name"] and not one["error_code"]
        }

    def groups(self) -> frozenset[str]:
        """The consumer groups of this namespace that the broker remembers, without its name."""
        admin = self._connected(KafkaAdminClient)
        try:
            names = [str(group["group_id"]) for group in admin.list_groups()]
        finally:
            admin.close()
        own = [name for name in names if name.startswith(self.namespace)]
        return frozenset(name.removeprefix(self.namespace) for name in own)

    def follower(self, topics: Iterable[Topic]) -> KafkaConsumer:
        """A reader of every partition of these topics, from their beginning, in no group."""
        consumer = self._connected(
            Consumer, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest"
        )
        partitions = []
        for topic in topics:
            self._await(consumer, topic)
            partitions += self._partitions(consumer, topic)
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        return consumer

    def extents(
        self, topics: Iterable[Topic], came_since: datetime | None = None
    ) -> dict[Topic, dict[int, range]]:
        """The offsets of each partition, from the oldest record that there is, or came since."""
        with self._reader() as consumer:
            return {
                topic: _extents(consumer, self._partitions(consumer, topic), came_since)
                for topic in topics
            }

    def lost(self, topic: Topic, places: Collection[Place]) -> frozenset[Place]:
        """Those of these places where the topic has not the record any more that was put there.

        It lost its end: see `shared.offsets.lost`. Raises KafkaError, NoBroker.
        """
        with self._reader(max_partition_fetch_bytes=LOOKED_AT) as consumer:
            return frozenset(lost(consumer, self._partitions(consumer, topic), places))

    def committed(self, group: str, topics: Iterable[Topic]) -> dict[Topic, dict[int, int]]:
        """The offset that the group would go on from, of each partition where it read anything."""
        with self._reader(group_id=self.namespace + group) as consumer:
            return {
                topic: {
                    one.partition: at
                    for one in self._partitions(consumer, topic)
                    if (at := consumer.committed(one)) is not None
                }
                for topic in topics
            }

    def read(
        self,
        topic: Topic,
        partitions: Collection[int] | None = None,
        *,
        came_since: datetime | None = None,
    ) -> Iterator[Any]:
        """Every record that the topic holds now, as the client gives it; no group, no commit.

        Reads up to the end as it stood when called, of all partitions or of those given; from the
        beginning, or what came at that time and later. Raises NoBroker, also where there is no such
        topic: that is not one that holds nothing.
        """
        with self._reader() as consumer:
            if not (there := self._partitions(consumer, topic)):
                raise NoBroker(f"the broker at {self.servers} has no {self.name(topic)} now")
            wanted = [part for part in there if partitions is None or part.partition in partitions]
            if wanted:
                consumer.assign(wanted)
                if came_since:
                    begin_at(consumer, came_since)
                else:
                    consumer.seek_to_beginning(*wanted)
                yield from read_to_end(consumer)

    def read_compacted(
        self, topic: Topic, partitions: Collection[int] | None = None
    ) -> dict[bytes, bytes]:
        """The state that a compacted topic holds now: the last value of each key, tombstones gone.

        Reads as `read` does.
        """
        state: dict[bytes, bytes] = {}
        for record in self.read(topic, partitions):
            if record.value is None:
                state.pop(record.key, None)
            else:
                state[record.key] = record.value
        return state

    @contextmanager
    def _reader(self, group_id: str | None = None, **options: Any) -> Iterator[KafkaConsumer]:
        """A consumer that joins no group, closed after use; of one it may ask where it stands."""
        consumer = self._connected(
            Consumer, group_id=group_id, enable_auto_commit=False, auto_offset_reset="earliest",
            **options,
        )  # fmt: skip
        try:
            yield consumer
        finally:
            consumer.close()

    def _partitions(self, consumer: KafkaConsumer, topic: Topic) -> list[TopicPartition]:
        name = self.name(topic)
        numbers = sorted(consumer.partitions_for_topic(name) or ())
        return [TopicPartition(name, number) for number in numbers]

    def _joined(
        self, topic: Topic, group: str, listener: Any = None, **options: Any
    ) -> KafkaConsumer:
        """A member of `group`; it joins when it polls."""
        consumer = self._connected(
            Member,
            group_id=self.namespace + group,
            enable_auto_commit=False,
            metadata_max_age_ms=METADATA_AGE_MS,
            **options,
        )
        self._await(consumer, topic)
        consumer.subscribe([self.name(topic)], listener=listener)
        consumer.topics()  # or it joins before it knows the partitions, and has to join again
        return consumer

    def _await(self, consumer: KafkaConsumer, topic: Topic) -> None:
        """Wait until the broker knows the topic; a member that joins before is given nothing."""
        for attempt in self._patiently(UnknownTopicOrPartitionError):
            with attempt:
                _all_there(() if self._partitions(consumer, topic) else (self.name(topic),))

    def _connected(self, client: type[Any], **options: Any) -> Any:
        options["bootstrap_servers"] = self.servers.split(",")
        options["reconnect_backoff_max_ms"] = TRIES_EVERY_MS
        options["bootstrap_timeout_ms"] = min(self._patience, A_TRY) // timedelta(milliseconds=1)
        try:
            for attempt in self._patiently(KafkaError):
                with attempt:
                    return client(**options)
        except ValueError as error:
            raise NoBroker(
                f"{self.servers!r} names no broker; write HOST:PORT,HOST:PORT"
            ) from error
        except KafkaError as error:
            raise NoBroker(f"no broker answers at {self.servers}") from error
        raise AssertionError("stamina returns or raises")  # pragma: no cover

    def _patiently(self, on: type[Exception]) -> Iterable[Any]:
        return stamina.retry_context(on=on, timeout=self._patience, attempts=None, wait_max=2.0)


def let_go(producer: KafkaProducer, *, within: float) -> None:
    """Close it. What the broker has not confirmed in so many seconds is its sender's to know of."""
    with suppress(KafkaTimeoutError):
        producer.close(timeout=within)


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka ships no types
    def __init__(
        self,
        assigned: Callable[[frozenset[int]], None],
        revoked: Callable[[frozenset[int]], None],
    ) -> None:
        self._assigned, self._revoked = assigned, revoked

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        self._assigned(frozenset(partition.partition for partition in assigned))

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self._revoked(frozenset(partition.partition for partition in revoked))


def _extents(
    consumer: KafkaConsumer, partitions: list[TopicPartition], came_since: datetime | None
) -> dict[int, range]:
    ends = consumer.end_offsets(partitions)
    if came_since:
        begins = since(consumer, partitions, came_since)
    else:
        begins = consumer.beginning_offsets(partitions)
    return {one.partition: range(begins[one], end) for one, end in ends.items()}


def _id(described: Mapping[str, Any]) -> str:
    given = uuid.UUID(str(described.get("topic_id") or uuid.UUID(int=0)))
    return given.hex if given.int else ""


def _all_there(missing: Collection[str]) -> None:
    if missing:
        raise UnknownTopicOrPartitionError(f"{sorted(missing)}: newswatch topics --create")


def read_to_end(consumer: KafkaConsumer) -> Iterator[Any]:
    """What lies between here and the end, as it is now, of all that the consumer is assigned.

    Raises NoBroker, also where a topic is deleted meanwhile: its end would never come.
    """
    try:
        partitions = list(consumer.assignment())
        ends: Mapping[TopicPartition, int] = consumer.end_offsets(partitions)
        while any(consumer.position(partition) < end for partition, end in ends.items()):
            came = consumer.poll(timeout_ms=500)
            for records in came.values():
                yield from records
            if not came and _shorter(consumer.end_offsets(partitions), ends):
                raise NoBroker("a topic was deleted while it was read")
    except KafkaError as error:
        raise NoBroker("the broker, or a topic, went away while it was read") from error


def _shorter(now: Mapping[TopicPartition, int], before: Mapping[TopicPartition, int]) -> bool:
    """Whether it is another topic: no partition ever ends sooner than it did."""
    return any(now[partition] < end for partition, end in before.items())
