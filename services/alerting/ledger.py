"""What a receiver was told, and what waits for it: the ledger as one lane holds it in memory.

Built from the records of `deliveries` by entering them one by one; entering the same record twice
changes nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from shared.records import Delivery, Outcome

WAITING = (Outcome.PENDING, Outcome.RETRY)


class Ledger:
    """Alerts by id; each belongs to the partition that its event came from."""

    def __init__(self) -> None:
        self.waiting: dict[str, Delivery] = {}
        self.settled: dict[str, Outcome] = {}
        self._partition: dict[str, int] = {}
        self._last: dict[str, datetime] = {}
        self._messages: dict[str, dict[str, datetime]] = defaultdict(dict)
        self._earlier: dict[str, str] = {}
        self._batches: set[str] = set()

    def enter(self, delivery: Delivery, partition: int) -> None:
        """Take over this record."""
        self._partition[delivery.alert] = partition
        if delivery.outcome in WAITING:
            self.waiting[delivery.alert] = delivery
            self.settled.pop(delivery.alert, None)
            return
        self.waiting.pop(delivery.alert, None)
        self.settled[delivery.alert] = delivery.outcome
        if delivery.outcome is Outcome.DELIVERED:
            self._told(delivery)

    def drop(self, partitions: Iterable[int]) -> None:
        """Forget what belongs to these partitions: another member has them now."""
        gone = set(partitions)
        for alert in [alert for alert, at in self._partition.items() if at in gone]:
            del self._partition[alert]
            self.waiting.pop(alert, None)
            self.settled.pop(alert, None)

    def partition(self, alert: str) -> int:
        """Where the record of this alert belongs."""
        return self._partition[alert]

    def last_told(self, what: str) -> datetime | None:
        """When something of this `group:…`, `story:…` or `route:…` was last told."""
        return self._last.get(what)

    def told_since(self, route: str, since: datetime) -> int:
        """How many messages this route has told since then."""
        return sum(at >= since for at in self._messages[route].values())

    def earlier(self, story: str) -> str:
        """The receiver's id of the message that told this story, or nothing."""
        return self._earlier.get(story, "")

    def was_told(self, batch: str) -> bool:
        """Whether this sealed message went out: the ledger has an alert of it as delivered."""
        return batch in self._batches

    def group(self, group: str) -> Iterator[Delivery]:
        """What waits in this group."""
        return (delivery for delivery in self.waiting.values() if delivery.group == group)

    def _told(self, delivery: Delivery) -> None:
        self._batches.add(delivery.batch)
        if delivery.message:
            self._earlier.setdefault(delivery.story, delivery.message)
        if delivery.edit:
            return
        for what in keys_of(delivery):
            self._last[what] = max(self._last.get(what, delivery.at), delivery.at)
        self._messages[delivery.route][delivery.batch or delivery.alert] = delivery.at


def keys_of(delivery: Delivery) -> tuple[str, str, str]:
    """What `last_told` knows this delivery by."""
    return (
        f"group:{delivery.group}",
        f"story:{delivery.route}:{delivery.story}",
        f"route:{delivery.route}",
    )
