"""Members of a group, when what they share out changes."""

import time
from collections.abc import Callable

import pytest
from kafka import KafkaConsumer
from kafka.admin import KafkaAdminClient

from shared.kafka import Kafka
from shared.topics import FEEDS_STATE

Partitions = frozenset[int]


def poll_until(consumer: KafkaConsumer, condition: Callable[[], bool], timeout_ms: int) -> None:
    """Poll again and again until the condition holds; fails after a minute."""
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it was given nothing"
        consumer.poll(timeout_ms=timeout_ms)


@pytest.mark.kafka
def test_new_partitions_are_given_to_a_member_however_short_its_polls_are(cluster: Kafka) -> None:
    given: list[Partitions] = [frozenset()]
    consumer = cluster.member(
        FEEDS_STATE, group="hasty", assigned=given.append, revoked=lambda _: None
    )
    poll_until(consumer, lambda: given[-1] == {0, 1}, timeout_ms=500)

    admin = KafkaAdminClient(bootstrap_servers=cluster.servers)
    admin.create_partitions({cluster.name(FEEDS_STATE): 3})
    admin.close()

    poll_until(consumer, lambda: given[-1] == {0, 1, 2}, timeout_ms=5)
    consumer.close()


def test_no_client_has_the_broker_make_a_topic_that_it_asks_about(cluster: Kafka) -> None:
    """One that was just deleted would be there again, with the broker's own settings."""
    producer, member = cluster.producer(), cluster.consumer(FEEDS_STATE, group="asking")
    follower = cluster.follower([FEEDS_STATE])
    known = (producer._metadata, member._cluster, follower._cluster)
    for client in (producer, member, follower):
        client.close()

    assert not any(one.metadata_request().allow_auto_topic_creation for one in known)
