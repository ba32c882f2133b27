from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from services.fetcher.account import MOST_MARKS, Accounted, Ledger, account
from services.fetcher.catalogue import Feed
from services.fetcher.document import Entry
from services.fetcher.marks import MARK, older, packed, unpacked
from services.fetcher.outcome import PUBLISHED, EntryState
from services.fetcher.state import FeedState, remembered
from shared.codec import encode
from shared.records import PublishedSource
from shared.topics import MAX_RECORD

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FEED = Feed(id="f", url="https://news.example/rss", outlet="News")


def entry(number: int, title: str = "t", *, age_days: float | None = 0.1, link: str = "") -> Entry:
    return Entry(
        id=str(number),
        link=link or f"https://news.example/a/{number}",
        title=title,
        published=None if age_days is None else NOW - timedelta(days=age_days),
    )


def ledger(*entries: Entry, feed: Feed = FEED, after: Accounted | None = None) -> Accounted:
    marks, newest = (after.marks, after.newest) if after else (b"", None)
    return account(entries, feed, marks=marks, newest=newest, now=NOW)


def test_a_new_entry_is_published_and_the_next_time_it_is_already_seen() -> None:
    first = ledger(entry(1), entry(2))
    assert first.states == (EntryState.NEW, EntryState.NEW)
    assert {article.published_source for article in first.articles} == {PublishedSource.FEED}
    assert ledger(entry(1), entry(2), after=first).states == (EntryState.SEEN, EntryState.SEEN)


def test_other_words_under_the_same_link_are_a_revision_with_the_same_id() -> None:
    first = ledger(entry(1))
    second = ledger(entry(1, "other"), after=first)
    assert second.states == (EntryState.REVISED,)
    assert second.articles[0].id == first.articles[0].id
    assert ledger(entry(1), after=second).states == (EntryState.REVISED,)  # and back again


def test_one_link_twice_with_different_words_does_not_flap() -> None:
    first = ledger(entry(1, "a"), entry(1, "b"))
    assert first.states == (EntryState.NEW, EntryState.REVISED)
    assert set(ledger(entry(1, "a"), entry(1, "b"), after=first).states) == {EntryState.SEEN}


def test_an_undated_entry_is_published_with_the_time_it_was_first_seen() -> None:
    first = ledger(entry(1, age_days=None))
    assert first.states == (EntryState.UNDATED,)
    assert first.articles[0].published == NOW
    assert first.articles[0].published_source is PublishedSource.FIRST_SEEN


def test_an_old_entry_is_filtered_and_an_empty_one_is_unparsable() -> None:
    assert ledger(entry(1, age_days=31), entry(2, "")).states == (
        EntryState.FILTERED,
        EntryState.UNPARSABLE,
    )


def test_an_entry_of_a_million_bytes_is_too_large_for_the_broker() -> None:
    assert ledger(entry(1, "ğ" * 300_001)).states == (EntryState.TOO_LARGE,)


def test_entries_without_a_page_of_their_own_are_told_apart_by_their_id() -> None:
    home = "https://news.example/"
    both = ledger(entry(1, link=home), entry(2, link=home))
    assert both.states == (EntryState.NEW, EntryState.NEW)
    assert both.articles[0].id != both.articles[1].id


def test_a_page_that_only_its_query_tells_apart_is_one_whatever_the_feed_calls_it() -> None:
    first = ledger(entry(1, link="https://news.example/?p=7"))
    again = ledger(entry(2, link="https://news.example/?p=7"), after=first)
    assert again.states == (EntryState.SEEN,)


def test_a_window_that_moved_past_everything_seen_is_an_overflow() -> None:
    first = ledger(entry(1, age_days=2))
    assert not first.overflow
    assert ledger(entry(2, age_days=1), after=first).overflow
    assert not ledger(entry(2, age_days=1), entry(1, age_days=2), after=first).overflow
    assert not ledger(entry(3, age_days=3), after=first).overflow
    revised = entry(1, "other", age_days=1)
    assert not ledger(revised, entry(2, age_days=1), after=first).overflow
    assert not ledger(after=first).overflow
    assert not ledger(entry(2, age_days=None), after=first).overflow


