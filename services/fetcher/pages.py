"""The shell's polite walk through the pages that wait: one feed's at a time, one after another.

    its turn? ▸ get ▸ extract in the sandbox ▸ publish the revision ▸ take it off the memory

A page that fails, is no page or says no more than the feed is counted and left: its article stays
as the feed told it.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus

from services.fetcher.catalogue import Feed
from services.fetcher.fulltext import with_page
from services.fetcher.outcome import PageOutcome
from services.fetcher.politeness import Turns, key_of
from services.fetcher.poll import Parses, Retrieves
from services.fetcher.retrieve import Answer, Failure
from services.fetcher.worker import Job
from shared.records import Article

MOST_BYTES = 4_000_000
_ACCEPT = {"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}


async def read_page(
    feed: Feed,
    article: Article,
    *,
    web: Retrieves,
    sandbox: Parses,
    turns: Turns,
    clock: Callable[[], datetime],
) -> tuple[PageOutcome, Article | None]:
    """What came of the article's page, and the revision if it brought one."""
    key = key_of(feed, article.url, web.address_of)
    while later := turns.claim(key, feed, clock()):  # noqa: ASYNC110  turns come by the clock
        await asyncio.sleep(max(0.0, (later - clock()).total_seconds()))
    try:
        answer = await web.get(article.url, _ACCEPT, max_bytes=MOST_BYTES)
    finally:
        turns.done(key)
    if isinstance(answer, Failure) or answer.status != HTTPStatus.OK:
        return PageOutcome.FAILED, None
    done = await sandbox.parse(_job(feed, answer, clock()))
    if isinstance(done, Failure):
        return PageOutcome.FAILED, None
    revised = with_page(article, done.text, done.published, clock())
    return (PageOutcome.READ if revised else PageOutcome.NOTHING_MORE), revised


def _job(feed: Feed, answer: Answer, now: datetime) -> Job:
    return Job(
        body=answer.body,
        now=now,
        url=answer.url,
        content_type=answer.headers.get("content-type", ""),
        language=feed.language or "",
        time_zone=feed.time_zone,
        is_page=True,
    )
