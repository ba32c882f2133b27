"""The producer goes on when a broker that was away is back, however long it was away."""

import pytest

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