@settings(max_examples=400)
@given(
    entries=st.lists(
        st.builds(
            entry,
            st.integers(0, 8),
            st.sampled_from(["", "a", "b"]),
            age_days=st.sampled_from([None, 0.5, 1, 40]),
        ),
        max_size=12,
    ),
    quota=st.integers(1, 4),
)
def test_every_entry_has_one_state_and_a_cap_never_loses_a_tail(
    entries: list[Entry], quota: int
) -> None:
    """Polled until complete, a document publishes what it would without a quota, each once."""
    feed = FEED.model_copy(update={"max_entries": quota})
    whole = ledger(*entries)
    published: list[tuple[str, str]] = []
    now = None
    for _ in range(len(entries) + 1):
        now = ledger(*entries, feed=feed, after=now)
        assert len(now.states) == len(entries) == sum(now.counts.values())
        assert len(now.articles) == sum(now.counts[s] for s in PUBLISHED) <= quota
        published += [(article.id, article.fingerprint) for article in now.articles]
        if now.complete:
            break
    assert now is not None
    assert now.complete
    assert set(published) == {(a.id, a.fingerprint) for a in whole.articles}
    assert len(set(published)) == len(published)
    assert unpacked(now.marks) == unpacked(whole.marks)


@given(
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=6),
    quota=st.integers(1, 5),
)
def test_a_document_in_parts_is_accounted_for_as_in_one(sizes: list[int], quota: int) -> None:
    """Read part by part until the quota, poll after poll, it publishes the same."""
    entries = [entry(number) for number in range(sum(sizes))]
    feed = FEED.model_copy(update={"max_entries": quota})
    marks, published, polls = b"", [], 0
    while True:
        one, left = Ledger(feed, marks=marks, newest=None, now=NOW), list(entries)
        for size in sizes:
            one.add(left[:size])
            del left[:size]
            if one.is_full:
                break
        told = one.close(len(entries))
        assert len(told.states) == len(entries)
        marks, polls = told.marks, polls + 1
        published += [article.id for article in told.articles]
        if told.complete:
            break
    assert published == [article.id for article in ledger(*entries).articles]
    assert polls <= len(entries) // quota + 1


def test_while_entries_wait_nothing_that_was_seen_is_forgotten_and_then_the_latest_are_kept() -> (
    None
):
    known = packed({number.to_bytes(8): {b"mark"} for number in range(5000)})
    feed = FEED.model_copy(update={"max_entries": 1})
    waiting = account([entry(1), entry(2)], feed, marks=known, newest=None, now=NOW)
    assert len(unpacked(waiting.marks)) == 5001
    done = account([entry(1), entry(2)], feed, marks=waiting.marks, newest=None, now=NOW)
    assert len(unpacked(done.marks)) == 1002


def test_all_that_the_last_document_had_is_remembered_however_little_else_is() -> None:
    first = ledger(*(entry(number) for number in range(5)))
    again = Ledger(FEED, marks=first.marks, newest=first.newest, now=NOW, kept=1)
    again.add([entry(0), entry(2), entry(9)])
    then = ledger(*(entry(number) for number in (0, 1, 2, 3, 4, 9)), after=again.close())
    seen, new = EntryState.SEEN, EntryState.NEW
    assert then.states == (seen, new, seen, new, seen, seen)


def test_the_memory_of_the_longest_document_fits_into_a_record() -> None:
    many = {number.to_bytes(8): {b"mark"} for number in range(MOST_MARKS + 5000)}
    feed = FEED.model_copy(update={"max_entries": 1})
    told = account([entry(1), entry(2)], feed, marks=packed(many), newest=None, now=NOW)
    assert len(told.marks) == 12 * MOST_MARKS
    assert len(encode(FeedState(feed="f", marks=told.marks))) < MAX_RECORD - 400_000


def test_a_memory_of_the_first_version_is_still_read() -> None:
    first = ledger(entry(1), entry(2))
    pairs = tuple((a.id[:16], a.fingerprint[:16]) for a in first.articles)
    assert older(pairs) == first.marks
    state = FeedState(feed="f", catalogue_url="https://news.example/rss", seen=pairs)
    assert remembered(state, "f", state.catalogue_url).marks == first.marks
    both = structs.replace(state, marks=first.marks[:MARK])
    assert remembered(both, "f", state.catalogue_url).marks == first.marks + first.marks[:MARK]
    assert not remembered(both, "f", state.catalogue_url).seen
