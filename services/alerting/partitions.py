"""Is the ledger laid out as its journal needs it?

An alert's record stands in the partition of `deliveries` that has the number of its event's. Where
there is none of that number the record could not be written, and nothing could be told.
"""

from collections.abc import Mapping

from shared.topics import DELIVERIES, STORIES_EVENTS, Topic


def too_few(partitions: Mapping[Topic, int]) -> str | None:
    """What is wrong, and the way out; `partitions` has the number of each topic."""
    events, ledger = partitions[STORIES_EVENTS], partitions[DELIVERIES]
    if ledger >= events:
        return None
    return (
        f"{DELIVERIES.name} has {ledger} partitions, but {STORIES_EVENTS.name}, whose alerts it "
        f"remembers, has {events}. Add partitions to {DELIVERIES.name}, up to {events}: for this "
        "topic it does no harm (kafka-topics.sh --alter --partitions)"
    )
