"""Where the broker put a record, as it said when it acknowledged it.

Other records come to stand there where a log lost its end; they have other times.
"""

from collections.abc import Iterable
from typing import NamedTuple

from shared.records import Count


class Place(NamedTuple):
    """A record's partition and offset, and its time in milliseconds."""

    partition: Count
    offset: Count
    time: Count


def latest(places: Iterable[Place]) -> tuple[Place, ...]:
    """Of each partition the place furthest back: a log that has it has all before it."""
    return tuple({place.partition: place for place in sorted(places)}.values())
