"""Where a consumer group stands: asked, moved, committed with care."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from kafka import KafkaConsumer, TopicPartition
from kafka.structs import OffsetAndMetadata


def commit_at(consumer: KafkaConsumer, offsets: Mapping[TopicPartition, int]) -> None:
    """Commit exactly these offsets. Raises KafkaError, for one where membership was lost."""
    consumer.commit({part: OffsetAndMetadata(at, "", -1) for part, at in offsets.items()})


def begin_at(consumer: KafkaConsumer, moment: datetime) -> None:
    """Go on from what came at this time or later, in every partition that it is assigned.

    Where nothing did, from the end as it was before that was asked: what comes meanwhile is read.
    """
    for partition, place in since(consumer, consumer.assignment(), moment).items():
        consumer.seek(partition, place)


def since(
    consumer: KafkaConsumer, partitions: Iterable[TopicPartition], moment: datetime
) -> dict[TopicPartition, int]:
    """The first offset of each partition that came at this time or later, or else its end."""
    ends: dict[TopicPartition, int] = consumer.end_offsets(list(partitions))
    found = consumer.offsets_for_times(dict.fromkeys(ends, int(moment.timestamp() * 1000)))
    return {one: found[one].offset if found.get(one) else end for one, end in ends.items()}


def begun(consumer: KafkaConsumer) -> bool:
    """Whether the group has committed anything where this consumer reads."""
    return any(consumer.committed(part) is not None for part in consumer.assignment())
