"""When a feed is polled next: a function of its memory, of what the poll brought, and of now.

    learn the interval ▸ heed what feed and server ask for ▸ jitter ▸ skip hours

The interval is learnt from what polls bring. Mostly entries that were seen before (67 % or more, as
Media Cloud does): half as long again. Mostly new ones (less than 33 %): half. It never passes half
the time that the document spans, nor half the average gap between entries where that is above the
floor, so that two polls in a row overlap and the overlap proves that nothing was missed; where they
did not (a window overflow), it becomes a quarter at once. Errors add to the wait in a straight line
and never end it: the slowest probe is one a day. Only 410 ends a feed.

While a hub pushes what is new, polls are a slow check, `ceiling` apart. They are as before when the
lease ends, when no push came for a day, and when a poll finds news that no push had brought.
"""

from datetime import datetime, timedelta

from msgspec import Struct, structs

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
PUSHES_TRUSTED = timedelta(days=1)
"""How long after a push polls stay slow."""
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
    relies_on_pushes: bool = False


def first(feed: Feed, now: datetime, luck: float) -> datetime:
    """When to poll a feed that was never polled: soon, not all at once. `luck` is in [0, 1)."""
    return now + timedelta(seconds=luck * min(feed.floor, WELL_SPREAD))


def resumed(feed: Feed, state: FeedState, now: datetime, luck: float) -> datetime | None:
    """When to poll a feed that was just taken over: when it is due; late ones not all at once.

    Nor much later than they are: after a short absence only few are late. What lies further ahead
    than any rule here puts it, or follows from a poll that is still to come, was written by a clock
    that ran ahead.
    """
    if state.gone:
        return None
    polled = state.polled_at or now
    if state.next_at is None or polled > now or state.next_at > now + _longest(feed):
        return first(feed, now, luck)
    late = max(timedelta(), now - state.next_at)
    return max(state.next_at, min(first(feed, now, luck), now + luck * late))


def _longest(feed: Feed) -> timedelta:
    """The longest wait, with the hours that a feed may ask to skip after it."""
    return timedelta(seconds=max(DAY, feed.ceiling, feed.floor) * (1 + JITTER) + DAY)


def after(
    feed: Feed, state: FeedState, brought: Brought, *, began: datetime, luck: float
) -> Timing:
    """What follows a poll that began at `began`. `luck` is in [0, 1)."""
    if brought.outcome is Outcome.GONE:
        return Timing(next_at=None, interval=state.interval, errors=state.errors)
    if brought.outcome not in GOOD:
        return _after_error(feed, state, brought, began, luck)
    if relies_on_pushes(state, brought, began):
        return _slow_check(feed, state, brought, began, luck)
    interval = _learnt(feed, state.interval or feed.floor, brought)
    wait = interval if brought.complete else feed.floor
    asked = min(_asked(brought), max(feed.ceiling, feed.floor))
    heeded = asked * (1 + JITTER * luck)  # never earlier than asked
    due = began + timedelta(seconds=max(_jittered(wait, luck), heeded))
    return Timing(next_at=_awake(due, brought.hints.skip_hours), interval=interval, errors=0.0)


def relies_on_pushes(state: FeedState, brought: Brought, now: datetime) -> bool:
    """Whether a hub brings what this poll would have, had it not."""
    hub = state.subscription
    pushed = state.pushed_at is not None and now - state.pushed_at < PUSHES_TRUSTED
    return pushed and hub is not None and hub.stands(now) and brought.seen == brought.entries


def after_push(feed: Feed, state: FeedState, now: datetime, luck: float) -> datetime:
    """When to poll a feed whose hub pushed at `now`: as long after its last poll as a slow check.

    Not much later than the lease ends, and never earlier than a server in trouble was promised.
    """
    due = (state.polled_at or now) + timedelta(seconds=_jittered(feed.ceiling, luck))
    lease = state.subscription.leased_until if state.subscription else None
    return max(now, state.next_at or now, min(due, lease or now))


def at_once(feed: Feed, state: FeedState, now: datetime) -> datetime:
    """The earliest that the feed may be polled again."""
    if state.errors and state.next_at:
        return state.next_at
    allowed = now if state.polled_at is None else state.polled_at + timedelta(seconds=feed.floor)
    return max(now, min(allowed, state.next_at or allowed))


def _slow_check(
    feed: Feed, state: FeedState, brought: Brought, began: datetime, luck: float
) -> Timing:
    """The next one; what polls bring meanwhile says nothing of how often the feed has news."""
    polled = structs.replace(state, polled_at=began, next_at=None)
    due = max(
        after_push(feed, polled, began, luck),
        began + timedelta(seconds=max(state.interval, min(_asked(brought), feed.ceiling))),
    )
    return Timing(
        next_at=_awake(due, brought.hints.skip_hours),
        interval=state.interval,
        errors=0.0,
        relies_on_pushes=True,
    )


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
