"""What a story says is what its articles say, in whatever way they came to it."""

from collections.abc import Sequence
from dataclasses import replace as having
from datetime import timedelta
from functools import partial, reduce

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.processors.gather import account as accounts
from services.processors.gather.account import Account
from services.processors.gather.signals import Signals
from shared.records import Level, Role, Source

from .conftest import START, WATCH, a_reader, match

READ = a_reader().skim(match("a", "Some title")).signals
LEVELS = (Level.NONE, Level.CO_MENTION, Level.BILATERAL)


def article(n: int, chosen: Sequence[int]) -> Signals:
    """The n-th; what it says is chosen among a few."""
    outlet, family, country, bloc, language, level, hours, early, number, entity, role = chosen
    source = Source(
        feed="f",
        outlet=f"outlet{outlet}",
        family=f"family{family}" if family else "",
        home=("TR", "IR", "")[country],
        bloc=("western", "arab", "")[bloc],
    )
    seen = START + timedelta(hours=hours)
    told = replace(
        READ.told,
        id=f"a{n}",
        title=f"{number} hurt",
        language=("en", "fa", "tr")[language],
        first_seen=seen,
        published=seen - timedelta(hours=early),
        source=source,
        score=level / 3,
        role=(Role.OWN_REPORT, Role.COPY)[role],
    )
    return replace(
        READ,
        told=told,
        level=LEVELS[level],
        entities=(f"e{entity}",),
        topics=(f"t{entity}",),
        numbers=(f"{number}", f"{number + 1}"),
        title_numbers=(f"{number}",),
    )


FEW = settings(max_examples=40)
CHOSEN = st.tuples(*map(st.integers, [0] * 11, [2, 2, 2, 2, 2, 2, 30, 2, 3, 2, 1]))
SOME = st.lists(CHOSEN, min_size=1, max_size=8)


def folded(articles: Sequence[Signals]) -> Account:
    first, *others = articles
    opened = accounts.opened("story", WATCH, first, live=False)
    return reduce(partial(accounts.joined, live=True), others, opened)


