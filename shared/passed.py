"""How much time passes, also while the machine sleeps.

`time.monotonic` of Linux stands still in a suspended machine, so whoever goes by it wakes hours
later as if nothing had been, and others may have taken over since.
"""

import time

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # only Linux has, and needs, it


def passed() -> float:
    """Seconds since some moment that stays the same."""
    return time.clock_gettime(_CLOCK)
