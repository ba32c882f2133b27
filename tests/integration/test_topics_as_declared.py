"""Topics that a broker already has, as an earlier version or somebody else made them."""

import os
import subprocess
import sys
import time

import pytest
from kafka.admin import (
    ConfigResource,
    ConfigResourceType,
    KafkaAdminClient,
    NewPartitions,
    NewTopic,
)

from deploy.local.node import Broker
from shared.kafka import Kafka
from shared.topics import ARTICLES_RAW, DELIVERIES, MAX_RECORD, every_topic
from tests.ports import free_port

pytestmark = pytest.mark.kafka  # the fallback tells no configuration


def test_a_topic_that_took_no_record_of_our_size_takes_one(kafka: Broker, namespace: str) -> None:
    door = Kafka(kafka.servers, namespace)
    admin = KafkaAdminClient(bootstrap_servers=kafka.servers)
    small = {"max.message.bytes": "1000000", "retention.ms": "3600000"}
    admin.create_topics([NewTopic(door.name(ARTICLES_RAW), 2, 1, topic_configs=small)])
    admin.close()

    assert door.name(ARTICLES_RAW) not in door.create_topics(every_topic(), partitions=2)

    producer = door.producer()
    sent = producer.send(door.name(ARTICLES_RAW), os.urandom(MAX_RECORD - 10_000))
    assert sent.get(timeout=60).offset == 0
    producer.close()


@pytest.mark.parametrize("earlier", [True, False], ids=["of an earlier version", "new"])
def test_records_of_a_clock_that_is_a_day_ahead_are_taken(
    kafka: Broker, namespace: str, *, earlier: bool
) -> None:
    door = Kafka(kafka.servers, namespace)
    if earlier:
        admin = KafkaAdminClient(bootstrap_servers=kafka.servers)
        admin.create_topics([NewTopic(door.name(ARTICLES_RAW), 2, 1)])
        admin.close()
    door.create_topics([ARTICLES_RAW], partitions=2)

    producer = door.producer()
    ahead = int(1000 * (time.time() + 86_400))
    sent = producer.send(door.name(ARTICLES_RAW), b"of tomorrow", timestamp_ms=ahead)
    assert sent.get(timeout=60).offset == 0
    producer.close()


def test_what_was_overwritten_goes_after_a_day_and_what_was_removed_is_told_for_two_weeks(
    kafka: Broker, namespace: str
) -> None:
    door = Kafka(kafka.servers, namespace)
    door.create_topics([DELIVERIES, ARTICLES_RAW], partitions=2)

    admin = KafkaAdminClient(bootstrap_servers=kafka.servers)
    names = [door.name(DELIVERIES), door.name(ARTICLES_RAW)]
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    compacted, kept = (
        admin.describe_configs(asked, config_filter="all")["topic"][name] for name in names
    )
    admin.close()

    day = 86_400_000
    assert compacted["cleanup.policy"]["value"] == "compact"
    assert int(compacted["segment.ms"]["value"]) == day
    assert int(compacted["delete.retention.ms"]["value"]) == 14 * day
    assert int(kept["segment.ms"]["value"]) == 7 * day


@pytest.mark.parametrize("policy", ["delete", "compact,delete"])
def test_state_in_a_topic_that_the_broker_made_by_itself_is_not_deleted_after_a_week(
    kafka: Broker, namespace: str, policy: str
) -> None:
    door = Kafka(kafka.servers, namespace)
    admin = KafkaAdminClient(bootstrap_servers=kafka.servers)
    name = door.name(DELIVERIES)
    configs = {"cleanup.policy": policy, "retention.ms": "604800000"}
    admin.create_topics([NewTopic(name, 2, 1, topic_configs=configs)])

    door.create_topics(every_topic(), partitions=2)

    asked = [ConfigResource(ConfigResourceType.TOPIC, name)]
    found = admin.describe_configs(asked, config_filter="all")["topic"][name]
    admin.close()
    assert found["cleanup.policy"]["value"] == "compact"


def test_processors_say_why_they_do_not_start_where_partitions_were_added(
    kafka: Broker, namespace: str
) -> None:
    door = Kafka(kafka.servers, namespace)
    door.create_topics(every_topic(), partitions=2)
    admin = KafkaAdminClient(bootstrap_servers=kafka.servers)
    admin.create_partitions({door.name(ARTICLES_RAW): NewPartitions(total_count=4)})
    admin.close()
    environ = {
        "KAFKA_BOOTSTRAP_SERVERS": kafka.servers,
        "NEWSWATCH_NAMESPACE": namespace,
        "NEWSWATCH_PARTITIONS": "2",
        "NEWSWATCH_HTTP_PORT": str(free_port()),
    }

    ended = subprocess.run(
        [sys.executable, "-m", "services.processors"],
        env=os.environ | environ, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert ended.returncode == 2
    assert "articles.raw has 4 partitions" in ended.stderr
