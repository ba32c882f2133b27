"""`newswatch dead`: what was given up, of every stage; looked at, and sent on its way again.

An alert goes back through `stories.events` to the receiver that did not get it, by name; any other
record goes back to the topic it came from. Safe to repeat: an alert that was told meanwhile is not
told again, and the stages know records they have seen by id.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from cyclopts import App

from services.alerting.bidi import clean
from services.ops.broker import BOOTSTRAP, Bootstrap, Namespace, broker, end, moment, send
from services.ops.listing import print_lines
from services.ops.record import came_at, headers, place_of
from shared.codec import Undecodable, decode, encode
from shared.headers import CUT, for_one
from shared.kafka import Headers, Kafka
from shared.records import Delivery, Outcome
from shared.topics import ALERTS_DEAD, DELIVERIES, STORIES_EVENTS, Topic, every_topic

MISTAKEN = 2
OURS = {"reason", "stage", "at", "source", "receiver"}

dead = App(name="dead", help="List dead letters, show one, or send them again.")


@dead.command(name="list")
def listed(
    *,
    topic: str = ALERTS_DEAD.name,
    receiver: str | None = None,
    since: str | None = None,
    bootstrap: Bootstrap = BOOTSTRAP,
    namespace: Namespace = "",
) -> int:
    """List dead letters: place, time, receiver, reason and key.

    Args:
        topic: `alerts.dead`, or another topic whose name ends in .dead.
        receiver: Only alerts to this receiver.
        since: How far back: 2h, 1d or an ISO 8601 time.
        bootstrap: The broker's address.
        namespace: The prefix of every topic's name.
    """
    own = _topic(topic)
    found = _found(broker(bootstrap, namespace, own), own, receiver, since)
    print_lines(map(_line, found), nothing=f"no dead letters on {topic}")
    return 0


@dead.command
def show(
    place: str,
    *,
    topic: str = ALERTS_DEAD.name,
    bootstrap: Bootstrap = BOOTSTRAP,
    namespace: Namespace = "",
) -> int:
    """Print one dead letter: its headers to standard error, its bytes to standard output.

    Args:
        place: Its partition and offset, as `list` prints them, e.g. 0-17.
        topic: `alerts.dead`, or another topic whose name ends in .dead.
        bootstrap: The broker's address.
        namespace: The prefix of every topic's name.
    """
    own = _topic(topic)
    for record in broker(bootstrap, namespace, own).read(own):
        if place_of(record) == place:
            for name, value in headers(record).items():
                print(f"{name}: {value}", file=sys.stderr)
            sys.stdout.buffer.write((record.value or b"") + b"\n")
            return 0
    print(
        f"{topic} has no dead letter at {place}; see newswatch dead list --topic {topic}",
        file=sys.stderr,
    )
    return MISTAKEN


@dead.command
def redrive(
    *,
    topic: str = ALERTS_DEAD.name,
    receiver: str | None = None,
    since: str | None = None,
    dry_run: bool = False,
    bootstrap: Bootstrap = BOOTSTRAP,
    namespace: Namespace = "",
) -> int:
    """Send dead letters on their way again.

    Those of which only the beginning was kept are left out.

    Args:
        topic: `alerts.dead`, or another topic whose name ends in .dead.
        receiver: Only alerts to this receiver.
        since: How far back: 2h, 1d or an ISO 8601 time.
        dry_run: Send nothing; only say how many would be sent.
        bootstrap: The broker's address.
        namespace: The prefix of every topic's name.
    """
    own = _topic(topic)
    kafka = broker(bootstrap, namespace, own)
    found = _found(kafka, own, receiver, since)
    sends = list(_alerts(kafka, found) if own == ALERTS_DEAD else again(found))
    target = STORIES_EVENTS if own == ALERTS_DEAD else _source(own)
    if not dry_run:
        send(kafka, target, sends)
    print(f"{len(sends)} {'would be' if dry_run else 'were'} sent to {target.name}")
    return 0


def _alerts(
    kafka: Kafka, found: Iterator[Any]
) -> Iterator[tuple[bytes | None, bytes | None, Headers]]:
    """The events of alerts that the ledger still calls dead, each once."""
    ledger = kafka.read_compacted(DELIVERIES)
    latest = {record.key: delivery for record in found if (delivery := _delivery(record.value))}
    for key, delivery in latest.items():
        told = _delivery(ledger.get(key))
        if delivery.held and told and told.outcome is Outcome.DEAD:
            yield delivery.story.encode(), encode(delivery.held), for_one(delivery.receiver)


def _delivery(value: bytes | None) -> Delivery | None:
    """The record of an alert; None where it is none."""
    try:
        return decode(value, Delivery)
    except Undecodable:
        return None


def again(found: Iterator[Any]) -> Iterator[tuple[bytes | None, bytes | None, Headers]]:
    """Records as they were when a stage put them aside; of one that was cut it is only said."""
    for record in found:
        if CUT in headers(record):
            print(
                f"{place_of(record)} is not sent: only the beginning of the record was kept",
                file=sys.stderr,
            )
            continue
        kept = [(name, value) for name, value in record.headers if name not in OURS]
        yield record.key, record.value, kept


def _found(kafka: Kafka, topic: Topic, receiver: str | None, since: str | None) -> Iterator[Any]:
    start = moment(since, datetime.now(UTC))
    for record in kafka.read(topic):
        if start and came_at(record) < start:
            continue
        if receiver in {None, headers(record).get("receiver")}:
            yield record


def _topic(name: str) -> Topic:
    found = [topic for topic in every_topic() if topic.name == name and name.endswith(".dead")]
    if not found:
        known = ", ".join(t.name for t in every_topic() if t.name.endswith(".dead"))
        end(f"{name!r} is not a topic of dead letters; there are: {known}")
    return found[0]


def _source(topic: Topic) -> Topic:
    return next(source for source in every_topic() if source.dead.name == topic.name)


def _line(record: Any) -> str:
    said = headers(record)
    return (
        f"{place_of(record)}  {came_at(record):%Y-%m-%d %H:%M:%S}  "
        f"{said.get('receiver', '-')}  {said.get('reason', '-')}  {_key(record)}"
    )


def _key(record: Any) -> str:
    return clean(record.key.decode(errors="replace")) if record.key else "-"
