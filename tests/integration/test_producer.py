"""The producer goes on after a broker that was away for long, or that refused a record."""

import time

import pytest
from kafka.errors import InvalidTimestampError

from shared.kafka import Kafka
from shared.topics import ARTICLES_RAW

pytestmark = pytest.mark.kafka


def test_after_a_record_that_was_sent_is_given_up_the_next_ones_are_sent(cluster: Kafka) -> None:
    producer = cluster.producer()
    name = cluster.name(ARTICLES_RAW)
    producer.send(name, key=b"one", value=b"1").get(timeout=30)

    producer._transaction_manager.reset_producer_id()  # what the client then does

    producer.send(name, key=b"two", value=b"2").get(timeout=30)
    producer.close()
    assert {record.value for record in cluster.read(ARTICLES_RAW)} == {b"1", b"2"}


def test_after_a_record_that_the_broker_refused_the_next_ones_are_sent(cluster: Kafka) -> None:
    """A clock that ran days ahead and was put right, or one article too large for its topic."""
    producer = cluster.producer()
    name = cluster.name(ARTICLES_RAW)
    in_three_days = int((time.time() + 3 * 86_400) * 1000)

    for _ in range(2):
        with pytest.raises(InvalidTimestampError):
            producer.send(name, value=b"early", timestamp_ms=in_three_days).get(timeout=30)

    sent = [producer.send(name, value=b"%d" % number) for number in range(100)]
    for future in sent:
        future.get(timeout=30)
    producer.close()
    assert sorted(int(record.value) for record in cluster.read(ARTICLES_RAW)) == list(range(100))