def in_order(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


@FEW
@given(SOME)
def test_a_story_is_all_that_its_articles_are(chosen: list[tuple[int, ...]]) -> None:
    articles = [article(n, one) for n, one in enumerate(chosen)]
    account, told = folded(articles), [one.told for one in articles]
    story, growth = account.story, account.story.growth
    assert growth is not None
    assert [one.id for one in story.articles] == list(account.members) == [one.id for one in told]
    assert (story.headline, story.headline_language) == (told[0].title, told[0].language)
    assert story.headlines == {one.language: one.title for one in reversed(told)}
    assert story.first_seen == min(one.first_seen for one in told)
    assert story.last_seen == account.last_seen == max(one.first_seen for one in told)
    assert story.first_published == min(one.published for one in told)
    assert story.families == in_order([one.source.voice for one in told])
    assert story.countries == in_order([one.source.home for one in told])
    assert story.languages == in_order([one.language for one in told])
    assert story.topics == in_order([one.topics[0] for one in articles])
    assert story.entities == in_order([one.entities[0] for one in articles])
    assert story.level is max((one.level for one in articles), key=LEVELS.index)
    assert story.score == max(one.score for one in told)
    assert growth.articles == len(told)
    assert growth.copies == sum(one.role is Role.COPY for one in told)
    assert (growth.families, growth.languages, growth.countries) == (
        len(story.families), len(story.languages), len(story.countries),
    )  # fmt: skip
    assert growth.outlets == len({one.source.outlet for one in told})
    assert account.alone == (story.families[0] if growth.families == 1 else "")
    assert account.live is (len(told) > 1)
    by_time = sorted(told, key=lambda one: (min(one.published, one.first_seen), one.id))
    first = {one.source.bloc: one for one in reversed(by_time) if one.source.bloc}
    assert {share.bloc: share.article for share in story.blocs} == {
        bloc: one.id for bloc, one in first.items()
    }
    assert [share.lag_s for share in story.blocs] == [
        (share.at - story.blocs[0].at).total_seconds() for share in story.blocs
    ]
    assert sum(share.articles for share in story.blocs) == sum(
        bool(one.source.bloc) for one in told
    )


@FEW
@given(SOME)
def test_a_number_is_a_fact_if_a_title_or_two_articles_tell_it(
    chosen: list[tuple[int, ...]],
) -> None:
    articles = [article(n, one) for n, one in enumerate(chosen)]
    numbers = [number for one in articles for number in one.numbers]
    titles = {one.title_numbers[0] for one in articles}
    assert {*folded(articles).story.facts} == titles | {
        number for number in numbers if numbers.count(number) > 1
    }


@FEW
@given(SOME, SOME)
def test_two_stories_that_became_one_say_what_one_would_have_said(
    chosen: list[tuple[int, ...]], others: list[tuple[int, ...]]
) -> None:
    articles = [article(n, one) for n, one in enumerate([*chosen, *others])]
    mine, its = folded(articles[: len(chosen)]), folded(articles[len(chosen) :])
    both, one = accounts.absorbed(mine, having(its, silence_told=True)), folded(articles)

    arrival = sorted(one.story.articles, key=lambda told: (told.first_seen, told.id))
    assert both.story == replace(
        one.story,
        articles=tuple(arrival),
        facts=both.story.facts,  # what both told, each in its text, was no fact of either
        merged=(its.story.id,),
    )
    assert {*both.story.facts} <= {*one.story.facts}
    assert both == having(one, story=both.story, live=mine.live or its.live, silence_told=True)


@FEW
@given(SOME, CHOSEN)
def test_an_article_that_is_only_counted_says_no_less(
    chosen: list[tuple[int, ...]], more: tuple[int, ...]
) -> None:
    account, last = folded([article(n, one) for n, one in enumerate(chosen)]), article(99, more)
    joined = accounts.joined(account, last, live=True)
    assert accounts.counted(account, last, live=True) == having(
        joined, members=account.members, numbers=account.numbers
    )


@FEW
@given(SOME, st.integers(0, 7), CHOSEN)
def test_a_revision_changes_what_its_article_says_and_not_how_many_there_are(
    chosen: list[tuple[int, ...]], which: int, more: tuple[int, ...]
) -> None:
    articles = [article(n, one) for n, one in enumerate(chosen)]
    before, known = folded(articles), articles[which % len(articles)]
    later = article(99, more)
    later = replace(later, told=replace(later.told, id=known.key, title="Corrected", score=2.0))

    after = accounts.revised(before, later, live=True)

    for one, was in zip(after.story.articles, before.story.articles, strict=True):
        said = later.told if was.id == known.key else was
        assert one == replace(said, published=was.published, first_seen=was.first_seen)
    assert (after.story.headline == "Corrected") is (before.story.headline == known.told.title)
    for code, title in after.story.headlines.items():
        was_title = before.story.headlines[code]
        assert title == ("Corrected" if was_title == known.told.title else was_title)
    assert {*after.story.facts} == {*before.story.facts, *later.title_numbers}
    assert {*after.story.entities} == {*before.story.entities, *later.entities}
    assert after.story.level is max(before.story.level, later.level, key=LEVELS.index)
    assert after.story.score == 2.0
    assert after.live
    assert after.story.growth == before.story.growth
    assert (after.members, after.outlets) == (before.members, before.outlets)


def test_the_last_hour_ends_with_the_moment_that_is_told_of() -> None:
    hours = (0, 1, 1.5, 2, 3)
    account = folded([replace(one, told=replace(one.told, first_seen=START + timedelta(hours=hour)))
                      for hour, one in zip(hours, [article(n, [0] * 11) for n in range(5)],
                                           strict=True)])  # fmt: skip
    growth = accounts.as_of(account, START + timedelta(hours=2), ()).growth
    assert growth is not None
    assert growth.last_hour == 2
