"""What a topic holds, read while somebody deletes it."""

import os

import pytest

from shared.kafka import Kafka, NoBroker
from shared.topics import DELIVERIES
from tests.deleted import deleted, made_anew

pytestmark = pytest.mark.kafka

MANY, LARGE = 500, 10_000
"""Records, and their bytes: more than the client fetches at a time."""


@pytest.fixture
def full(cluster: Kafka) -> Kafka:
    """A door to a topic that has records."""
    producer = cluster.producer()
    for number in range(MANY):
        key, value = f"{number}".encode(), os.urandom(LARGE)
        producer.send(cluster.name(DELIVERIES), key=key, value=value)
    producer.close()
    return cluster


def test_a_topic_that_is_not_there_is_not_one_that_holds_nothing(full: Kafka) -> None:
    deleted(full, [DELIVERIES])

    with pytest.raises(NoBroker, match="deliveries"):
        full.read_compacted(DELIVERIES, [0])


def test_whoever_reads_a_topic_that_is_made_anew_meanwhile_hears_of_it(full: Kafka) -> None:
    reading = full.read(DELIVERIES)
    next(reading)

    made_anew(full, [DELIVERIES])

    with pytest.raises(NoBroker):
        for _record in reading:
            pass
