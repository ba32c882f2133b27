"""A tag is as rare as the stories that have it are few, however many articles tell them."""

from hypothesis import given
from hypothesis import strategies as st

from services.processors.gather.rarity import Rarity

TAGS = ("border", "gas", "poem", "train", "visit")
told = st.lists(
    st.tuples(st.sampled_from("abc"), st.frozensets(st.sampled_from(TAGS))), max_size=12
)
Told = list[tuple[str, frozenset[str]]]


def counted(articles: Told) -> Rarity:
    rarity = Rarity()
    for story, tags in articles:
        rarity.add(tags, story)
    return rarity


def weights(rarity: Rarity) -> list[float]:
    return [rarity.weight(tag) for tag in TAGS]


def test_a_story_of_many_reports_does_not_speak_against_itself() -> None:
    poem = frozenset(("poem",))
    assert weights(counted([("a", poem)] * 20)) == weights(counted([("a", poem)]))
    assert weights(counted([("a", poem), ("b", poem)])) != weights(counted([("a", poem)]))


@given(told, told)
def test_what_is_counted_out_again_leaves_nothing_behind(kept: Told, gone: Told) -> None:
    rarity = counted(kept)
    for story, tags in gone:
        rarity.add(tags, story)
    for story, tags in gone:
        rarity.remove(tags, story)
    assert weights(rarity) == weights(counted(kept))
    assert rarity.remembered == counted(kept).remembered
    assert rarity.crowd == counted(kept).crowd


@given(told)
def test_the_crowd_grows_with_stories_and_not_with_what_they_are_told_by(articles: Told) -> None:
    assert counted([]).crowd == 0
    assert counted(articles * 3).crowd == counted(articles).crowd
    assert counted([*articles, ("another", frozenset())]).crowd > counted(articles).crowd


@given(told)
def test_two_stories_that_became_one_count_as_one(articles: Told) -> None:
    rarity = counted(articles)
    rarity.merge("a", "b")
    assert weights(rarity) == weights(
        counted([("a" if story == "b" else story, tags) for story, tags in articles])
    )
