"""Are the topics laid out as the tables need them?

A record and what is remembered of it lie in partitions of the same number, chosen by the same key.
Where partitions are added, keys move away from what is remembered of them, and what was told before
would be told again. So the processors do not start on such a broker.
"""

from collections.abc import Iterator, Mapping

from aiokafka.partitioner import murmur2

from shared.topics import (
    ARTICLES_MATCHED,
    ARTICLES_RAW,
    SEEN_CHANGELOG,
    STORIES_CHANGELOG,
    Topic,
)

BESIDE: Mapping[Topic, Topic] = {
    ARTICLES_RAW: SEEN_CHANGELOG,
    ARTICLES_MATCHED: STORIES_CHANGELOG,
}
"""The topics of which something is remembered, and where."""


def partition_of(key: bytes, partitions: int) -> int:
    """Where every producer of ours puts a record with this key."""
    return int(murmur2(key) & 0x7FFFFFFF) % partitions


def mismatches(partitions: Mapping[Topic, int]) -> Iterator[str]:
    """What is wrong, and the way out, of each pair; `partitions` has the number of each topic."""
    for source, memory in BESIDE.items():
        if partitions[source] != partitions[memory]:
            yield (
                f"{source.name} has {partitions[source]} partitions, but {memory.name}, which "
                f"remembers what was read from it, has {partitions[memory]}. The numbers must be "
                "equal, and partitions cannot be added later: start afresh in another "
                "NEWSWATCH_NAMESPACE, with the NEWSWATCH_PARTITIONS that you want"
            )
