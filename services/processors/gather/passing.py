"""What the passing of time does to stories: they close, and silence about them becomes news.

Time is the newest first_seen of the watch, so a replay sees the same time pass. It is looked at
once a minute of that time. A replay of history closes only stories that were never live. For want
of room stories close early (`room.py`).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from services.processors.gather.account import Account, as_of
from services.processors.gather.live import LIFE, Live
from services.processors.gather.room import Room, early
from services.processors.gather.steps import Step
from shared.records import Lane

_QUIET_FAMILIES = 3


def with_closed(live: Live, step: Step) -> Step:
    """The step with the stories that have been quiet for longer than they live."""
    return replace(step, closed=tuple(_ids(_over(live, step))))


def with_time(live: Live, step: Step, room: Room) -> Step:
    """The step with the stories that it closes and those whose silence it shows.

    More than it may close are left to the steps after it.
    """
    over = _over(live, step)[: room.closings]
    now = live.time_at(step)
    step = replace(
        step,
        closed=tuple(_ids([*over, *early(live, step, over, room)])),
        now=now if now > step.signals.told.first_seen else None,
    )
    if step.lane is not Lane.LIVE or _minute(now) == _minute(live.now):
        return step
    spared = {step.story, *step.merged, *step.closed}
    others = [account for story, account in live.accounts.items() if story not in spared]
    return replace(step, quiet=tuple(_quiet(others, now, live.blocs)))


def _in_order(live: Live, stories: set[str]) -> list[Account]:
    """The accounts of these stories, in the order in which they were opened."""
    if len(stories) <= 1:  # mostly: then not all need be looked through
        return [live.accounts[story] for story in stories]
    return [account for story, account in live.accounts.items() if story in stories]


def _over(live: Live, step: Step) -> list[Account]:
    """The stories whose life is over."""
    now = live.time_at(step)
    if _minute(now) == _minute(live.now):
        return []
    old = {*live.quiet.for_long(LIFE, now)} - {step.story, *step.merged}
    return [
        account for account in _in_order(live, old) if step.lane is Lane.LIVE or not account.live
    ]


def _ids(accounts: Iterable[Account]) -> Iterator[str]:
    """Ids of these stories, and of those they swallowed."""
    for account in accounts:
        yield account.story.id
        yield from account.story.merged


def _quiet(accounts: list[Account], now: datetime, blocs: tuple[str, ...]) -> Iterator[str]:
    """Ids of stories told by several families, of which some bloc says nothing: once a story."""
    for account in accounts:
        several = len(account.story.families) >= _QUIET_FAMILIES
        if several and account.live and not account.silence_told:
            young = now - account.story.first_seen < LIFE
            if young and as_of(account, now, blocs).silent:
                yield account.story.id


def _minute(at: datetime) -> int:
    return (at - datetime.min.replace(tzinfo=at.tzinfo)) // timedelta(minutes=1)
