"""When a failed alert is tried again: a schedule of days, as Standard Webhooks recommends."""

from datetime import timedelta

DELAYS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: ten tries in 75 hours and a half."""

JITTER = 0.2
"""Each delay is stretched or shrunk by up to this share, so that a crowd does not come back."""

HORIZON = sum(DELAYS, timedelta()) * (1 + JITTER)
"""An alert first tried longer ago than this is past its last try, whatever its step."""


def delay(step: int, random: float) -> timedelta | None:
    """The wait after the try number `step` (from 0) failed; None past the last try.

    `random` is uniform in [0, 1).
    """
    if step >= len(DELAYS):
        return None
    return DELAYS[step] * (1 - JITTER + 2 * JITTER * random)
