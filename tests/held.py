"""How much a topic holds."""

from shared.kafka import Kafka
from shared.topics import Topic


def held(kafka: Kafka, topic: Topic) -> int:
    """Records of all its partitions."""
    return sum(map(len, kafka.extents((topic,))[topic].values()))
