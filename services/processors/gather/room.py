"""How much of a watch gather holds, whatever comes.

A feed that floods us with matching articles would else fill the memory until the process dies, and
again at each start, for the table is read back. Where more articles come than there is room for,
stories close early: those that only one publisher family tells, of the family that has most in
such, as long as that is more than its share; else any. Of these the ones that have been quiet
longest. So a flood closes its own stories, and nobody with less than a share loses any to it. A
story that has enough articles only counts more of them (`Act.COUNTED`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from services.processors.gather.account import Account
from services.processors.gather.live import Live
from services.processors.gather.quiet import Quiet
from services.processors.gather.steps import Act, Outline, Step
from shared.records import Lane


@dataclass(frozen=True)
class Room:
    """The limits of one watch. `articles` take some 45 kB each in the memory of a processor.

    `closings`: stories closed by one step at most, since its events are one record. `gone`:
    articles remembered of stories closed early, so that no revision opens one as news again. After
    three days it would be late in any case; 200,000 are what a flood at the default quota has then.
    `at_start`: so many articles may be read back, since replays may leave more than there is room
    for; beyond it the table is from a time without bounds. `share`: what a family may tell alone
    before it loses room first. If that were less, whoever gives each article another name would
    take the room of all who have a few.
    """

    articles: int = 20_000
    of_a_story: int = 1_000
    closings: int = 25
    gone: int = 200_000
    at_start: int = 25_000
    share: int = 1_000


def early(live: Live, step: Step, closing: list[Account], room: Room) -> Iterator[Account]:
    """The stories to close besides `closing` for the step's article to find room.

    A replay of history closes only stories that were never live.
    """
    new = step.act in (Act.OPENED, Act.JOINED)
    excess = len(live.signals) + new - sum(len(one.members) for one in closing) - room.articles
    if excess > 0:
        spared = {step.story, *step.merged, *(one.story.id for one in closing)}
        able = (
            account
            for account in map(live.accounts.__getitem__, _first(live.quiet, room.share))
            if account.story.id not in spared and (step.lane is Lane.LIVE or not account.live)
        )
        yield from _enough(islice(able, room.closings - len(closing)), excess)


def _first(quiet: Quiet, share: int) -> Iterator[str]:
    """Open stories, those first that lose room first."""
    articles, greatest = quiet.greatest()
    if articles <= share:
        yield from quiet.longest()
    else:
        yield from quiet.longest(greatest)
        yield from (story for story in quiet.longest() if quiet.alone(story) != greatest)


def _enough(accounts: Iterable[Account], articles: int) -> Iterator[Account]:
    """The first of these that have as many articles."""
    for account in accounts:
        if articles <= 0:
            return
        articles -= len(account.members)
        yield account


@dataclass(slots=True)
class _Sum:
    """What the steps of a story come to; `names` are its own and of those it swallowed."""

    newest: datetime
    family: str  # empty: several tell it
    names: list[str]
    articles: int = 0

    def add(self, newest: datetime, family: str, articles: int) -> None:
        self.newest = max(self.newest, newest)
        self.family = family if family == self.family else ""
        self.articles += articles


def surplus(steps: Iterable[Outline], room: Room) -> frozenset[str]:
    """Of a table that holds more than was ever allowed: the stories for which there is no room.

    Those that would close early, and what they swallowed. `steps` by number.
    """
    sums = _sums(steps)
    articles = sum(one.articles for one in sums.values())
    if articles <= room.at_start:
        return frozenset()
    quiet = Quiet()
    for story, one in sums.items():
        quiet.since(story, one.newest, one.family, one.articles)
    dropped: list[str] = []
    while articles > room.articles:
        story = next(_first(quiet, room.share))
        quiet.forget(story)
        articles -= sums[story].articles
        dropped += sums[story].names
    return frozenset(dropped)


def _sums(steps: Iterable[Outline]) -> dict[str, _Sum]:
    """Of the stories that are open after these steps."""
    sums: dict[str, _Sum] = {}
    for step in steps:
        if step.act is Act.OPENED:
            sums[step.story] = _Sum(step.first_seen, step.family, [step.story])
        elif step.story not in sums:
            continue
        one = sums[step.story]
        one.add(step.first_seen, step.family, step.act in (Act.OPENED, Act.JOINED))
        for gone in filter(None, [sums.pop(other, None) for other in step.merged]):
            one.add(gone.newest, gone.family, gone.articles)
            one.names += gone.names
        for other in step.closed:
            sums.pop(other, None)
    return sums
