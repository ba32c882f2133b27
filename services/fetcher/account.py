"""Every entry of a document, accounted for: exactly one state each, and nothing lost to a cap.

    entry ▸ empty? ▸ too old? ▸ seen before, unchanged? ▸ too large? ▸ over quota? ▸ published

What is already seen never counts against the quota, so a document with more entries than the quota
is worked off over the next polls, which ask for the whole of it again (`complete` is False: the
validators of this answer must not be remembered).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from msgspec import Struct

from services.fetcher.catalogue import Feed
from services.fetcher.document import Entry
from services.fetcher.outcome import PUBLISHED, EntryState
from services.fetcher.state import SEEN_AT_LEAST
from shared.identity import article_id, fingerprint
from shared.records import Article, PublishedSource
from shared.urls import canonical

LARGEST = 600_000
"""Bytes of text in one article; the broker takes records of a million bytes."""

Seen = tuple[tuple[str, str], ...]
_SHORT = 16  # hex digits of an id or fingerprint kept in the memory: 64 bits


class Accounted(Struct, frozen=True, kw_only=True):
    """The ledger of one document. `states` has one state an entry, in the document's order."""

    states: tuple[EntryState, ...]
    articles: tuple[Article, ...]
    seen: Seen
    newest: datetime | None
    overflow: bool
    span: float

    @property
    def complete(self) -> bool:
        """Whether every entry was dealt with; False when some wait for the next poll."""
        return EntryState.OVER_QUOTA not in self.states

    @property
    def counts(self) -> Counter[EntryState]:
        """How many entries ended in each state."""
        return Counter(self.states)


def account(
    entries: Iterable[Entry],
    feed: Feed,
    *,
    seen: Seen,
    newest: datetime | None,
    now: datetime,
    quota: int | None = None,
    kept: int = SEEN_AT_LEAST,
) -> Accounted:
    """The ledger of a document fetched at `now`, given what was seen before.

    At most `quota` entries are published, the feed's own by default; `kept` older entries are
    remembered beyond those of this document.
    """
    entries = tuple(entries)
    quota = feed.max_entries if quota is None else quota
    memory, fresh = _marks(seen), _marks(())
    states: list[EntryState] = []
    articles: list[Article] = []
    for entry in entries:
        article = _article(entry, feed, now)
        key, mark = article.id[:_SHORT], article.fingerprint[:_SHORT]
        known = memory.get(key, set()) | fresh.get(key, set())
        state = _state(entry, article, feed, now, known)
        if state in PUBLISHED and len(articles) >= quota:
            state = EntryState.OVER_QUOTA
        if state in PUBLISHED:
            articles.append(article)
        if state in PUBLISHED or state is EntryState.SEEN:
            fresh.setdefault(key, set()).add(mark)
        states.append(state)
    dates = [entry.published for entry in entries if entry.published]
    return Accounted(
        states=tuple(states),
        articles=tuple(articles),
        seen=_merged(memory, fresh, kept),
        newest=max(dates, default=None) if newest is None else max((*dates, newest)),
        overflow=_overflow(states, dates, newest, seen),
        span=(max(dates) - min(dates)).total_seconds() if dates else 0.0,
    )


def _state(
    entry: Entry, article: Article, feed: Feed, now: datetime, known: set[str]
) -> EntryState:
    if entry.is_empty:
        return EntryState.UNPARSABLE
    if article.fingerprint[:_SHORT] in known:
        return EntryState.SEEN
    if entry.published and entry.published < now - timedelta(days=feed.max_age_days):
        return EntryState.FILTERED
    if _size(article) > LARGEST:
        return EntryState.TOO_LARGE
    if known:
        return EntryState.REVISED
    return EntryState.NEW if entry.published else EntryState.UNDATED


def _article(entry: Entry, feed: Feed, now: datetime) -> Article:
    link = entry.link or feed.url
    # An entry without a page of its own is known by its id in its feed, else by its content.
    mark = fingerprint(entry.title, entry.summary, entry.text)
    identity = canonical(link) if _is_page(entry.link) else f"{feed.url}#{entry.id or mark}"
    return Article(
        id=article_id(identity),
        url=canonical(link),
        title=entry.title,
        summary=entry.summary,
        text=entry.text,
        published=entry.published or now,
        published_source=PublishedSource.FEED if entry.published else PublishedSource.FIRST_SEEN,
        first_seen=now,
        fingerprint=mark,
        source=feed.source,
    )


def _is_page(link: str) -> bool:
    parts = urlsplit(link)
    return parts.path.strip("/") != "" or bool(parts.query)


def _size(article: Article) -> int:
    return sum(len(part.encode()) for part in (article.title, article.summary, article.text))


def _marks(seen: Seen) -> dict[str, set[str]]:
    marks: dict[str, set[str]] = {}
    for key, mark in seen:
        marks.setdefault(key, set()).add(mark)
    return marks


def _merged(memory: dict[str, set[str]], fresh: dict[str, set[str]], most: int) -> Seen:
    """What to remember: this document's entries last, and of the older ones the latest.

    An entry may have several marks: some feeds list one link twice with different words.
    """
    older = [item for item in memory.items() if item[0] not in fresh]
    kept = (*older[-most:], *fresh.items())
    return tuple((key, mark) for key, marks in kept for mark in sorted(marks))


def _overflow(
    states: list[EntryState], dates: list[datetime], newest: datetime | None, seen: Seen
) -> bool:
    """Whether the window moved past what was seen: entries may have come and gone unseen."""
    if not seen or not states or EntryState.SEEN in states or EntryState.REVISED in states:
        return False
    return newest is not None and bool(dates) and min(dates) > newest
