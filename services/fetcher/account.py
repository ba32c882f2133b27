"""Every entry of a document, accounted for: exactly one state each, and nothing lost to a cap.

    entry ▸ empty? ▸ too old? ▸ seen before, unchanged? ▸ too large? ▸ over quota? ▸ published

What is already seen never counts against the quota, so a document with more entries than the quota
is worked off over the next polls, which ask for the whole of it again (`complete` is False: the
validators of this answer must not be remembered). A long document is accounted for part by part;
what comes after the part in which the quota ended is over quota unread.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from msgspec import Struct

from services.fetcher.catalogue import Feed
from services.fetcher.document import Entry
from services.fetcher.marks import MARK, mark_of, packed, unpacked
from services.fetcher.outcome import PUBLISHED, EntryState
from services.fetcher.state import SEEN_AT_LEAST
from shared.identity import article_id, fingerprint
from shared.records import Article, PublishedSource
from shared.urls import canonical

LARGEST = 600_000
"""Bytes of text in one article; the broker takes records of a million bytes."""

MOST_MARKS = 102_000
"""Marks that one memory may hold, whatever the feed does; more would not fit into a record."""


class Accounted(Struct, frozen=True, kw_only=True):
    """The ledger of one document. `states` has one state an entry, in the document's order."""

    states: tuple[EntryState, ...]
    articles: tuple[Article, ...]
    marks: bytes
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


class Ledger:
    """Accounts for the entries of a document fetched at `now`, part by part, given what was seen.

    At most `quota` entries are published, the feed's own by default; `kept` older entries are
    remembered beyond those of this document, and all of them while some wait.
    """

    def __init__(
        self,
        feed: Feed,
        *,
        marks: bytes,
        newest: datetime | None,
        now: datetime,
        quota: int | None = None,
        kept: int = SEEN_AT_LEAST,
    ) -> None:
        self._feed, self._now, self._newest, self._kept = feed, now, newest, kept
        self._quota = feed.max_entries if quota is None else quota
        self._memory, self._fresh = unpacked(marks), unpacked(b"")
        self._states: list[EntryState] = []
        self._articles: list[Article] = []
        self._dates: list[datetime] = []

    @property
    def is_full(self) -> bool:
        """Whether the quota is used up: no further entry will be published."""
        return len(self._articles) >= self._quota

    def add(self, entries: Iterable[Entry]) -> None:
        """Account for the document's next entries."""
        for entry in entries:
            self._states.append(self._one(entry))
            if entry.published:
                self._dates.append(entry.published)

    def _one(self, entry: Entry) -> EntryState:
        article = _article(entry, self._feed, self._now)
        key, mark = mark_of(article)
        known = self._memory.get(key, set()) | self._fresh.get(key, set())
        state = _state(entry, article, self._feed, self._now, is_seen=mark in known)
        if state is EntryState.NEW and known:
            state = EntryState.REVISED
        elif state is EntryState.NEW and not entry.published:
            state = EntryState.UNDATED
        if state in PUBLISHED and self.is_full:
            state = EntryState.OVER_QUOTA
        if state in PUBLISHED:
            self._articles.append(article)
        if state in PUBLISHED or state is EntryState.SEEN:
            self._fresh.setdefault(key, set()).add(mark)
        return state

    def close(self, total: int | None = None) -> Accounted:
        """The ledger of a document of so many entries; those not added wait for the next poll."""
        unread = 0 if total is None else max(0, total - len(self._states))
        states = (*self._states, *[EntryState.OVER_QUOTA] * unread)
        dates, newest = self._dates, self._newest
        waiting = EntryState.OVER_QUOTA in states
        return Accounted(
            states=states,
            articles=tuple(self._articles),
            marks=self._marks(MOST_MARKS if waiting else self._kept),
            newest=max(dates, default=None) if newest is None else max((*dates, newest)),
            overflow=_overflow(states, dates, newest) if self._memory else False,
            span=(max(dates) - min(dates)).total_seconds() if dates else 0.0,
        )

    def _marks(self, kept: int) -> bytes:
        """What to remember: this document's entries last, and of the older ones the latest."""
        older = [item for item in self._memory.items() if item[0] not in self._fresh]
        return packed((*older[-kept:], *self._fresh.items()))[-MOST_MARKS * MARK :]


def account(
    entries: Iterable[Entry],
    feed: Feed,
    *,
    marks: bytes,
    newest: datetime | None,
    now: datetime,
) -> Accounted:
    """The ledger of a whole document fetched at `now`, given what was seen before."""
    ledger = Ledger(feed, marks=marks, newest=newest, now=now)
    ledger.add(entries)
    return ledger.close()


def _state(
    entry: Entry, article: Article, feed: Feed, now: datetime, *, is_seen: bool
) -> EntryState:
    """NEW stands for everything that is to be published."""
    if entry.is_empty:
        return EntryState.UNPARSABLE
    if is_seen:
        return EntryState.SEEN
    if entry.published and entry.published < now - timedelta(days=feed.max_age_days):
        return EntryState.FILTERED
    return EntryState.TOO_LARGE if _size(article) > LARGEST else EntryState.NEW


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


def _overflow(
    states: tuple[EntryState, ...], dates: list[datetime], newest: datetime | None
) -> bool:
    """Whether the window moved past what was seen: entries may have come and gone unseen."""
    if not states or EntryState.SEEN in states or EntryState.REVISED in states:
        return False
    return newest is not None and bool(dates) and min(dates) > newest
