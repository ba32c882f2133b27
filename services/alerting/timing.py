"""When a notice is told: grouping, intervals, rate, budget, digest, quiet hours, in this order."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from services.alerting.ledger import Ledger
from services.alerting.windows import Digest, Window, midnight

NO_WAIT = timedelta()

TOMORROW = Digest(every="day", at=time())
"""When what is over a day's budget is told."""


@dataclass(frozen=True, kw_only=True)
class Timing:
    """What a route says about when.

    `group_wait`: how long the first of a group waits for company. `group_interval`: the least time
    between two messages of a group; `repeat_interval`: of a story; `pace`: of the route.
    `budget`: messages a day; what is over it is told in one digest after midnight. `catch_up`: what
    a receiver missed while it was down is told in one digest.
    """

    zone: str = "UTC"
    group_wait: timedelta = NO_WAIT
    group_interval: timedelta = NO_WAIT
    repeat_interval: timedelta = NO_WAIT
    pace: timedelta = NO_WAIT
    budget: int | None = None
    digest: Digest | None = None
    catch_up: bool = False
    quiet: tuple[Window, ...] = ()
    mute: tuple[Window, ...] = ()


@dataclass(frozen=True)
class Due:
    """When, and whether in a digest with everything else that is due then."""

    at: datetime
    digest: bool = False


def due(
    timing: Timing, *, route: str, group: str, story: str, ledger: Ledger, now: datetime
) -> Due:
    """When a notice of this story, admitted now, is told."""
    if timing.digest:
        return _after_quiet(Due(timing.digest.next_after(now, timing.zone), digest=True), timing)
    waits = [d.next_at for d in ledger.group(group) if d.next_at and d.step == 0 and not d.edit]
    at = min(waits, default=now + timing.group_wait)
    for what, interval in (
        (f"group:{group}", timing.group_interval),
        (f"story:{route}:{story}", timing.repeat_interval),
        (f"route:{route}", timing.pace),
    ):
        last = ledger.last_told(what)
        at = max(at, min(last, now) + interval) if last and interval else at  # a clock ran ahead
    return _after_quiet(_in_budget(Due(max(at, now)), timing, route, ledger, now), timing)


def muted(timing: Timing, moment: datetime) -> bool:
    """Whether a mute time covers this moment."""
    return any(window.end_of(moment, timing.zone) for window in timing.mute)


def _in_budget(due: Due, timing: Timing, route: str, ledger: Ledger, now: datetime) -> Due:
    today = midnight(now, timing.zone)
    if timing.budget is None or ledger.told_since(route, today, now) < timing.budget:
        return due
    return Due(TOMORROW.next_after(now, timing.zone), digest=True)


def _after_quiet(due: Due, timing: Timing) -> Due:
    """Pushed to the end of the quiet hours or mute times it falls in; one may end in another."""
    windows = timing.quiet + timing.mute
    for _ in windows:
        ends = [end for w in windows if (end := w.end_of(due.at, timing.zone))]
        if not ends:
            break
        due = Due(max(ends), digest=True)
    return due
