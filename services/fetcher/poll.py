"""One poll of one feed, from its memory to its next memory; nothing is published or stored here.

    ask (conditionally) ▸ read: classify, parse, account ▸ schedule ▸ remember ▸ Poll

The caller publishes `articles`, and keeps `state` only once the broker has them. A poll whose
result is thrown away has done no harm: the next one asks the same again.
"""

from collections import Counter
from collections.abc import Awaitable, Mapping
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from services.fetcher import schedule
from services.fetcher.answer import Answer, Failure
from services.fetcher.catalogue import Feed
from services.fetcher.outcome import EntryState, Outcome
from services.fetcher.private import PUBLIC, Private
from services.fetcher.read import Clock, Parses, read
from services.fetcher.remember import brought, conditions, remember
from services.fetcher.state import FeedState
from shared.records import Article


class Retrieves(Protocol):
    """What a poll needs of the web."""

    def get(
        self, url: str, headers: Mapping[str, str], *, max_bytes: int, private: Private = PUBLIC
    ) -> Awaitable[Answer | Failure]:
        """See `services.fetcher.retrieve.Retriever.get`."""

    def address_of(self, host: str) -> str:
        """See `services.fetcher.retrieve.Retriever.address_of`."""


class Poll(Struct, frozen=True, kw_only=True):
    """What came of a poll."""

    feed: str
    outcome: Outcome
    status: int = 0
    detail: str = ""
    began: datetime
    seconds: float
    sent: int = 0
    size: int = 0
    conditional: bool = False
    states: Mapping[EntryState, int] = {}
    overflow: bool = False
    articles: tuple[Article, ...] = ()
    state: FeedState  # to keep, once the articles are safe


async def poll(
    feed: Feed, state: FeedState, *, web: Retrieves, sandbox: Parses, clock: Clock, luck: float
) -> Poll:
    """Poll the feed once. `luck` in [0, 1) decides the jitter."""
    began = clock()
    headers = conditions(state, began)
    answer = await web.get(
        state.url or feed.url, headers, max_bytes=feed.max_bytes, private=feed.private
    )
    got = await read(feed, state, answer, sandbox, clock)
    news = brought(state, got, began)
    timing = schedule.after(feed, state, news, began=began, luck=luck)
    return Poll(
        feed=feed.id,
        outcome=got.outcome,
        status=got.answer.status if got.answer else 0,
        detail=got.detail,
        began=began,
        seconds=(clock() - began).total_seconds(),
        sent=got.answer.sent if got.answer else 0,
        size=len(got.answer.body) if got.answer else 0,
        conditional=bool(headers),
        states=got.ledger.counts if got.ledger else Counter(),
        overflow=news.overflow,
        articles=got.ledger.articles if got.ledger else (),
        state=remember(state, got, timing, began, conditional=bool(headers)),
    )
