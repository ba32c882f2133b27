"""What a receiver was told, and what waits for it: the ledger as one lane holds it in memory.

Built from the records of `deliveries` by entering them one by one; entering the same record twice
changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.records import Delivery, Outcome

WAITING = (Outcome.PENDING, Outcome.RETRY)

KEEP = timedelta(days=180)
"""How long a settled alert is remembered. Longer than the same event can come again: through every
topic from the raw article on, each read at the end of its retention and Kafka late in deleting by
a segment, then as a copy of a replay or a redrive. A test adds the topics up."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What is kept of an alert that waits no more."""

    outcome: Outcome
    at: datetime
    story: str
    batch: str
    route: str
    edit: bool


class Ledger:
    """Alerts by id; each belongs to the partition that its event came from."""

    def __init__(self) -> None:
        self.waiting: dict[str, Delivery] = {}
        self.settled: dict[str, Settled] = {}
        self.clear()

    def clear(self) -> None:
        """Forget everything: somebody else has it now."""
        self.waiting.clear()
        self.settled.clear()
        self._partition: dict[str, int] = {}
        self._last: dict[str, datetime] = {}
        self._messages: dict[str, dict[str, datetime]] = defaultdict(dict)
        self._earlier: dict[str, tuple[str, str]] = {}
        self._stories: dict[str, datetime] = {}
        self._batches: dict[str, datetime] = {}

    def enter(self, delivery: Delivery, partition: int) -> None:
        """Take over this record."""
        self._partition[delivery.alert] = partition
        if delivery.outcome in WAITING:
            self.waiting[delivery.alert] = delivery
            self.settled.pop(delivery.alert, None)
            return
        self.waiting.pop(delivery.alert, None)
        self.settled[delivery.alert] = Settled(
            delivery.outcome,
            delivery.at,
            delivery.story,
            delivery.batch,
            delivery.route,
            delivery.edit,
        )
        if delivery.outcome is Outcome.DELIVERED:
            self._told(delivery)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known at all."""
        return not self.waiting and not self.settled

    def knows(self, alert: str) -> bool:
        """Whether it waits or was settled."""
        return alert in self.waiting or alert in self.settled

    def delivered(self, alert: str) -> bool:
        """Whether it was told."""
        found = self.settled.get(alert)
        return found is not None and found.outcome is Outcome.DELIVERED

    def partition(self, alert: str) -> int:
        """Where the record of this alert belongs."""
        return self._partition[alert]

    def last_told(self, what: str) -> datetime | None:
        """When something of this `group:…`, `story:…` or `route:…` was last told."""
        return self._last.get(what)

    def told_since(self, route: str, since: datetime, now: datetime) -> int:
        """How many messages this route has told since then, but not later than now."""
        return sum(since <= at <= now for at in self._messages[route].values())

    def earlier(self, story: str) -> str:
        """The receiver's id of the message that told this story, or nothing."""
        return self._earlier.get(story, ("", ""))[0]

    def was_told(self, batch: str) -> bool:
        """Whether this sealed message went out: the ledger has an alert of it as delivered."""
        return batch in self._batches

    def group(self, group: str) -> Iterator[Delivery]:
        """What waits in this group."""
        return (delivery for delivery in self.waiting.values() if delivery.group == group)

    def records(self, receiver: str) -> Iterator[tuple[Delivery, int]]:
        """Records that give what is known here when entered, with their partitions.

        What waits comes first. Not when a group was last told: its interval begins anew.
        """
        for alert, waiting in self.waiting.items():
            yield waiting, self._partition[alert]
        for alert, found in self.settled.items():
            message, told_by = self._earlier.get(found.story, ("", ""))
            yield (
                Delivery(
                    alert=alert,
                    receiver=receiver,
                    event="",
                    story=found.story,
                    outcome=found.outcome,
                    at=found.at,
                    batch=found.batch,
                    route=found.route,
                    edit=found.edit,
                    message=message if told_by == alert else "",
                ),
                self._partition[alert],
            )

    def stale(self, before: datetime) -> list[str]:
        """Settled alerts that nothing asks for any more.

        Those older than `before`, but not the one that has the message of a story still told of.
        """
        return [
            alert
            for alert, found in self.settled.items()
            if found.at < before and not self._carries(alert, found.story, before)
        ]

    def forget(self, alert: str) -> None:
        """Take it out, and what was known by it alone."""
        found = self.settled.pop(alert)
        del self._partition[alert]
        messages, message = self._messages[found.route], found.batch or alert
        if messages.get(message, found.at) <= found.at:
            messages.pop(message, None)
        if self._batches.get(found.batch, found.at) <= found.at:
            self._batches.pop(found.batch, None)
        if self._earlier.get(found.story, ("", ""))[1] == alert:
            del self._earlier[found.story]
        if self._stories.get(found.story, found.at) <= found.at:
            self._stories.pop(found.story, None)

    def tidy(self, before: datetime) -> None:
        """Forget when things were last told, where no interval reaches back so far."""
        self._last = {what: at for what, at in self._last.items() if at >= before}

    def _carries(self, alert: str, story: str, before: datetime) -> bool:
        own = self._earlier.get(story, ("", ""))[1] == alert
        return own and self._stories[story] >= before

    def _told(self, delivery: Delivery) -> None:
        at, story = delivery.at, delivery.story
        self._batches[delivery.batch] = max(self._batches.get(delivery.batch, at), at)
        self._stories[story] = max(self._stories.get(story, at), at)
        if delivery.message:
            self._earlier.setdefault(story, (delivery.message, delivery.alert))
        if delivery.edit:
            return
        for what in keys_of(delivery):
            self._last[what] = max(self._last.get(what, at), at)
        messages, message = self._messages[delivery.route], delivery.batch or delivery.alert
        messages[message] = max(messages.get(message, at), at)


def keys_of(delivery: Delivery) -> tuple[str, str, str]:
    """What `last_told` knows this delivery by."""
    return (
        f"group:{delivery.group}",
        f"story:{delivery.route}:{delivery.story}",
        f"route:{delivery.route}",
    )
