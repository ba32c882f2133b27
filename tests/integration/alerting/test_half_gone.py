"""Topics that somebody deletes one after the other, or makes anew with other partitions."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from services.alerting.hear import Heard
from services.alerting.incoming import Incoming
from services.alerting.journal import Journal
from services.alerting.ledger import Ledger
from services.alerting.silence import Silence
from shared.codec import encode
from shared.kafka import Kafka
from shared.records import Delivery, Outcome
from shared.topics import DELIVERIES, SILENCES, STORIES_EVENTS, Topic
from tests.deleted import deleted, made_anew
from tests.eventually import eventually

pytestmark = pytest.mark.kafka

NOW = datetime.now(UTC)
WAITING = Delivery(
    alert="a", receiver="desk", event="e", story="s", outcome=Outcome.PENDING, at=NOW
)


class Holder:
    """One lane's reading, and what it knows."""

    def __init__(self, cluster: Kafka) -> None:
        self.producer = cluster.producer()
        self.journal, self.ledger = Journal(cluster, self.producer, "desk"), Ledger()

    def polls(self) -> list[Incoming]:
        return self.journal.poll(self.ledger, 0.2)

    def holds(self) -> bool:
        self.polls()
        return self.journal.holds

    def close(self) -> None:
        self.journal.close()
        self.producer.close()


@pytest.fixture
def holder(cluster: Kafka) -> Iterator[Holder]:
    found = Holder(cluster)
    eventually("it holds the receiver", found.holds)
    yield found
    found.close()


def say(cluster: Kafka, topic: Topic, key: str, value: bytes, partition: int) -> None:
    producer = cluster.producer()
    producer.send(cluster.name(topic), key=key.encode(), value=value, partition=partition)
    producer.close()


def test_the_holder_knows_what_it_knew_where_the_ledger_is_gone_together_with_the_events(
    cluster: Kafka, holder: Holder
) -> None:
    holder.ledger.enter(WAITING, 0)

    deleted(cluster, (STORIES_EVENTS, DELIVERIES))
    eventually("it holds nothing", lambda: not holder.holds())
    cluster.create_topics((STORIES_EVENTS, DELIVERIES), partitions=2)
    eventually("it holds the receiver", holder.holds)

    assert holder.ledger.waiting == {"a": WAITING}


def test_the_ledger_is_read_whole_also_where_the_events_have_fewer_partitions_by_now(
    cluster: Kafka, holder: Holder
) -> None:
    holder.close()
    say(cluster, DELIVERIES, "a", encode(WAITING), partition=1)
    deleted(cluster, [STORIES_EVENTS])
    cluster.create_topics([STORIES_EVENTS], partitions=1)

    successor = Holder(cluster)
    eventually("it holds the receiver", successor.holds)

    assert successor.ledger.waiting == {"a": WAITING}
    successor.close()


def test_events_of_a_topic_that_was_made_anew_are_read_however_many_were_read_of_the_one_before(
    cluster: Kafka, holder: Holder
) -> None:
    say(cluster, STORIES_EVENTS, "s", b"before", partition=0)
    eventually("it is read", lambda: [one.value for one in holder.polls()] == [b"before"])
    made_anew(cluster, [STORIES_EVENTS])
    say(cluster, STORIES_EVENTS, "s", b"after", partition=0)

    holder.journal.read_again()

    eventually("it is read", lambda: [one.value for one in holder.polls()] == [b"after"])


def test_a_silence_is_heard_in_a_partition_that_its_topic_did_not_have_before(
    cluster: Kafka,
) -> None:
    heard = Heard(cluster)
    deleted(cluster, [SILENCES])
    cluster.create_topics([SILENCES], partitions=3)
    made = Silence(id="x", until=NOW + timedelta(hours=1), made=NOW)
    say(cluster, SILENCES, "x", encode(made), partition=2)

    heard.begin_again()

    assert heard.silences == (made,)
    heard.close()
