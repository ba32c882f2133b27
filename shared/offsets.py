"""Where a consumer group stands: asked, moved, committed with care. And what stands where."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

from shared.place import Place

READ_WITHIN_MS = 5_000
"""Milliseconds for the broker to give a record that it has."""


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


def lost(
    consumer: KafkaConsumer, partitions: Collection[TopicPartition], places: Iterable[Place]
) -> Iterator[Place]:
    """Those of these places where another record stands by now, or none.

    But not because it was too old to be kept; of partitions that there are. Only what is read
    counts: the stand-in's answers of where its logs end are wrong. Raises KafkaError.
    """
    for part, begin in consumer.beginning_offsets(list(partitions)).items():
        ours = [place for place in places if place.partition == part.partition]
        there = sorted(place for place in ours if place.offset >= begin)
        consumer.assign([part])
        while there:
            times = _read(consumer, part, there[0].offset)
            upto = [place for place in there if not times or place.offset <= max(times)]
            yield from (place for place in upto if times.get(place.offset) != place.time)
            there = there[len(upto) :]


def _read(consumer: KafkaConsumer, part: TopicPartition, offset: int) -> dict[int, int]:
    """The times of some records from this offset on; none where the log ends before it."""
    consumer.seek(part, offset)
    read = consumer.poll(timeout_ms=READ_WITHIN_MS).get(part, [])
    if read and read[-1].offset >= offset:
        return {record.offset: record.timestamp for record in read}
    end = consumer.highwater(part)  # of the same reading
    if end is None or end > offset:
        raise KafkaError(f"nothing came of {part}")
    return {}
