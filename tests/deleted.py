"""Topics that somebody deletes."""

from collections.abc import Collection

from kafka.admin import KafkaAdminClient

from shared.kafka import Kafka
from shared.topics import Topic
from tests.eventually import eventually


def deleted(door: Kafka, topics: Collection[Topic]) -> None:
    """Deleted, or by now made anew by a service that missed them."""
    before = _ids(door, topics)
    admin = KafkaAdminClient(bootstrap_servers=door.servers)
    admin.delete_topics([door.name(topic) for topic in topics])
    admin.close()
    eventually("they are gone", lambda: not _ids(door, topics) & before)


def made_anew(door: Kafka, topics: Collection[Topic]) -> None:
    """Deleted, and there again, empty: made by us, or by a service that missed them first."""
    deleted(door, topics)
    door.create_topics(topics, partitions=2)


def _ids(door: Kafka, topics: Collection[Topic]) -> set[str]:
    return set(door.ids(topics).values())
