"""Whether a receiver is worth calling: a circuit breaker.

closed ── THRESHOLD failures in a row ──▶ open ── pause over ──▶ one probe ── fails ──▶ open, longer
  ▲                                                                 └─ succeeds ─▶ closed
  └─────────────────────────────────────────────────────────────────────────────────┘
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

THRESHOLD = 3
"""Failures in a row that open it."""

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)
"""The pause doubles from the first to the longest: a receiver that returns is found soon."""


@dataclass(frozen=True)
class Breaker:
    """Failures in a row, and until when no call is made."""

    failures: int = 0
    open_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the receiver counts as down: only probes are made."""
        return self.open_until is not None

    def free_at(self, now: datetime) -> datetime:
        """When the next call is allowed: now, or later."""
        until = self.open_until or now
        return until if now < until <= now + LONGEST_PAUSE else now  # the clock was set back

    def failed(self, now: datetime) -> "Breaker":
        """After one more failure."""
        failures = self.failures + 1
        if failures < THRESHOLD:
            return replace(self, failures=failures)
        doublings = min(failures - THRESHOLD, 10)
        return Breaker(failures, now + min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE))

    def succeeded(self) -> "Breaker":
        """After a success."""
        return Breaker()
