"""Topics that somebody deletes."""

from collections.abc import Collection

from kafka.admin import KafkaAdminClient

from shared.kafka import Kafka
from shared.topics import Topic
from tests.eventually import eventually


def made_anew(door: Kafka, topics: Collection[Topic]) -> None:
    """Deleted, and there again, empty."""
    before = door.ids(topics)
    admin = KafkaAdminClient(bootstrap_servers=door.servers)
    admin.delete_topics([door.name(topic) for topic in topics])
    admin.close()
    eventually("the topics are gone", lambda: not door.ids(topics))
    door.create_topics(topics, partitions=2)
    assert not set(door.ids(topics).values()) & set(before.values())
