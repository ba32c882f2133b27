"""What an audit says of a topic or a receiver: how many records came to which end, or to none."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.topics import Topic


class Fate(StrEnum):
    """The end that a record came to."""

    PASSED = "passed on"  # what follows from it is on the next topic
    TOLD = "told"
    WAITING = "waiting"  # in the ledger: for its time, or for a receiver that is away
    UNASKED = "not asked for"  # by no watch, or by no route
    KNOWN = "seen before"
    SILENCED = "silenced"  # by a silence or a mute time
    ASIDE = "put aside"  # on the topic's dead letters
    GIVEN_UP = "given up"  # past its last try, and on alerts.dead
    UNDER_WAY = "under way"  # not read yet
    MISSING = "missing"


@dataclass
class Row:
    """A topic, or a receiver, with the faults that were found."""

    name: str
    fates: Counter[Fate] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def count(self, fate: Fate, fault: str = "", *, times: int = 1) -> None:
        """So many records more came to this end; `fault` says what is wrong with one of no end."""
        self.fates[fate] += times
        if fate is Fate.MISSING:
            self.faults.append(fault)


@dataclass(frozen=True)
class Scope:
    """Which records of a topic are to be accounted for: those since then that were read."""

    since: datetime
    done: Mapping[int, int]  # by partition, the offset that the group has committed

    def covers(self, record: Any) -> bool:
        """Whether it is from that time. Older ones are read for what may follow from them."""
        return bool(record.timestamp >= self.since.timestamp() * 1000)

    def is_read(self, record: Any) -> bool:
        """Whether the group has committed it."""
        return bool(record.offset < self.done.get(record.partition, 0))

    def count_unread(self, row: Row, topic: Topic, begins: Mapping[int, int]) -> None:
        """Count what the broker deleted, for its age, before the group read it.

        `begins` is by partition the offset of the oldest record that there is.
        """
        for partition, begin in begins.items():
            if (lost := begin - self.done.get(partition, begin)) > 0:
                fault = (
                    f"{topic.name} {partition}: {lost} records were deleted before they were read"
                )
                row.count(Fate.MISSING, fault, times=lost)
