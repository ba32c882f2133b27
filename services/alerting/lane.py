"""One receiver's lane: reads, admits, tells, writes down; a thread of its own.

poll ▸ admit each ▸ while something is due: tell ▸ write down what waits ▸ commit ▸ prune
"""

import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Protocol

from services.alerting.admit import admitted, admitted_notice
from services.alerting.books import Books
from services.alerting.incoming import Incoming
from services.alerting.journal import Journal
from services.alerting.message import Reason
from services.alerting.receivers.receiver import Receiver
from services.alerting.report import Reporter
from services.alerting.standing import Notice, Standing
from services.alerting.tell import Directing, Edge, Teller
from services.alerting.view import Reader
from shared.codec import Undecodable, decode, encode
from shared.headers import DELIVER_HEADER, LANE_HEADER, MAX_CARRIED
from shared.records import Delivery, StoryEvent
from shared.reference import Reveal

PATIENCE = 0.2
"""Seconds that a poll waits for records: the resolution of everything that is due at a time."""

TURN = 2.0
"""Seconds after which a turn begins nothing new: the client has to poll, to stay a member."""

PRUNE_EVERY = 3_600.0

LARGE = MAX_CARRIED // 8
"""Bytes of an event from which on its ledger record is looked at: it says some of it again."""


class Heeding(Protocol):
    """What there is to heed beside the events."""

    def standing(self, receiver: str) -> Standing | None:
        """What Kafka says of this receiver."""

    def has_operator(self, receiver: str) -> bool:
        """Whether there is another receiver that tells the operator about this one."""

    def notices(self, receiver: str) -> Iterable[Notice]:
        """What the operator is to be told by this receiver."""


class Lane:
    """Everything of one receiver. `run` in a thread of its own; `stop` from another."""

    def __init__(
        self,
        name: str,
        receiver: Receiver,
        *,
        journal: Journal,
        edge: Edge,
        reveal: Reveal,
        direct: Directing,
        heed: Heeding,
        reader: Reader,
        report: Reporter,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.name = name
        self._manner = receiver.manner
        self._journal, self._edge, self._books = journal, edge, Books(journal)
        self._direct, self._heed, self._report, self._clock = direct, heed, report, clock
        self._teller = Teller(
            name,
            receiver,
            books=self._books,
            edge=edge,
            reveal=reveal,
            direct=direct,
            has_operator=lambda: heed.has_operator(name),
            reader=reader,
            report=report,
            clock=clock,
        )
        self._pruned = -PRUNE_EVERY
        self._stopping = threading.Event()
        self._lost, self._anew = threading.Event(), threading.Event()

    @property
    def ready(self) -> bool:
        """Whether it reads, or stands by."""
        return self._journal.ready

    def run(self) -> None:
        """Until stopped. What escapes is a broker that stays away, or our bug."""
        try:
            while not self._stopping.is_set():
                self._turn()
            self._rescue()
        finally:
            self._edge.close()
            self._journal.close()

    def stop(self) -> None:
        """Finish the message under way, write down the rest, and return from `run`."""
        self._stopping.set()
        self._edge.hurry()

    def write_again(self) -> None:
        """The ledger's topic was lost: write down what is known, soon. From any thread."""
        self._lost.set()

    def read_again(self) -> None:
        """The events' topic was lost: read the new one from its beginning. From any thread."""
        self._anew.set()

    def _turn(self) -> None:
        if self._anew.is_set() and self._journal.holds:
            self._anew.clear()
            self._journal.read_again()
        came = self._books.poll(PATIENCE)
        began = time.monotonic()
        self._rescue()
        for incoming in came:
            self._take(incoming)
        self._teller.heed(self._heed.standing(self.name))
        if self._journal.holds:
            self._take_notices()
        if self._owes:  # not before: whoever doubts that it is the holder reads what is written
            return
        while not self._stopping.is_set() and time.monotonic() - began < TURN:
            if not self._teller.tell():
                break
        self._books.balance()
        self._prune()
        self._report.stands(self._journal, len(self._books.ledger.waiting), up=self._teller.up)

    @property
    def _owes(self) -> bool:
        """Whether the ledger was lost, and this is the one place that has it."""
        return self._lost.is_set() and self._journal.holds

    def _rescue(self) -> None:
        """Write the ledger again where it was lost."""
        if self._owes and self._books.sure():
            self._lost.clear()
            self._report.wrote_again(self._books.write_again(self.name))

    def _take(self, incoming: Incoming) -> None:
        result = self._admitted(incoming)
        if isinstance(result, Reason):
            self._report.read(result)
            return
        self._report.read(Reason.ADMITTED)
        self._books.enter(result, incoming.partition)

    def _admitted(self, incoming: Incoming) -> Delivery | Reason:
        """What is to wait, or why nothing is; a record that nothing can be told of is put aside."""
        now = self._clock()
        try:
            if (result := self._decided(incoming, now)) is not Reason.TOO_LARGE:
                return result
            reason, why = Reason.TOO_LARGE, "more than the ledger takes"
        except Undecodable as error:
            reason, why = Reason.UNDECODABLE, str(error)
        except Exception as error:  # noqa: BLE001  a fault of ours: the rest goes on
            self._report.failed(incoming.source, error)
            reason, why = Reason.FAILED, type(error).__name__
        self._journal.reject(incoming, f"{reason}: {why}"[:500], now)
        return reason

    def _decided(self, incoming: Incoming, now: datetime) -> Delivery | Reason:
        """Mute times and silences count as of the event: it may be read late, or once more."""
        size = len(incoming.value or b"")
        if size > MAX_CARRIED:  # packed, it may be any size
            return Reason.TOO_LARGE
        event = decode(incoming.value, StoryEvent)
        result = admitted(
            event,
            self._direct(event, self.name, min(event.at, now)),
            receiver=self.name,
            asked=incoming.headers.get(DELIVER_HEADER, ""),
            replay=incoming.headers.get(LANE_HEADER) == "replay",
            manner=self._manner,
            ledger=self._books.ledger,
            now=now,
        )
        if isinstance(result, Delivery) and size > LARGE and len(encode(result)) > MAX_CARRIED:
            return Reason.TOO_LARGE
        return result

    def _take_notices(self) -> None:
        """Each waits; its topic is rid of it once the ledger says that it is settled."""
        for notice in self._heed.notices(self.name):
            if not self._books.ledger.knows(notice.id):
                self._books.enter(admitted_notice(notice, self.name, self._clock()), 0)
            elif notice.id in self._books.ledger.settled:
                self._journal.notified(notice.id)

    def _prune(self) -> None:
        """Once an hour while there is nothing left to forget."""
        if self._journal.holds and time.monotonic() - self._pruned >= PRUNE_EVERY:
            forgotten = self._books.prune(self._clock())
            self._pruned = self._pruned if forgotten else time.monotonic()
