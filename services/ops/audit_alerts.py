"""Who was told of each event: the ledger, beside stories.events and the routes. Pure.

For each event that a receiver's lane has committed, and that the routes as they are now send there,
the ledger must have an entry. What came before the receiver's first entry is not asked for: nobody
knows since when there is such a receiver. What the ledger calls given up must be on alerts.dead,
and what it calls told must not wait afterwards, nor be told again.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from services.alerting.ledger import WAITING
from services.alerting.route import Directive
from services.ops.audit_fates import Fate, Row, Scope
from services.ops.record import came_at, headers, is_history, place_of
from shared.codec import Undecodable, decode
from shared.identity import alert_id
from shared.records import Delivery, Outcome, StoryEvent
from shared.topics import STORIES_EVENTS, Topic

Directing = Callable[[StoryEvent, datetime], Mapping[str, Directive]]
"""What routes and silences say of an event at this time, by receiver."""

_FATES = {
    Outcome.PENDING: Fate.WAITING,
    Outcome.RETRY: Fate.WAITING,
    Outcome.DELIVERED: Fate.TOLD,
    Outcome.SUPPRESSED: Fate.SILENCED,
    Outcome.DEAD: Fate.GIVEN_UP,
}


class _Entry(Struct, frozen=True):
    """The last record of an alert."""

    outcome: Outcome
    at: datetime


class Alerts:
    """The audit of alerting. The records come topic by topic, in the order of the methods."""

    def __init__(self, scopes: Mapping[str, Scope], directing: Directing) -> None:
        """`scopes` are those of stories.events, by receiver."""
        self.rows = {receiver: Row(receiver) for receiver in scopes}
        self._scopes, self._directing = scopes, directing
        self._buried: set[bytes] = set()  # alerts
        self._aside: set[tuple[str, str]] = set()  # receivers and places
        self._entries: dict[str, _Entry] = {}  # by alert
        self._began: dict[str, datetime] = {}  # by receiver, when its first alert was entered

    def deleted_unread(self, topic: Topic, begins: Mapping[int, int]) -> None:
        """`begins` is by partition the offset of the oldest event that the topic has."""
        for receiver, scope in self._scopes.items():
            scope.count_unread(self.rows[receiver], topic, begins)

    def buried(self, record: Any) -> None:
        """A record of alerts.dead."""
        self._buried.add(record.key)

    def dead(self, record: Any) -> None:
        """A dead letter of stories.events."""
        said = headers(record)
        self._aside.add((said.get("receiver", ""), said.get("source", "")))

    def entry(self, record: Any) -> None:
        """A record of the ledger, also one that is not the last of its alert."""
        try:
            found = decode(record.value, Delivery)
        except Undecodable:
            return
        before = self._entries.get(found.alert)
        if before and before.outcome is Outcome.DELIVERED and found.receiver in self.rows:
            again = found.outcome is Outcome.DELIVERED and found.at != before.at
            if again or found.outcome in WAITING:
                done = "was told again" if again else "waits again"
                fault = (
                    f"deliveries {place_of(record)}: alert {found.alert} {done} after it was told"
                )
                self.rows[found.receiver].faults.append(fault)
        self._entries[found.alert] = _Entry(found.outcome, found.at)
        self._began[found.receiver] = min(self._began.get(found.receiver, found.at), found.at)

    def event(self, record: Any, event: StoryEvent | None) -> None:
        """A record of stories.events that is for all; None where it cannot be read."""
        at = came_at(record)
        told: Mapping[str, Directive] = {}
        if event and not is_history(record):
            told = self._directing(event, min(event.at, at))  # as a lane asks
        for receiver, scope in self._scopes.items():
            if not scope.covers(record):
                continue
            row = self.rows[receiver]
            if not scope.is_read(record):
                row.count(Fate.UNDER_WAY)
                continue
            fate, fault = self._fate(receiver, event, told.get(receiver), at)
            own = receiver, f"{STORIES_EVENTS.name}-{place_of(record)}"
            if fate is Fate.MISSING and own in self._aside:
                fate = Fate.ASIDE
            row.count(fate, f"stories.events {place_of(record)}: {fault}")

    def _fate(
        self, receiver: str, event: StoryEvent | None, directive: Directive | None, at: datetime
    ) -> tuple[Fate, str]:
        if event is None:
            return Fate.MISSING, "it cannot be read, and was not put aside"
        alert = alert_id(event.id, receiver)
        if entry := self._entries.get(alert):
            if entry.outcome is Outcome.DEAD and alert.encode() not in self._buried:
                return Fate.MISSING, f"alert {alert} was given up, and is not on alerts.dead"
            return _FATES[entry.outcome], ""
        began = self._began.get(receiver)
        if directive is None or directive.edit or began is None or at < began:
            return Fate.UNASKED, ""
        if directive.unsaid:
            return Fate.SILENCED, ""
        return Fate.MISSING, f"the ledger has no entry for event {event.id}"
