"""The contract with the shell: what is written, what is told, and what a crash in between does."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.processors.gather import stories as module
from services.processors.gather.room import Room
from services.processors.gather.steps import pack_step, seq_of, unpack_step
from services.processors.gather.stories import Decision, Stories, watch_of
from shared.codec import encode
from shared.records import EventKind, Lane, Level, Match, Relation, Role, StoryEvent

from .conftest import START, WATCH, a_reader, match

Table = dict[str, bytes]
GAS = "Fidan and Araghchi sign a gas deal in Ankara"
QUAKE = "Strong earthquake shakes Van near the border"
BLOCS = ("arab", "iranian-state", "turkish-pro-government", "western")
BRIDGED = (
    "bank border orchard drone",
    "bank copper harbour tariff",
    "bank drone border copper harbour",
    "bank border orchard tariff copper harbour",
)
"""Two stories, an article that joins one of them, and one that shows the two to be one."""
LONG = " ".join(f"word{number} of the long wire report about gas" for number in range(30))


def origin(offset: int) -> str:
    return f"articles.matched-0-{offset}"


def write(table: Table, decision: Decision, how_many: int | None = None) -> None:
    for key, value in decision.writes[:how_many]:
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value


def run(matches: Sequence[Match], lane: Lane = Lane.LIVE) -> list[StoryEvent]:
    stories = Stories(WATCH, a_reader(blocs=BLOCS))
    return [
        event
        for offset, one in enumerate(matches)
        for event in stories.step(one, origin(offset), lane).events
    ]


def test_a_first_article_opens_a_story() -> None:
    (event,) = run([match("a", GAS)])
    assert event.kind is EventKind.OPENED
    assert [one.role for one in event.story.articles] == [Role.ORIGINAL]


def test_a_copy_joins_and_says_what_is_new() -> None:
    _, grew = run([match("a", GAS, text=LONG), match("b", GAS, text=LONG, outlet="irna", hours=1)])
    assert grew.kind is EventKind.GREW
    assert grew.role is Role.COPY
    assert "family:irna" in grew.new
    assert grew.story.growth is not None
    assert (grew.story.growth.articles, grew.story.growth.copies) == (2, 1)


def test_another_event_is_another_story() -> None:
    first, second = run([match("a", GAS), match("b", QUAKE)])
    assert first.story.id != second.story.id


def test_the_same_article_twice_is_told_once() -> None:
    assert len(run([match("a", GAS), match("a", GAS)])) == 1


def test_a_revision_says_what_changed() -> None:
    _, revised = run([match("a", "56 hurt in Van quake"), match("a", "58 hurt in Van quake")])
    assert revised.kind is EventKind.REVISED
    assert {(one.what, one.before, one.after) for one in revised.changed} >= {
        ("numbers", "56", "58")
    }
    assert revised.story.headline == "58 hurt in Van quake"
    assert revised.new == ("number:58",)


def test_a_counter_is_no_revision() -> None:
    before = match("a", GAS, text="Signed today. 120 views. Updated 5 minutes ago")
    after = match("a", GAS, text="Signed today. 340 views. Updated 9 minutes ago")
    assert len(run([before, after])) == 1


def test_one_word_in_a_long_text_is_no_revision() -> None:
    assert len(run([match("a", GAS, text=LONG), match("a", GAS, text=f"{LONG} words")])) == 1


def test_a_story_closes_seven_days_after_its_last_article() -> None:
    events = run([match("a", GAS), match("b", QUAKE, hours=24 * 7 + 1)])
    assert [event.kind for event in events] == [
        EventKind.OPENED,
        EventKind.OPENED,
        EventKind.CLOSED,
    ]
    assert events[2].story.headline == GAS


def test_history_stays_in_its_lane_and_news_opens_when_it_comes() -> None:
    stories = Stories(WATCH, a_reader(blocs=BLOCS))
    old = stories.step(match("a", GAS, text=LONG), origin(0), Lane.REPLAY)
    new = stories.step(match("b", GAS, text=LONG, outlet="irna"), origin(1), Lane.LIVE)
    assert (old.lane, old.events[0].kind) == (Lane.REPLAY, EventKind.OPENED)
    assert (new.lane, new.events[0].kind) == (Lane.LIVE, EventKind.OPENED)


def test_a_late_article_opens_no_news() -> None:
    stories = Stories(WATCH, a_reader(blocs=BLOCS))
    late = match("a", GAS, published=START - timedelta(days=4))
    assert stories.step(late, origin(0), Lane.LIVE).lane is Lane.REPLAY


@pytest.mark.parametrize("news", [True, False])
def test_a_late_article_makes_no_history_news_and_adds_to_what_is(*, news: bool) -> None:
    long_ago = START - timedelta(days=4)
    stories = Stories(WATCH, a_reader())
    first = match("a", GAS, text=LONG, published=None if news else long_ago)
    stories.step(first, origin(0), Lane.LIVE)
    late = match("b", GAS, text=LONG, outlet="irna", published=START - timedelta(days=3.1))
    lane = stories.step(late, origin(1), Lane.LIVE).lane
    assert lane is (Lane.LIVE if news else Lane.REPLAY)


def test_silence_is_told_once_when_others_have_spoken() -> None:
    outlets = [("aa", "turkish-pro-government"), ("irna", "iranian-state"), ("ap", "western")]
    copies = [
        match(name, GAS, text=LONG, outlet=name, bloc=bloc, hours=hour)
        for hour, (name, bloc) in enumerate(outlets)
    ]
    later = [match(f"q{n}", f"{QUAKE} {n} {'x' * n}", hours=7 + n) for n in range(3)]
    silences = [event for event in run([*copies, *later]) if event.new and not event.article]
    assert [event.new for event in silences] == [("silence:arab",)]
    assert silences[0].story.blocs[0].outlet == "aa"
    assert silences[0].story.blocs[1].lag_s == 3600


def test_nobody_is_called_silent_before_six_hours() -> None:
    outlets = [("aa", "turkish-pro-government"), ("irna", "iranian-state"), ("ap", "western")]
    copies = [match(name, GAS, text=LONG, outlet=name, bloc=bloc) for name, bloc in outlets]
    for hours, silences in ((5.9, 0), (6, 1)):
        events = run([*copies, match("q", QUAKE, hours=hours)])
        assert sum(not event.article for event in events) == silences


def test_a_silence_is_told_of_news_alone_and_by_news_alone() -> None:
    outlets = [("aa", "turkish-pro-government"), ("irna", "iranian-state"), ("ap", "western")]
    copies = [match(name, GAS, text=LONG, outlet=name, bloc=bloc) for name, bloc in outlets]
    for lanes in ((Lane.REPLAY, Lane.LIVE), (Lane.LIVE, Lane.REPLAY)):
        stories = Stories(WATCH, a_reader(blocs=BLOCS))
        for offset, one in enumerate(copies):
            stories.step(one, origin(offset), lanes[0])
        (opened,) = stories.step(match("q", QUAKE, hours=7), origin(3), lanes[1]).events
        assert opened.kind is EventKind.OPENED


def test_a_text_that_comes_again_after_days_is_no_copy() -> None:
    for hours, role in ((72, Role.COPY), (73, Role.FOLLOW_UP), (84, Role.ORIGINAL)):
        again = match("b", f"{QUAKE} again", text=f"{LONG} {UNDER_ALL}", outlet="irna", hours=hours)
        _, last = run([match("a", GAS, text=f"{LONG} {UNDER_ALL}"), again])
        assert last.role is role


def test_what_has_too_few_words_to_tell_an_event_opens_a_story_of_its_own() -> None:
    events = run([match("a", "Iran video"), match("b", "Iran video", outlet="irna")])
    assert [event.kind for event in events] == [EventKind.OPENED] * 2


def test_a_late_article_joins_no_story_that_lives_in_another_week() -> None:
    for hours, kind in ((0, EventKind.OPENED), (240, EventKind.GREW)):
        stories = Stories(WATCH, a_reader())
        stories.step(match("a", GAS, hours=300), origin(0), Lane.LIVE)
        late = match("b", f"{GAS} today", outlet="irna", hours=hours)
        assert [event.kind for event in stories.step(late, origin(1), Lane.REPLAY).events] == [kind]


def test_what_is_told_a_day_after_a_story_began_follows_it_up() -> None:
    for hours, role in ((24, Role.OWN_REPORT), (24.5, Role.FOLLOW_UP)):
        _, grew = run([match("a", BRIDGED[0]), match("b", BRIDGED[2], outlet="irna", hours=hours)])
        assert grew.role is role


def test_a_report_finds_the_story_of_an_article_that_was_revised() -> None:
    first, revised = match("a", BRIDGED[0]), match("a", f"{BRIDGED[0]} today", hours=1)
    *_, grew = run([first, revised, match("b", BRIDGED[2], outlet="irna", hours=2)])
    assert (grew.kind, grew.role) == (EventKind.GREW, Role.OWN_REPORT)


def bridged(**told: Any) -> list[Match]:
    return [
        match(f"b{n}", title, hours=n, outlet=bloc, bloc=bloc, **told)
        for n, (title, bloc) in enumerate(zip(BRIDGED, BLOCS, strict=True))
    ]


def test_an_article_that_shows_two_stories_to_be_one_makes_them_one() -> None:
    first, second, third, grew, merged = run(bridged())
    assert third.kind is EventKind.GREW  # resembles both, whose own articles do not agree yet
    assert (grew.kind, merged.kind) == (EventKind.GREW, EventKind.MERGED)
    assert merged.story.id == first.story.id  # the earliest survives
    assert merged.merged == (second.story.id,) == merged.story.merged
    assert [one.id for one in merged.story.articles] == ["b0", "b1", "b2", "b3"]
    assert len({event.id for event in (first, second, third, grew, merged)}) == 5


def test_nothing_more_comes_of_a_story_that_is_part_of_another() -> None:
    *_, merged = run(bridged())
    again = match("c", BRIDGED[1], hours=5, outlet="reuters")
    last = match("z", QUAKE, hours=24 * 9)
    told_of = [event for event in run([*bridged(), again, last]) if event.article != "z"][5:]
    assert [event.kind for event in told_of] == [EventKind.GREW, EventKind.CLOSED]
    assert {event.story.id for event in told_of} == {merged.story.id}
    assert told_of[1].story.growth is not None
    assert told_of[1].story.growth.articles == 5


def test_a_story_that_was_two_leaves_nothing_behind_when_it_closes() -> None:
    table, stories = Table(), Stories(WATCH, a_reader(blocs=BLOCS))
    for offset, one in enumerate([*bridged(), match("z", QUAKE, hours=24 * 9)]):
        write(table, stories.step(one, origin(offset), Lane.LIVE))
    assert [seq_of(key)[1] for key in table if "/s/" in key] == [5]


def test_what_is_new_in_a_story_is_said_and_nothing_else() -> None:
    first = match("a", GAS, text=LONG, entities=["fidan"])
    second = match("b", f"{GAS} for 58 years", text=LONG, outlet="irna", bloc="western",
                   language="tr", entities=["fidan", "araghchi"])  # fmt: skip
    article = second.tagged.article
    abroad = replace(article, source=replace(article.source, home="US"))
    third = replace(second, tagged=replace(second.tagged, article=abroad, topics=("energy",)))
    weak = {WATCH: Relation(level=Level.CO_MENTION, score=0.4)}
    _, grew = run([replace(first, tagged=replace(first.tagged, relations=weak)), third])
    assert {*grew.new} == {
        "language:tr", "family:irna", "country:US", "bloc:western", "entity:araghchi",
        "number:58", "topic:energy", "level:bilateral",
    }  # fmt: skip


def test_keys_belong_to_their_watch() -> None:
    decision = Stories(WATCH, a_reader(blocs=BLOCS)).step(match("a", GAS), origin(0), Lane.LIVE)
    assert {watch_of(key) for key, _ in decision.writes} == {WATCH}


def test_a_thousand_copies_stay_far_below_kafkas_limit() -> None:
    title = "T" * 2_000
    events = run(
        [
            match(f"{n}", title, text=LONG * 5, outlet=f"outlet-{n}", hours=n / 60)
            for n in range(300)
        ]
    )
    assert len(encode(events[-1])) < 100_000
    assert events[-1].story.growth is not None
    assert events[-1].story.growth.articles == 300
    assert len(events[-1].story.articles) == 40


# ── crashes ─────────────────────────────────────────────────────────────────────────────────────

_TITLES = (
    GAS,
    "Fidan and Araghchi sign the gas deal in Ankara today",
    QUAKE,
    "Strong earthquake shakes Van near border 56 hurt",
    "Border gate closed after clashes",
)
_LANES = st.sampled_from([Lane.LIVE, Lane.LIVE, Lane.REPLAY])
_HOURS = st.one_of(st.integers(0, 24), st.integers(0, 500))
_ONE = st.builds(
    lambda name, title, hours, lane, bloc: [
        (match(f"n{name}", title, hours=hours, outlet=bloc, bloc=bloc), lane)
    ],
    st.integers(0, 12),
    st.sampled_from(_TITLES),
    _HOURS,
    _LANES,
    st.sampled_from(BLOCS),
)
_BRIDGED = st.builds(
    lambda hours, lanes: [
        (match(f"b{n}", title, hours=hours + n, outlet=bloc, bloc=bloc), lane)
        for n, (title, bloc, lane) in enumerate(zip(BRIDGED, BLOCS, lanes, strict=True))
    ],
    _HOURS,
    st.lists(_LANES, min_size=4, max_size=4),
)


def _articles(most: int) -> st.SearchStrategy[list[tuple[Match, Lane]]]:
    """At most so many, and now and then some that bring two stories together."""
    several = st.lists(st.one_of(_ONE, _ONE, _ONE, _BRIDGED), min_size=1, max_size=most)
    return several.map(lambda some: list(chain(*some))[:most])


def told(decision: Decision) -> tuple[Lane, list[bytes]]:
    return decision.lane, [encode(event) for event in decision.events]


_ROOMS = st.sampled_from(
    [
        Room(),
        Room(3, 2, 1, 2, 99),
        Room(5, 3, 1, 9, 99, share=1),
        Room(2, 1, 3, 99, 99, share=0),
    ]
)


@settings(max_examples=75)
@given(_articles(14), _ROOMS, st.data())
def test_after_any_prefix_of_the_writes_a_replay_tells_the_same(
    articles: list[tuple[Match, Lane]], room: Room, data: st.DataObject
) -> None:
    """Crash at any step, after any number of its writes, having replayed any number of messages."""
    table: Table = {}
    stories = Stories(WATCH, a_reader(blocs=BLOCS), room)
    first: list[tuple[Lane, list[bytes]]] = []
    for offset, (one, lane) in enumerate(articles):
        decision = stories.step(one, origin(offset), lane)
        first.append(told(decision))
        if not data.draw(st.booleans(), label="crash"):
            write(table, decision)
            continue
        write(table, decision, data.draw(st.integers(0, len(decision.writes)), label="written"))
        stories = Stories(WATCH, a_reader(blocs=BLOCS), room)
        stories.restore(table, table.__getitem__)
        back = data.draw(st.integers(0, offset), label="committed")
        for again in range(back, offset + 1):
            repeated = stories.step(articles[again][0], origin(again), articles[again][1])
            if repeated.events or first[again][1]:
                assert told(repeated) == first[again]
            write(table, repeated)


class Told:
    """What somebody knows who reads the events, and what may be said to him."""

    def __init__(self) -> None:
        self.articles: dict[str, int] = {}  # of each open story
        self.news: set[str] = set()  # stories told as news
        self.silences: set[str] = set()  # stories of which silence was told

    def hear(self, event: StoryEvent, lane: Lane) -> None:
        story = event.story.id
        if event.kind is EventKind.MERGED:
            return self._merged(event)
        if event.kind is EventKind.CLOSED:
            assert lane is Lane.LIVE or story not in self.news, "history closes no news"
            self._over(story)
        elif event.article is None:
            assert story in self.news - self.silences, "silence is told of news, and once"
            assert lane is Lane.LIVE
            assert len(event.story.families) > 2
            self.silences.add(story)
        else:
            opens = story not in (self.news if lane is Lane.LIVE else self.articles)
            assert (event.kind is EventKind.OPENED) is opens
            if event.kind is not EventKind.REVISED:
                self.articles[story] = self.articles.get(story, 0) + 1
            assert event.kind is not EventKind.GREW or self.articles[story] > 1
            if lane is Lane.LIVE:
                self.news.add(story)
        return None

    def _over(self, story: str) -> int:
        self.news.discard(story)
        self.silences.discard(story)
        return self.articles.pop(story)

    def _merged(self, event: StoryEvent) -> None:
        for other in event.merged:
            for known in (self.news, self.silences):
                known.update([event.story.id] if other in known else [])
            self.articles[event.story.id] += self._over(other)
        assert event.story.growth is not None
        assert event.story.growth.articles == self.articles[event.story.id]


@settings(max_examples=75)
@given(_articles(20), _ROOMS)
def test_who_hears_all_events_hears_of_each_story_from_its_opening_to_its_end(
    articles: list[tuple[Match, Lane]], room: Room
) -> None:
    stories, told = Stories(WATCH, a_reader(blocs=BLOCS), room), Told()
    for offset, (one, lane) in enumerate(articles):
        known = {signals.told.fingerprint for signals in stories.live.signals.values()}
        decision = stories.step(one, origin(offset), lane)
        assert lane is Lane.LIVE or decision.lane is Lane.REPLAY
        if one.tagged.article.fingerprint not in known:
            assert decision.step is not None
            assert decision.events[0].article == decision.step.signals.key
        for event in decision.events:
            told.hear(event, decision.lane)
        assert told.articles.keys() == stories.live.accounts.keys()
        assert told.silences & told.articles.keys() == {
            story for story, account in stories.live.accounts.items() if account.silence_told
        }


def test_time_does_not_go_back_when_the_newest_article_has_gone_early() -> None:
    room, table = Room(articles=2, closings=1, gone=2), Table()
    stories = Stories(WATCH, a_reader(blocs=BLOCS), room)
    for offset, (name, hours, lane) in enumerate(
        [("a", 0, Lane.LIVE), ("b", 169, Lane.REPLAY), ("c", 0, Lane.REPLAY)]
    ):
        title = f"{'xyz'[offset]} {GAS if name == 'a' else QUAKE * offset}"
        write(table, stories.step(match(name, title, hours=hours), origin(offset), lane))
    restored = Stories(WATCH, a_reader(blocs=BLOCS), room)
    restored.restore(table, table.__getitem__)

    assert "b" not in stories.live.signals
    assert restored.live.now == stories.live.now == START + timedelta(hours=169)


def test_a_watch_holds_no_stories_of_another() -> None:
    table: Table = {}
    both = [Stories(watch, a_reader()) for watch in (WATCH, "armenia-azerbaijan")]
    for offset, stories in enumerate(both):
        write(table, stories.step(match("a", (GAS, QUAKE)[offset]), origin(offset), Lane.LIVE))
    for stories in both:
        restored = Stories(stories.live.watch, a_reader())
        assert restored.restore(table, table.__getitem__) == []
        assert restored.live.accounts == stories.live.accounts


def test_the_same_message_again_tells_the_same_without_a_restart_too() -> None:
    stories = Stories(WATCH, a_reader())
    first = stories.step(match("a", GAS), origin(0), Lane.LIVE)
    assert told(stories.step(match("a", GAS), origin(0), Lane.LIVE)) == told(first)


def test_only_so_many_steps_are_kept_to_be_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 3)
    table: Table = {}
    for offset in range(6):
        stories = Stories(WATCH, a_reader())
        stories.restore(table, table.__getitem__)
        write(
            table, stories.step(match(f"{offset}", _TITLES[offset % 5]), origin(offset), Lane.LIVE)
        )
        kept = [seq_of(key)[1] for key in table if "/e/" in key]
        assert kept == list(range(max(1, offset - 1), offset + 2))


def test_a_story_that_a_former_model_read_goes_on() -> None:
    table: Table = {}
    opened = Stories(WATCH, a_reader()).step(match("a", GAS), origin(0), Lane.LIVE)
    write(table, opened)
    [key] = [key for key in table if seq_of(key)[0] == "s"]
    step = unpack_step(table[key])
    former = replace(step, signals=replace(step.signals, vector=b"\x01" * 512))
    table[key] = pack_step(former)

    restored = Stories(WATCH, a_reader())
    assert not restored.restore(table, table.__getitem__)
    assert restored.live.signals["a"].vector == step.signals.vector


@settings(max_examples=50)
@given(_articles(20))
def test_a_table_from_before_there_were_bounds_comes_up_and_nothing_is_told_again(
    articles: list[tuple[Match, Lane]],
) -> None:
    """The stories that find no room are not there any more, but what they told has been told."""
    table: Table = {}
    before = Stories(WATCH, a_reader(blocs=BLOCS))
    first = []
    for offset, (one, lane) in enumerate(articles):
        decision = before.step(one, origin(offset), lane)
        first.append(told(decision))
        write(table, decision)
    room = Room(3, 2, 1, 99, at_start=3, share=1)
    stories, again = Stories(WATCH, a_reader(blocs=BLOCS), room), Table(table)
    stories.restore(table, table.__getitem__)

    assert len(stories.live.signals) <= room.articles
    assert stories.live.now == before.live.now
    for offset, (one, lane) in enumerate(articles):
        if first[offset][1]:
            assert told(stories.step(one, origin(offset), lane)) == first[offset]
    later = stories.step(match("z", GAS, hours=501), origin(len(articles)), Lane.LIVE)
    assert {key for key, value in later.writes if value} & again.keys() == set()
    write(again, later)
    restored = Stories(WATCH, a_reader(blocs=BLOCS), room)
    restored.restore(again, again.__getitem__)
    assert restored.live.accounts == stories.live.accounts
    assert restored._gone._articles == stories._gone._articles


def test_silence_is_told_once_also_when_the_story_that_showed_it_has_gone_early() -> None:
    room, table = Room(articles=5, closings=1), Table()
    stories = Stories(WATCH, a_reader(blocs=BLOCS), room)
    outlets = [("aa", "turkish-pro-government"), ("irna", "iranian-state"), ("ap", "western")]
    told = [match(name, GAS, text=LONG, outlet=name, bloc=bloc) for name, bloc in outlets]
    shown = match("q", QUAKE, hours=7)
    grown = match("r", GAS, text=LONG, outlet="r", hours=8)
    other = match("o", "Border gate closed after clashes", hours=9)
    kinds: list[tuple[str, ...]] = []
    for offset, one in enumerate([*told, shown, grown, other]):
        decision = stories.step(one, origin(offset), Lane.LIVE)
        kinds += [event.new for event in decision.events]
        write(table, decision)
    assert "q" not in stories.live.signals
    assert ("silence:arab",) in kinds

    restored = Stories(WATCH, a_reader(blocs=BLOCS), room)
    restored.restore(table, table.__getitem__)
    assert told[0].tagged.article.id in restored.live.signals
    irrelevant = match("o", "Border gate closed after new clashes", hours=10)
    after = restored.step(irrelevant, origin(9), Lane.LIVE)

    assert ("silence:arab",) not in [event.new for event in after.events]


def test_silence_is_told_once_also_when_the_count_that_showed_it_has_been_counted_on() -> None:
    room, table = Room(of_a_story=1), Table()
    stories = Stories(WATCH, a_reader(blocs=BLOCS), room)
    outlets = [("aa", "turkish-pro-government"), ("irna", "iranian-state"), ("ap", "western")]
    shown = [match(name, GAS, text=LONG, outlet=name, bloc=bloc) for name, bloc in outlets]
    other = [
        match(f"q{n}", QUAKE, text=UNDER_ALL, outlet=f"o{n}", hours=hours)
        for n, hours in enumerate((0, 7, 8))
    ]
    kinds: list[tuple[str, ...]] = []
    for offset, one in enumerate([*shown, *other]):
        decision = stories.step(one, origin(offset), Lane.LIVE)
        kinds += [event.new for event in decision.events]
        write(table, decision)
    assert kinds.count(("silence:arab",)) == 1

    restored = Stories(WATCH, a_reader(blocs=BLOCS), room)
    restored.restore(table, table.__getitem__)

    assert restored.live.accounts == stories.live.accounts


@settings(max_examples=75)
@given(_articles(20), _ROOMS)
def test_a_restored_object_holds_the_same_stories(
    articles: list[tuple[Match, Lane]], room: Room
) -> None:
    table: Table = {}
    stories = Stories(WATCH, a_reader(blocs=BLOCS), room)
    for offset, (one, lane) in enumerate(articles):
        write(table, stories.step(one, origin(offset), lane))
    restored = Stories(WATCH, a_reader(blocs=BLOCS), room)
    restored.restore(reversed(table), table.__getitem__)
    assert restored.live.accounts == stories.live.accounts
    assert restored.live.story_of == stories.live.story_of
    assert restored._gone._articles == stories._gone._articles


@pytest.mark.parametrize("kept", range(5))
def test_deletions_cut_short_are_made_up_for(kept: int, make: Callable[..., Match]) -> None:
    table: Table = {}
    stories = Stories(WATCH, a_reader(blocs=BLOCS))
    copies = [make(f"c{n}", GAS, text=LONG, outlet=f"o{n}") for n in range(4)]
    for offset, one in enumerate(copies):
        write(table, stories.step(one, origin(offset), Lane.LIVE))
    closing = stories.step(make("z", QUAKE, hours=24 * 8), origin(4), Lane.LIVE)
    write(table, closing, 2 + kept)
    stories = Stories(WATCH, a_reader(blocs=BLOCS))
    stories.restore(table, table.__getitem__)
    write(table, stories.step(make("y", "Border gate opens", hours=24 * 8), origin(5), Lane.LIVE))
    assert sorted(key for key in table if "/s/" in key) == [
        f"{WATCH}/s/000000000005",
        f"{WATCH}/s/000000000006",
    ]
    after = stories.step(make("x", "Wrestlers win medals", hours=24 * 8), origin(6), Lane.LIVE)
    assert all(value for _, value in after.writes)  # deletions are made once


CLAIM = "Istanbul football derby ends in draw after late penalty"
NEWS = "Iran and Türkiye sign a gas contract for ten years in Tehran"


def test_who_claims_anothers_address_before_it_does_not_keep_the_news_from_opening() -> None:
    claimed, opened = run([match("a", CLAIM, outlet="evil"), match("a", NEWS, hours=1)])
    assert (claimed.kind, opened.kind) == (EventKind.OPENED, EventKind.OPENED)
    assert opened.story.headline == NEWS


def test_nobody_else_revises_an_article() -> None:
    gone = "This article has been removed: Iran and Türkiye sign no gas contract"
    said = run([match("a", NEWS), match("a", gone, hours=1, outlet="evil")])
    assert EventKind.REVISED not in {event.kind for event in said}
    assert said[0].story.headline == NEWS


def test_who_told_it_under_anothers_address_revises_what_he_told() -> None:
    events = [
        match("a", NEWS),
        match("a", CLAIM, hours=1, outlet="evil"),
        match("a", f"{CLAIM} by Ali", hours=200, outlet="evil"),
        match("a", f"{CLAIM} by Omer", hours=201, outlet="evil"),
    ]
    assert [event.kind for event in run(events)][-1] is EventKind.REVISED


def test_who_repeats_anothers_article_under_its_address_says_nothing() -> None:
    [only] = run([match("a", NEWS), match("a", NEWS, hours=1, outlet="aggregator")])
    assert only.kind is EventKind.OPENED


LETTERS = "abcdefghijklmnopqrstuvwxyz"
UNDER_ALL = " ".join(f"{one}{other}scribe" for one in "stuvwxyz" for other in LETTERS)
"""What an outlet puts under every article."""


def news(name: str, title: str, about: str, **told: Any) -> Match:
    first = " ".join(f"{one}{other}{about}" for one in "abc" for other in LETTERS)
    return match(name, title, text=f"{first} {UNDER_ALL}", **told)


def test_what_stands_under_all_articles_of_an_outlet_makes_none_a_copy() -> None:
    events = run([news("a", GAS, "pipe"), news("b", QUAKE, "rubble", hours=1)])
    assert [event.kind for event in events] == [EventKind.OPENED] * 2


def test_who_tells_only_that_keeps_none_from_opening() -> None:
    bait = match("x", "Read the latest news of our region", text=UNDER_ALL, outlet="evil")
    events = run([bait, news("a", GAS, "pipe", hours=1), news("b", QUAKE, "rubble", hours=2)])
    assert [event.kind for event in events] == [EventKind.OPENED] * 3


def test_a_copy_under_another_headline_is_one() -> None:
    copy = news("b", "Ankara hosts talks on energy", "pipe", outlet="irna", hours=1)
    _, grew = run([news("a", GAS, "pipe"), copy])
    assert (grew.kind, grew.role) == (EventKind.GREW, Role.COPY)
