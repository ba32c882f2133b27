"""What ties the two is told, or touched on: features of where the rarer side is named."""

from collections import Counter

import pytest

from services.processors.relate.features import Features, features
from services.processors.relate.scenes import Meeting, Scene
from services.processors.watches import chosen
from shared.records import Span
from tests.shipped import understanding


def scene(number: int, *words: str, others: str = "") -> Scene:
    place = frozenset({"country"})
    span = Span(field="text", start=number * 100, end=number * 100 + 90)
    return Scene(
        spans=(span,),
        place=(number,),
        gap=20,
        paired=False,
        listed=False,
        kinds=(place, place),
        words=frozenset(words),
        others=frozenset(others.split()),
    )


def met(rarer: list[int], scenes: list[Scene], length: int = 3_000) -> Meeting:
    """An article of twenty sentences and one title; the other side is named in every one."""
    return Meeting(
        sentences=21,
        titles=1,
        named=(Counter(range(21)), Counter(rarer)),
        scenes=scenes,
        together=len(scenes),
        lead=frozenset(),
        headline_countries=0,
        countries=0,
        length=length,
    )


@pytest.mark.parametrize(
    ("rarer", "expected"),
    [
        ([0], {"rarer:opening"}),  # the title
        ([2], {"rarer:opening"}),  # the second sentence
        ([3], {"passing"}),
        ([20], {"passing"}),
        ([9, 15], set()),  # twice is told
    ],
)
def test_a_side_named_in_one_sentence_behind_the_opening_is_named_in_passing(
    rarer: list[int], expected: set[str]
) -> None:
    seen = features(met(rarer, [scene(number) for number in rarer]))
    assert seen.keys() & {"rarer:opening", "passing"} == expected


def test_the_longer_an_article_the_less_a_sentence_in_passing_says() -> None:
    short, long = (features(met([9], [scene(9)], length)) for length in (300, 3_000))
    assert short["passing:long"] < long["passing:long"]


@pytest.mark.parametrize(("length", "short"), [(600, True), (601, False)])
def test_a_sentence_in_passing_is_judged_by_itself_in_a_short_item(
    length: int, *, short: bool
) -> None:
    assert ("passing:short" in features(met([9], [scene(9)], length))) == short


def seen(title: str, text: str = "") -> Features:
    """The features of a headline, or of an article."""
    fields = {"title": title, "summary": "", "text": text}
    said = understanding().understand(fields)
    return understanding().features(fields, said, chosen(understanding().watches, None))


@pytest.mark.parametrize(
    ("title", "pair"),
    [
        ("L'Iran et la Turquie se parlent", True),
        ("La Turquie et l'Iran se parlent", True),
        ("Botschafter des Iran und der Türkei einbestellt", True),
        ("Το Ιράν και η Τουρκία συμφώνησαν", True),
        ("伊朗和土耳其外长通电话", True),
        ("İran ve Türkiye anlaştı", True),
        ("Türkiye de İran da sustu", False),
        ("La Turquie de l'Iran s'éloigne", False),
        ("Iran, Turkey to meet", False),  # so do lists begin
        ("Turkey, Turkish and Iranian firms", True),  # the two that stand closest
    ],
)
def test_two_are_a_pair_that_an_and_joins_in_any_language_also_with_an_article(
    title: str, *, pair: bool
) -> None:
    assert ("pair" in seen(title)) == pair


@pytest.mark.parametrize(
    ("title", "led"),
    [
        ("Russia's foreign minister calls Turkey and Iran", True),
        ("Trump asks Turkey to speak with Iran", True),
        ("Turkey asks Iran about Russia's offer", False),
        ("On Monday Turkey and Iran met in Russia", False),
    ],
)
def test_a_sentence_that_names_another_country_before_both_is_led_by_it(
    title: str, *, led: bool
) -> None:
    assert ("others:first" in seen(title)) == led


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Germany warns Iran and Turkey", {"led:all", "led:pair", "led:acts"}),
        ("Macron visits Iran and Turkey", {"led:all", "led:pair", "led:acts"}),
        ("Pashinyan on Iran and Turkey", {"led:all", "led:pair"}),
        ("Xi on Iran and Turkey", {"led:all", "led:pair"}),
        ("Russia, Iran and Turkey agree on a joint centre", {"led:all", "led:joint"}),
        ("Macron asks Turkey to speak with Iran", {"led:apart"}),
        ("Iran warns Turkey of Russia", set()),
    ],
)
def test_a_pair_that_another_leads_is_its_object_unless_they_do_it_together(
    title: str, told: set[str]
) -> None:
    assert {name for name in seen(title) if name.startswith("led:")} == told


@pytest.mark.parametrize(
    ("then", "alone"),
    [
        ("Berlin warned Iran and Turkey again.", True),
        ("Iran and Turkey rejected that.", False),
    ],
)
def test_a_pair_is_led_in_all_scenes_or_acts_in_another(then: str, *, alone: bool) -> None:
    assert ("led:all" in seen("Germany warns Iran and Turkey", then)) == alone


@pytest.mark.parametrize(
    ("title", "looks"),
    [
        ("Inflation index: Turkey climbs, Iran falls", {"alone:untied", "alone:places"}),
        ("Oil climbs on Iran, Turkish lira at a low", {"alone:market"}),
        ("Iran and Turkey sign an agreement on gas", set()),
    ],
)
def test_of_a_headline_alone_it_counts_what_stands_where_a_tie_would(
    title: str, looks: set[str]
) -> None:
    assert {name for name in seen(title) if name.startswith("alone")} == looks | {"alone"}
    assert not any(name.startswith("alone") for name in seen(title, "It rained."))


def test_other_countries_count_where_fields_open_and_in_scenes() -> None:
    rest = "It rained. " * 60
    seldom = seen("Iran and Turkey", f"{rest}Iraq and Syria were not mentioned.")
    opening = seen("Iran and Turkey", f"Iraq and Syria were mentioned. {rest}")
    scene = seen("Iran and Turkey", f"{rest}Iraq met Iran and Turkey in Damascus.")
    assert "others:text" not in seldom
    assert opening["others:text"] == scene["others:text"] == 0.5


def test_a_currency_is_money_and_no_body() -> None:
    assert "kinds:money+place" in seen("Turkish lira falls on talk of war in Iran")
