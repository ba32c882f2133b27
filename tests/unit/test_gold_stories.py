"""The story sets are well-formed; no event is in both splits; near misses stay together."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import msgspec

STORIES = Path(__file__).parents[1] / "data" / "gold" / "stories"


class Told(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    event: str
    language: str
    title: str
    text: str
    published: datetime
    outlet: str
    near_miss_of: str | None = None
    copy_of: str | None = None


class Side(msgspec.Struct, forbid_unknown_fields=True):
    title: str
    text: str
    url: str


class Pair(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    language: str
    same: bool
    first: Side
    second: Side


class Report(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    event: str
    language: str
    published: datetime
    digest: str
    source: str = ""
    round: int = 1


def read(name: str) -> list[Told]:
    lines = (STORIES / name).read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Told) for line in lines]


def read_pairs(name: str) -> list[Pair]:
    lines = (STORIES / name).read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Pair) for line in lines]


TUNE, TEST = read("tune.jsonl"), read("test.jsonl")
SHORT_TUNE, SHORT_TEST = read("short_tune.jsonl"), read("short_test.jsonl")
SETS = (TUNE, TEST, SHORT_TUNE, SHORT_TEST)
ALL = TUNE + TEST
PAIRS_TUNE = read_pairs("tgcontest_pairs_tune.jsonl")
PAIRS_TEST = read_pairs("tgcontest_pairs_test.jsonl")

LANGUAGES: dict[str, set[str]] = defaultdict(set)
for told in ALL:
    LANGUAGES[told.event].add(told.language)


def test_ids_and_texts_are_unique() -> None:
    every = [told for articles in SETS for told in articles]
    assert max(Counter(told.id for told in every).values()) == 1
    assert max(Counter((told.title, told.text) for told in every).values()) == 1


def test_no_event_is_in_two_sets() -> None:
    events = [event for articles in SETS for event in {told.event for told in articles}]
    assert len(events) == len(set(events))


def test_a_near_miss_is_in_the_split_of_what_it_nearly_is() -> None:
    for articles in SETS:
        events = {told.event for told in articles}
        missed = {told.near_miss_of for told in articles} - {None}
        assert missed <= events


def test_a_copy_is_of_an_article_of_the_same_event_and_language() -> None:
    known = {told.id: told for told in ALL}
    for told in ALL:
        if told.copy_of:
            source = known[told.copy_of]
            assert (source.event, source.language) == (told.event, told.language)
            assert source.published <= told.published


def test_articles_come_in_order_of_publication_in_utc() -> None:
    for articles in SETS:
        times = [told.published for told in articles]
        assert times == sorted(times)
        assert all(time.tzinfo == UTC for time in times)


def test_an_event_is_told_within_two_days() -> None:
    times = defaultdict(list)
    for told in ALL:
        times[told.event].append(told.published)
    spans = {event: max(seen) - min(seen) for event, seen in times.items()}
    assert [event for event, span in spans.items() if span.days >= 2] == []


def test_there_are_as_many_events_and_languages_as_promised() -> None:
    assert len(LANGUAGES) >= 90
    assert all(2 <= len(languages) <= 6 for languages in LANGUAGES.values())
    assert set().union(*LANGUAGES.values()) == {"ar", "fa", "tr", "en", "ru", "de"}
    persian = sum("fa" in languages for languages in LANGUAGES.values())
    assert persian * 2 >= len(LANGUAGES)


def test_both_splits_have_near_misses_copies_and_every_language() -> None:
    for articles in (TUNE, TEST):
        assert len({told.event for told in articles}) >= 40
        assert sum(told.near_miss_of is not None for told in articles) >= 60
        assert sum(told.copy_of is not None for told in articles) >= 5
        assert {told.language for told in articles} == {"ar", "fa", "tr", "en", "ru", "de"}


def test_the_short_items_are_short_and_told_by_two_to_four_in_one_week() -> None:
    for articles in (SHORT_TUNE, SHORT_TEST):
        reports = Counter(told.event for told in articles)
        assert len(reports) >= 30
        assert all(2 <= count <= 4 for count in reports.values())
        assert all(len(told.title) + len(told.text) <= 250 for told in articles)
        assert (articles[-1].published - articles[0].published).days <= 7
        assert sum(told.near_miss_of is not None for told in articles) >= 50


def test_the_real_pairs_are_disjoint_and_of_both_verdicts() -> None:
    def articles(pairs: list[Pair]) -> set[str]:
        return {side.url for pair in pairs for side in (pair.first, pair.second)}

    assert articles(PAIRS_TUNE) & articles(PAIRS_TEST) == set()
    for pairs in (PAIRS_TUNE, PAIRS_TEST):
        verdicts = Counter((pair.language, pair.same) for pair in pairs)
        assert len(pairs) >= 100
        assert all(verdicts[language, same] >= 8 for language in ("ru", "en") for same in (0, 1))


def test_reports_that_are_not_kept_are_labelled_and_split_by_event() -> None:
    folder = STORIES.parent / "web_stories"
    tune, test = (
        [
            msgspec.json.decode(line, type=Report)
            for line in (folder / name).read_bytes().splitlines()
        ]
        for name in ("tune.jsonl", "test.jsonl")
    )
    assert len({one.digest for one in tune + test}) == len(tune + test)
    assert {one.event for one in tune}.isdisjoint(one.event for one in test)
