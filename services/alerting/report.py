"""What one receiver's lane says of itself: metrics and log lines."""

from datetime import datetime

import structlog

from services.alerting.journal import Journal
from services.alerting.message import Reason, Verdict
from services.alerting.metrics import Metrics
from shared.records import Delivery, Outcome
from shared.topics import STORIES_EVENTS

log = structlog.get_logger("alerting.lane")


class Reporter:
    """The metrics and the log, with the receiver's name on everything."""

    def __init__(self, receiver: str, metrics: Metrics) -> None:
        self._receiver, self._metrics = receiver, metrics
        self._partitions: set[str] = set()

    def read(self, reason: Reason) -> None:
        """A record was read, and this became of it."""
        self._metrics.records.labels(f"alerting-{self._receiver}", reason.value).inc()

    def failed(self, source: str, error: Exception) -> None:
        """A record could not be decided of."""
        log.error("record put aside", receiver=self._receiver, source=source, exc_info=error)

    def attempted(self, verdict: Verdict) -> None:
        """A message was sent."""
        self._metrics.attempts.labels(self._receiver, verdict.reason.value).inc()

    def untellable(self, alert: str, error: Exception) -> None:
        """No payload could be made. The error's words may hold anything; its type does not."""
        log.warning(
            "cannot make a message of an alert",
            receiver=self._receiver,
            alert=alert,
            error=type(error).__name__,
        )

    def settled(self, before: Delivery, result: Delivery, now: datetime) -> None:
        """An alert stands so after an attempt."""
        log.info(
            "attempt",
            receiver=self._receiver,
            alert=result.alert,
            story=result.story,
            outcome=result.outcome.value,
            reason=result.reason,
            attempts=result.attempts,
            next_at=result.next_at.isoformat() if result.next_at else None,
        )
        if result.outcome is Outcome.RETRY:
            return
        self._metrics.alerts.labels(self._receiver, result.outcome.value).inc()
        if result.outcome is Outcome.DELIVERED and before.held:
            seconds = (now - before.held.at).total_seconds()
            self._metrics.latency.labels(self._receiver).observe(max(seconds, 0.0))

    def wrote_again(self, records: int) -> None:
        """The ledger was lost, and is there again."""
        log.warning("wrote the ledger again", receiver=self._receiver, records=records)

    def notice(self, text: str) -> None:
        """The operator is to know."""
        log.error("operator's notice", receiver=self._receiver, text=text)

    def stands(self, journal: Journal, waiting: int, *, up: bool) -> None:
        """How the lane stands at the end of a turn."""
        self._metrics.waiting.labels(self._receiver).set(waiting)
        self._metrics.held.labels(self._receiver).set(journal.holds)
        self._metrics.up.labels(self._receiver).set(up)
        lags = {str(partition): lag for partition, lag in journal.lag()}
        for partition in self._partitions - lags.keys():
            self._metrics.lag.remove(journal.group, STORIES_EVENTS.name, partition)
        for partition, lag in lags.items():
            self._metrics.lag.labels(journal.group, STORIES_EVENTS.name, partition).set(lag)
        self._partitions = set(lags)
