"""What a receiver was told and what waits for it: in memory and in Kafka, kept in step."""

from collections.abc import Iterable
from datetime import datetime

from services.alerting.incoming import Incoming
from services.alerting.journal import Journal
from services.alerting.ledger import KEEP, Ledger
from shared.records import Delivery

MOST_WAITING = 2_000
"""Alerts that a lane holds; past it Kafka holds the rest, in order."""

MOST_FORGOTTEN = 1_000
"""Records taken out of the ledger in one turn."""


class Books:
    """The ledger and its journal. `fresh` is what waits and is not in Kafka yet."""

    def __init__(self, journal: Journal) -> None:
        self.journal, self.ledger = journal, Ledger()
        self._fresh: set[str] = set()
        self._proven = False

    def poll(self, seconds: float) -> list[Incoming]:
        """What came in, as long as there is room for it."""
        self.journal.take(more=len(self.ledger.waiting) < MOST_WAITING)
        return self.journal.poll(self.ledger, seconds)

    def enter(self, delivery: Delivery, partition: int) -> None:
        """It waits from now on; written down by the end of the turn at the latest."""
        self.ledger.enter(delivery, partition)
        self._fresh.add(delivery.alert)

    def record(self, delivery: Delivery) -> None:
        """Write down how it stands now."""
        partition = self.ledger.partition(delivery.alert)
        self._fresh.discard(delivery.alert)
        self.ledger.enter(delivery, partition)
        self.journal.write(delivery, partition)

    def take_down(self, deliveries: Iterable[Delivery]) -> bool:
        """Write these down, if the receiver is ours; whether it is."""
        if not self.ours():
            return False
        for delivery in deliveries:
            self.record(delivery)
        return True

    def surely(self, deliveries: Iterable[Delivery]) -> None:
        """Write these down; return when that is acknowledged."""
        for delivery in deliveries:
            self.record(delivery)
        self.journal.sure()
        self._proven = True

    def prove(self, delivery: Delivery) -> None:
        """Before the first message: see that the ledger takes records, here that of this alert.

        One that takes none ends this process after the message; the next would tell it again.
        """
        if not self._proven:
            self.surely([delivery])

    def write_again(self, receiver: str) -> int:
        """Write down all that is known: the topic was lost. How many records."""
        known = list(self.ledger.records(receiver))
        for delivery, partition in known:
            self.journal.write(delivery, partition)
        self.journal.sure()
        return len(known)

    def sure(self) -> bool:
        """Whether the receiver is ours; the broker is asked where that is in doubt."""
        return not self.journal.in_doubt or self.journal.still_holds()

    def ours(self) -> bool:
        """Whether the receiver is ours to tell and to write of. If not, all is read again."""
        if self.sure():
            return True
        self._fresh.clear()
        self.journal.forsake()
        return False

    def balance(self) -> None:
        """The end of a turn: all that waits is in Kafka, then what was read is committed.

        Where another may hold the receiver by now nothing is written over what that one has
        written.
        """
        if self._fresh and not self.ours():
            return
        for alert in list(self._fresh):
            self.record(self.ledger.waiting[alert])
        self.journal.commit()

    def prune(self, now: datetime) -> int:
        """Forget what nothing can ask for any more; how much it was."""
        gone = self.ledger.stale(now - KEEP)[:MOST_FORGOTTEN]
        for alert in gone:
            self.journal.erase(alert, self.ledger.partition(alert))
            self.ledger.forget(alert)
        self.ledger.tidy(now - KEEP)
        return len(gone)
