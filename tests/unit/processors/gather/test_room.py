"""However much comes, a watch holds no more than there is room for, and tells nobody twice."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from services.processors.gather.room import Room
from services.processors.gather.stories import Decision, Stories
from shared.records import EventKind, Lane, Match

from .conftest import WATCH, a_reader, match

SMALL = Room(articles=3, of_a_story=2, closings=2, gone=4, at_start=4)
FAIR = Room(articles=6, share=2)
AMPLE = Room()
EVENTS = (
    "Fidan and Araghchi sign a gas deal in Ankara",
    "Strong earthquake shakes Van near border",
    "Border gate closed after clashes",
    "Wrestlers win four medals at championship",
    "Exhibition of carpets opens with concert",
    "Currency rates tumble despite intervention",
    "Bakery chain recalls pistachio biscuits",
    "Astronomers photograph distant comet",
)
WIRE = " ".join(f"word{number} of the long wire report about gas" for number in range(30))


class Processor:
    """Stories with the table that they write."""

    def __init__(self, room: Room, table: dict[str, bytes] | None = None) -> None:
        self.table = {} if table is None else table
        self.stories = Stories(WATCH, a_reader(), room)
        self.stories.restore(self.table, self.table.__getitem__)
        self.offset = sum("/e/" in key for key in self.table)

    def take(self, one: Match, lane: Lane = Lane.LIVE) -> Decision:
        decision = self.stories.step(one, f"articles.matched-0-{self.offset}", lane)
        self.offset += 1
        for key, value in decision.writes:
            if value is None:
                self.table.pop(key, None)
            else:
                self.table[key] = value
        return decision

    def take_all(self, matches: Iterable[Match], lane: Lane = Lane.LIVE) -> list[Decision]:
        return [self.take(one, lane) for one in matches]

    def written(self, kind: str) -> int:
        return sum(f"/{kind}/" in key for key in self.table)

    @property
    def headlines(self) -> list[str]:
        return [account.story.headline for account in self.stories.live.accounts.values()]


def articles(how_many: int) -> list[Match]:
    return [match(f"n{n}", EVENTS[n], hours=n) for n in range(how_many)]


def copies(how_many: int, hours: float = 0.0) -> list[Match]:
    return [
        match(f"c{n}", EVENTS[0], text=WIRE, outlet=f"o{n}", hours=hours + n / 60)
        for n in range(how_many)
    ]


def told_by(*outlets: str, before: int = 0) -> list[Match]:
    return [
        match(f"{outlet}{hour}", EVENTS[hour], hours=hour, outlet=outlet)
        for hour, outlet in enumerate(outlets, before)
    ]


def kinds(decision: Decision) -> Sequence[EventKind]:
    return [event.kind for event in decision.events]


def test_where_there_is_no_room_the_story_quiet_longest_closes() -> None:
    processor = Processor(SMALL)
    *_, last = processor.take_all(articles(4))
    assert kinds(last) == [EventKind.OPENED, EventKind.CLOSED]
    assert last.events[1].story.headline == EVENTS[0]
    assert processor.headlines == list(EVENTS[1:4])
    assert processor.written("s") == 3


def test_a_story_that_was_heard_of_since_stays() -> None:
    processor = Processor(SMALL)
    processor.take_all(articles(2))
    processor.take(match("again", EVENTS[0], outlet="irna", hours=3))
    processor.take(match("more", EVENTS[2], hours=4))
    assert processor.headlines == [EVENTS[0], EVENTS[2]]


def test_an_article_of_a_story_closed_early_opens_no_news_again() -> None:
    processor = Processor(SMALL)
    processor.take_all(articles(4))
    for one in (processor, Processor(SMALL, dict(processor.table))):
        revision = one.take(match("n0", f"{EVENTS[0]} today", hours=5))
        assert (revision.lane, kinds(revision)[0]) == (Lane.REPLAY, EventKind.OPENED)
        assert one.take(match("new", EVENTS[4], hours=6)).lane is Lane.LIVE


def test_only_so_many_such_articles_are_remembered() -> None:
    processor = Processor(SMALL)
    processor.take_all(articles(8))
    assert processor.written("g") == SMALL.gone
    processor.take(match("x", "Ferry line between two lakes reopens", hours=9))
    assert processor.written("g") == SMALL.gone


def test_a_restart_remembers_neither_more_nor_fewer() -> None:
    """Two went together, one since: where two are remembered, one of the pair is one too many."""
    processor = Processor(Room(articles=3, of_a_story=2, closings=1, gone=2))
    processor.take_all([*copies(2), *articles(5)[1:]])
    restarted = Processor(Room(articles=3, of_a_story=2, closings=1, gone=2), dict(processor.table))
    for one in (processor, restarted):
        revision = match("c1", f"{EVENTS[0]} now", text=WIRE, outlet="o1", hours=6)
        assert one.take(revision).lane is Lane.REPLAY


def test_a_replay_of_history_closes_history_and_no_news() -> None:
    processor = Processor(SMALL)
    processor.take_all(articles(3))
    processor.take_all(articles(6)[3:], Lane.REPLAY)
    assert processor.headlines == [*EVENTS[:3], EVENTS[5]]


def test_endless_copies_are_counted_and_not_held() -> None:
    processor = Processor(SMALL)
    *_, last = processor.take_all(copies(30))
    growth = last.events[0].story.growth
    assert growth is not None
    assert (kinds(last), growth.articles, growth.outlets) == ([EventKind.GREW], 30, 30)
    assert (growth.copies, growth.families) == (29, 30)
    assert len(processor.stories.live.signals) == SMALL.of_a_story
    assert processor.written("s") == SMALL.of_a_story + 1


def test_what_was_counted_is_known_after_a_recovery() -> None:
    processor = Processor(SMALL)
    processor.take_all(copies(10))
    processor.take(match("c0", f"{EVENTS[0]} now", text=WIRE, outlet="o0", hours=1))
    restored = Processor(SMALL, dict(processor.table))
    assert restored.stories.live.accounts == processor.stories.live.accounts
    (event,) = restored.take(copies(11)[-1]).events
    assert event.story.growth is not None
    assert event.story.growth.articles == 11


def test_endless_copies_close_no_other_story() -> None:
    processor = Processor(SMALL)
    processor.take(match("q", EVENTS[1]))
    processor.take_all(copies(30))
    assert processor.headlines == [EVENTS[1], EVENTS[0]]


def test_a_table_from_before_there_were_bounds_comes_up_within_them() -> None:
    before = Processor(AMPLE)
    before.take_all(articles(7))
    processor = Processor(SMALL, before.table)
    assert processor.headlines == list(EVENTS[4:7])
    decision = processor.take(match("x", EVENTS[7], hours=8))
    assert kinds(decision) == [EventKind.OPENED, EventKind.CLOSED]
    assert processor.headlines == [*EVENTS[5:7], EVENTS[7]]
    assert processor.written("s") == SMALL.articles
    assert Processor(SMALL, processor.table).headlines == processor.headlines


def test_what_found_no_room_in_it_is_not_told_again() -> None:
    before = Processor(AMPLE)
    before.take_all(articles(7))
    processor = Processor(SMALL, before.table)
    processor.take(match("x", EVENTS[7], hours=8))
    for one in (processor, Processor(SMALL, dict(processor.table))):
        assert one.take(match("n3", f"{EVENTS[3]} today", hours=9)).lane is Lane.REPLAY


def test_one_step_closes_only_so_many_stories() -> None:
    processor = Processor(Room(articles=8, closings=2))
    processor.take_all(articles(6))
    late = [match(f"z{n}", EVENTS[6 + n], hours=24 * 8 + n) for n in range(2)]
    assert [kinds(one).count(EventKind.CLOSED) for one in processor.take_all(late)] == [2, 2]


def test_who_floods_closes_no_story_of_another_outlet_but_its_own() -> None:
    processor = Processor(FAIR)
    processor.take_all(told_by("aa", "irna", "aa", *["flood"] * 5))
    assert processor.headlines == [*EVENTS[:3], *EVENTS[5:8]]


def test_what_another_outlet_tells_too_is_not_the_floods_own() -> None:
    processor = Processor(FAIR)
    processor.take_all(told_by("flood", "flood"))
    processor.take(match("again", EVENTS[0], outlet="aa", hours=1.5))
    processor.take_all(told_by("flood", "flood", "flood", "flood", before=2))
    assert processor.headlines == [EVENTS[0], *EVENTS[2:6]]


def test_of_two_that_flood_the_greater_loses_room_first() -> None:
    processor = Processor(FAIR)
    processor.take_all(told_by("one", "aa", "two", "two", "two", "one"))
    processor.take(match("x", EVENTS[6], outlet="irna", hours=6))
    assert processor.headlines == [*EVENTS[:2], *EVENTS[3:7]]


def test_editions_of_one_house_have_one_share() -> None:
    def edition(one: Match) -> Match:
        article = one.tagged.article
        source = replace(article.source, family="house")
        return replace(one, tagged=replace(one.tagged, article=replace(article, source=source)))

    processor = Processor(FAIR)
    processor.take_all(told_by("aa", "irna"))
    editions = told_by("house-en", "house-tr", "house-fa", "house-ar", "house-en", before=2)
    processor.take_all(map(edition, editions))
    assert processor.headlines == [*EVENTS[:2], *EVENTS[3:7]]


def test_where_each_article_has_another_name_no_more_is_lost_than_by_time_alone() -> None:
    names = [f"forged{n}" for n in range(5)]
    fair, blind = Processor(FAIR), Processor(Room(articles=6))
    for processor in (fair, blind):
        processor.take_all(told_by("aa", "aa", "irna", *names))
    assert fair.headlines == blind.headlines == list(EVENTS[2:8])


def test_a_replay_of_the_flood_closes_none_of_its_news() -> None:
    processor = Processor(FAIR)
    processor.take_all(told_by("aa", *["flood"] * 5))
    processor.take_all(told_by("flood", "flood", before=6), Lane.REPLAY)
    assert processor.headlines == [*EVENTS[:6], EVENTS[7]]


def test_a_table_from_before_there_were_shares_comes_up_and_the_flood_makes_room() -> None:
    before = Processor(Room(articles=6))
    before.take_all(told_by("aa", "irna", *["flood"] * 4))
    processor = Processor(FAIR, before.table)
    processor.take_all(told_by("flood", "flood", before=6))
    assert processor.headlines == [*EVENTS[:2], *EVENTS[4:8]]
    assert Processor(FAIR, processor.table).stories.live.accounts == processor.stories.live.accounts


def test_of_a_table_from_before_there_were_bounds_the_flood_finds_no_room() -> None:
    before = Processor(AMPLE)
    before.take_all(told_by("aa", "irna", *["flood"] * 4))
    before.take(match("again", EVENTS[2], outlet="aa", hours=7))
    fair, blind = Room(5, at_start=6, share=1), Room(5, at_start=6)
    assert Processor(fair, before.table).headlines == [*EVENTS[:3], EVENTS[5]]
    assert Processor(blind, before.table).headlines == [*EVENTS[2:6]]
