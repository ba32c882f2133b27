"""A ledger that lacks a partition for some events is refused at the start."""

from services.alerting.partitions import too_few
from shared.topics import DELIVERIES, STORIES_EVENTS


def test_as_many_partitions_as_the_events_have_or_more_are_enough() -> None:
    assert too_few({STORIES_EVENTS: 6, DELIVERIES: 6}) is None
    assert too_few({STORIES_EVENTS: 6, DELIVERIES: 9}) is None


def test_fewer_are_told_with_both_numbers_and_the_way_out() -> None:
    told = too_few({STORIES_EVENTS: 6, DELIVERIES: 1})

    assert told
    for part in (STORIES_EVENTS.name, DELIVERIES.name, "6", "1", "Add partitions"):
        assert part in told
