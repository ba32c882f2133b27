"""When a feed is polled next: a function of its memory, of what the poll brought, and of now.

    learn the interval ▸ heed what feed and server ask for ▸ jitter ▸ skip hours

The interval is learnt from what polls bring. Mostly entries that were seen before (67 % or more, as
Media Cloud does): half as long again. Mostly new ones (less than 33 %): half. It never passes half
the time that the document spans, nor half the average gap between entries where that is above the
floor, so that two polls in a row overlap and the overlap proves that nothing was missed; where they
did not (a window overflow), it becomes a quarter at once. Errors add to the wait in a straight line
and never end it: the slowest probe is one a day. Only 410 ends a feed.
"""

from datetime import datetime, timedelta

from msgspec import Struct

from services.fetcher.catalogue import DAY, Feed
from services.fetcher.document import Hints
from services.fetcher.outcome import GOOD, Outcome
from services.fetcher.state import FeedState

MOSTLY_SEEN = 0.67
MOSTLY_NEW = 0.33
LONGER = 1.5
SHORTER = 0.5
AFTER_OVERFLOW = 0.25
JITTER = 0.1
BELIEVED_AFTER = 3
"""Polls in a row that must name the same new URL before it is adopted."""
WELL_SPREAD = 30.0
"""Seconds over which the first polls of a new catalogue are spread."""

_WEIGHTS = {
    Outcome.REFUSED: 2.0,
    Outcome.NOT_A_FEED: 2.0,
    Outcome.FORBIDDEN_ADDRESS: 4.0,
    Outcome.PARSE_KILLED: 4.0,
}


class Brought(Struct, frozen=True, kw_only=True):
    """What a poll brought, as far as scheduling cares."""

    outcome: Outcome
    entries: int = 0
    seen: int = 0
    overflow: bool = False
    complete: bool = True  # False: entries were over quota
    span: float = 0.0  # seconds from the oldest to the newest dated entry
    hints: Hints = Hints()
    fresh_for: float = 0.0
    retry_after: float | None = None


class Timing(Struct, frozen=True, kw_only=True):
    """When next, and what was learnt."""

    next_at: datetime | None
    interval: float
    errors: float


def first(feed: Feed, now: datetime, luck: float) -> datetime:
    """When to poll a feed that was never polled: soon, not all at once. `luck` is in [0, 1)."""
    return now + timedelta(seconds=luck * min(feed.floor, WELL_SPREAD))


def resumed(feed: Feed, state: FeedState, now: datetime, luck: float) -> datetime | None:
    """When to poll a feed that was just taken over: when it is due; late ones not all at once."""
    if state.gone:
        return None
    if state.next_at is None or state.next_at < now:
        return first(feed, now, luck)
    return state.next_at


def after(
    feed: Feed, state: FeedState, brought: Brought, *, began: datetime, luck: float
) -> Timing:
    """What follows a poll that began at `began`. `luck` is in [0, 1)."""
    if brought.outcome is Outcome.GONE:
        return Timing(next_at=None, interval=state.interval, errors=state.errors)
    if brought.outcome not in GOOD:
        return _after_error(feed, state, brought, began, luck)
    interval = _learnt(feed, state.interval or feed.floor, brought)
    wait = interval if brought.complete else feed.floor
    asked = min(_asked(brought), max(feed.ceiling, feed.floor))
    heeded = asked * (1 + JITTER * luck)  # never earlier than asked
    due = began + timedelta(seconds=max(_jittered(wait, luck), heeded))
    return Timing(next_at=_awake(due, brought.hints.skip_hours), interval=interval, errors=0.0)


def _learnt(feed: Feed, interval: float, brought: Brought) -> float:
    if brought.overflow:
        interval *= AFTER_OVERFLOW
    elif brought.outcome is not Outcome.CHANGED or brought.seen >= MOSTLY_SEEN * brought.entries:
        interval *= LONGER
    elif brought.seen < MOSTLY_NEW * brought.entries:
        interval *= SHORTER
    bounds = [feed.ceiling]
    if brought.span and brought.entries > 1:
        bounds.append(max(brought.span / 2, feed.floor))
    return max(feed.floor, min(interval, *bounds, feed.ceiling))


def _asked(brought: Brought) -> float:
    hints = brought.hints
    return max(hints.ttl_minutes * 60, hints.period_seconds, brought.fresh_for)


def _after_error(
    feed: Feed, state: FeedState, brought: Brought, began: datetime, luck: float
) -> Timing:
    errors = state.errors + _WEIGHTS.get(brought.outcome, 1.0)
    if brought.retry_after is not None:
        wait = min(max(brought.retry_after, feed.floor), DAY)
        wait *= 1 + JITTER * luck  # never earlier than asked
    else:
        wait = _jittered(min((state.interval or feed.floor) + feed.floor * errors, DAY), luck)
    return Timing(next_at=began + timedelta(seconds=wait), interval=state.interval, errors=errors)


def _jittered(seconds: float, luck: float) -> float:
    return seconds * (1 + JITTER * (2 * luck - 1))


def _awake(due: datetime, skip_hours: tuple[int, ...]) -> datetime:
    """`due`, or the start of the next hour that the feed does not ask to skip."""
    while due.hour in skip_hours:
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due
