"""A clock that is set back, as one is that ran ahead until it asked others for the time.

What is due by it would be due hours later.
"""

from datetime import datetime

LEAST = 5.0
"""Seconds from which on it matters; less, a clock is corrected by every day."""

LOOKED_EVERY = 30.0
"""Seconds between two looks, at most."""


class SetBack:
    """Compares the clock with one that nobody sets."""

    def __init__(self) -> None:
        self._lead: float | None = None

    def now(self, clock: datetime, passed: float) -> bool:
        """Whether it was set back since the last look. `passed`: seconds by the other one."""
        lead = clock.timestamp() - passed
        back = self._lead is not None and self._lead - lead >= LEAST
        self._lead = lead
        return back
