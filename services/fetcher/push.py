"""What a hub pushed, to articles and the feed's next memory; nothing is published or stored here.

    the body ▸ parse in the sandbox ▸ account ▸ schedule ▸ Push

Accounted like a poll, entry by entry, with two differences. A push often carries only what is new,
so it says nothing of the feed's window. And nobody can ask for it again, so no quota holds entries
back; the body's size bounds them.
"""

from collections.abc import Mapping

from msgspec import Struct, structs

from services.fetcher import schedule
from services.fetcher.account import Ledger
from services.fetcher.answer import Answer, Failure
from services.fetcher.catalogue import Feed
from services.fetcher.outcome import EntryState, Outcome
from services.fetcher.read import MOST_LISTED, Clock, Parses, parts
from services.fetcher.state import FeedState
from shared.records import Article

MOST_SEEN = 20_000
"""Entries that pushes may add to the memory; the next poll shortens it to what the feed holds."""


class Push(Struct, frozen=True, kw_only=True):
    """What came of a push."""

    outcome: Outcome
    detail: str = ""
    states: Mapping[EntryState, int] = {}
    articles: tuple[Article, ...] = ()
    state: FeedState  # to keep, once the articles are safe


async def push(
    feed: Feed, state: FeedState, answer: Answer, *, sandbox: Parses, clock: Clock, luck: float
) -> Push:
    """Read what a hub sent for the feed, given as the answer it stands for."""
    now = clock()
    ledger = Ledger(
        feed, marks=state.marks, newest=state.newest, now=now, quota=MOST_LISTED, kept=MOST_SEEN
    )
    done = await parts(feed, answer, sandbox, ledger, now)
    if isinstance(done, Failure):  # what it should have said is asked for
        soon = structs.replace(state, next_at=schedule.at_once(feed, state, now))
        return Push(outcome=done.outcome, detail=done.detail, state=soon)
    told = ledger.close()
    return Push(
        outcome=Outcome.CHANGED,
        states=told.counts,
        articles=told.articles,
        state=structs.replace(
            state,
            marks=told.marks,
            newest=told.newest,
            pushed_at=now,
            next_at=schedule.after_push(feed, state, now, luck),
        ),
    )
