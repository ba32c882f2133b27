"""How much of a watch gather holds, whatever comes.

A feed that floods us with matching articles would else fill the memory until the process dies, and
again at each start, for the table is read back. Where more articles come than there is room for,
the stories that have been quiet longest close early; a story that has enough articles only counts
more of them (`Act.COUNTED`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from services.processors.gather.account import Account
from services.processors.gather.live import Live
from services.processors.gather.steps import Act, Outline, Step
from shared.records import Lane


@dataclass(frozen=True)
class Room:
    """The limits of one watch. `articles` take some 45 kB each in the memory of a processor.

    `closings`: stories closed by one step at most, since its events are one record. `gone`:
    articles remembered of stories closed early, so that no revision opens one as news again. After
    three days it would be late in any case; 200,000 are what a flood at the default quota has then.
    `at_start`: so many articles may be read back, since replays may leave more than there is room
    for; beyond it the table is from a time without bounds.
    """

    articles: int = 20_000
    of_a_story: int = 1_000
    closings: int = 25
    gone: int = 200_000
    at_start: int = 25_000


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
            for account in _quietest(live)
            if account.story.id not in spared and (step.lane is Lane.LIVE or not account.live)
        )
        yield from _enough(islice(able, room.closings - len(closing)), excess)


def _quietest(live: Live) -> Iterator[Account]:
    """Open stories, those that have been quiet longest first."""
    for stories in live.quiet.longest():
        accounts = [live.accounts[story] for story in stories]
        yield from sorted(accounts, key=lambda one: (one.last_seen, one.story.id))


def _enough(accounts: Iterable[Account], articles: int) -> Iterator[Account]:
    """The first of these that have as many articles."""
    for account in accounts:
        if articles <= 0:
            return
        articles -= len(account.members)
        yield account


def surplus(steps: Iterable[Outline], room: Room) -> frozenset[str]:
    """Of a table that holds more than was ever allowed: the stories for which there is no room.

    Those that have been quiet longest, and what they swallowed. `steps` by number.
    """
    newest: dict[str, datetime] = {}
    articles: dict[str, int] = {}
    names: dict[str, list[str]] = {}
    for step in steps:
        story = step.story
        if step.act is Act.OPENED:
            newest[story], articles[story], names[story] = step.first_seen, 0, [story]
        elif story not in newest:
            continue
        newest[story] = max(newest[story], step.first_seen)
        articles[story] += step.act in (Act.OPENED, Act.JOINED)
        for other in step.merged:
            if other in newest:
                newest[story] = max(newest[story], newest.pop(other))
                articles[story] += articles.pop(other)
                names[story] += names.pop(other)
        for other in step.closed:
            newest.pop(other, None)
    excess = sum(articles[story] for story in newest)
    if excess <= room.at_start:
        return frozenset()
    excess -= room.articles
    dropped: list[str] = []
    for story in sorted(newest, key=lambda one: (newest[one], one)):
        if excess <= 0:
            break
        excess -= articles[story]
        dropped += names[story]
    return frozenset(dropped)
