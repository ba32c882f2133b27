"""What every command that talks to Kafka takes, how it finds its broker, and how it reads times."""

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, NoReturn, TypeVar

import stamina.instrumentation
from cyclopts import Parameter

from services.alerting.duration import duration
from services.ops.record import is_for_one
from shared.codec import Undecodable, decode
from shared.kafka import NO_BROKER, Headers, Kafka, NoBroker
from shared.records import Record, StoryEvent
from shared.topics import STORIES_EVENTS, Topic

Bootstrap = Annotated[str, Parameter(env_var="KAFKA_BOOTSTRAP_SERVERS")]
Namespace = Annotated[str, Parameter(env_var="NEWSWATCH_NAMESPACE")]
BOOTSTRAP = "127.0.0.1:9092"

R = TypeVar("R", bound=Record)

MISTAKEN = 2

SENT_WITHIN = 60.0
"""Seconds that the broker has to take a record."""

PATIENCE = timedelta(seconds=5)
"""How long a person waits for a broker that does not answer."""


def broker(bootstrap: str, namespace: str, *needed: Topic, patience: timedelta = PATIENCE) -> Kafka:
    """The broker, which answers and has the topics that are needed; else the command ends here."""
    stamina.instrumentation.set_on_retry_hooks(())  # said below, once and in words
    kafka = Kafka(bootstrap, namespace, patience=patience)
    try:
        missing = [kafka.name(topic) for topic, n in kafka.partitions(needed).items() if not n]
    except NoBroker as error:
        end(f"{error}; `make broker` starts one, KAFKA_BOOTSTRAP_SERVERS names another", NO_BROKER)
    if missing:
        end(
            f"no topic {', '.join(missing)} at {bootstrap}; newswatch topics --create creates it",
            NO_BROKER,
        )
    return kafka


def end(why: str, status: int = MISTAKEN) -> NoReturn:
    """End the command, and say why. Never by 1: that an audit ends with where it finds a fault."""
    print(why, file=sys.stderr)
    sys.exit(status)


def send(
    kafka: Kafka, topic: Topic, records: Iterable[tuple[bytes | None, bytes | None, Headers]]
) -> None:
    """Send keys and values with their headers. Raises KafkaError where the broker took one not."""
    producer = kafka.producer()
    sent = [
        producer.send(kafka.name(topic), key=key, value=value, headers=headers)
        for key, value, headers in records
    ]
    for future in sent:
        future.get(timeout=SENT_WITHIN)
    producer.close()


def readable(kafka: Kafka, topic: Topic, kind: type[R]) -> Iterator[R]:
    """The records that a compacted topic holds now; what is none is said on standard error."""
    for key, value in kafka.read_compacted(topic).items():
        try:
            yield decode(value, kind)
        except Undecodable as error:
            print(f"{key.decode(errors='replace')[:80]!r}: {error}", file=sys.stderr)


def story_events(kafka: Kafka) -> Iterator[StoryEvent]:
    """What happened to stories, as it was said to all: not what was sent again to one receiver."""
    for record in kafka.read(STORIES_EVENTS):
        if is_for_one(record):
            continue
        try:
            yield decode(record.value, StoryEvent)
        except Undecodable:
            continue


def moment(text: str | None, now: datetime) -> datetime | None:
    """A time: `2h` is two hours before now, else ISO 8601 (UTC if it names no zone).

    What is neither ends the command here.
    """
    if text is None:
        return None
    try:
        return now - duration(text)
    except ValueError:
        return _written(text)


def _written(text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        end(f"{text!r} is not a time; write 30m, 2h, 1d or 2026-03-01T10:00")
    return read if read.tzinfo else read.replace(tzinfo=UTC)
