"""How often a receiver may be called: a token bucket."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Bucket:
    """`rate` tokens a second, `burst` at most; None as rate is no limit at all."""

    rate: float | None = None
    burst: float = 1.0
    tokens: float = 1.0
    at: datetime | None = None

    def filled(self, now: datetime) -> "Bucket":
        """The bucket as it stands now."""
        if self.rate is None or self.at is None:
            return replace(self, tokens=self.burst, at=now)
        earned = abs(now - self.at).total_seconds() * self.rate  # a clock may be set back
        return replace(self, tokens=min(self.tokens + earned, self.burst), at=now)

    def taken(self, now: datetime) -> "Bucket":
        """The bucket after one call now."""
        full = self.filled(now)
        return replace(full, tokens=full.tokens - 1)

    def free_at(self, now: datetime) -> datetime:
        """When the next call is allowed: now, or later."""
        tokens = self.filled(now).tokens
        if self.rate is None or tokens >= 1:
            return now
        return now + timedelta(seconds=(1 - tokens) / self.rate, microseconds=1)
