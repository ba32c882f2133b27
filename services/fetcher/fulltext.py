"""Which articles want their page read, and what the page makes of them.

The first publication never waits: the article goes out with the feed's words, and the page's text
follows as a revision under the same id. Until then it waits in the feed's memory, so that a fetcher
that dies hands the rest over.
"""

from datetime import datetime

from msgspec import structs

from services.fetcher.catalogue import Feed, FullText
from shared.codec import encode
from shared.identity import fingerprint
from shared.records import Article, PublishedSource

ONLY_A_LINE = 400
"""Characters below which the feed's own text counts as a line."""
MOST_WAITING = 100
"""Pages waiting for one feed; the oldest beyond that keep the feed's text."""
MOST_BYTES_WAITING = 300_000
"""Bytes of the articles that wait, likewise: they are part of the feed's memory, one record."""
LARGEST = 500_000
"""Characters of a page's text that are kept."""


def wanted(feed: Feed, articles: tuple[Article, ...]) -> tuple[Article, ...]:
    """Those of the articles whose page should be read."""
    if feed.full_text is FullText.NEVER:
        return ()
    pages = (article for article in articles if article.url != feed.url)
    if feed.full_text is FullText.ALWAYS:
        return tuple(pages)
    return tuple(a for a in pages if max(len(a.text), len(a.summary)) < ONLY_A_LINE)


def queued(waiting: tuple[Article, ...], more: tuple[Article, ...]) -> tuple[Article, ...]:
    """What waits now: the latest revision of each article, the oldest first."""
    latest = {article.id: article for article in (*waiting, *more)}
    kept: list[Article] = []
    room = MOST_BYTES_WAITING
    for article in reversed(latest.values()):
        room -= len(encode(article))
        if room < 0 or len(kept) == MOST_WAITING:
            break
        kept.append(article)
    return tuple(reversed(kept))


def with_page(
    article: Article, text: str, published: datetime | None, now: datetime
) -> Article | None:
    """The article with its page's text, or None where the page has no more than the feed had."""
    if len(text) <= max(len(article.text), len(article.summary)):
        return None
    text = text[:LARGEST]
    dated = article.published_source is not PublishedSource.FIRST_SEEN or published is None
    return structs.replace(
        article,
        text=text,
        first_seen=now,
        fingerprint=fingerprint(article.title, article.summary, text),
        published=article.published if dated else published,
        published_source=article.published_source if dated else PublishedSource.PAGE,
    )
