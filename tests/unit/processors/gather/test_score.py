"""What speaks for and against that two articles report one event."""

import pytest

from services.processors.gather.lexicon import Lexicon
from services.processors.gather.rarity import Rarity
from services.processors.gather.score import FEATURES, Row, features, probability

from .conftest import a_reader, match

LEXICON = Lexicon(
    {
        "friday": {"en": "friday", "fa": "جمعه"},
        "saturday": {"en": "saturday", "fa": "شنبه"},
        "talks": {"en": "talks", "fa": "مذاکرات"},
        "nuclear": {"en": "nuclear", "fa": "هسته"},
    }
)
TOLD = "Nuclear talks will be held on {}"


def rows(*told: tuple[str, str]) -> list[Row]:
    reader = a_reader(LEXICON)
    return [
        Row(reader.read(match(f"{place}", title, language=language)))
        for place, (title, language) in enumerate(told)
    ]


@pytest.mark.parametrize(
    ("day", "language", "against"),
    [
        (TOLD.format("Saturday"), "en", 1.0),
        (TOLD.format("Friday"), "en", 0.0),
        ("مذاکرات هسته‌ای شنبه برگزار می‌شود", "fa", 1.0),
        ("مذاکرات هسته‌ای جمعه برگزار می‌شود", "fa", 0.0),
        (TOLD.format("time"), "en", 0.0),
    ],
)
def test_another_day_of_the_week_speaks_against(day: str, language: str, against: float) -> None:
    one, other = rows((TOLD.format("Friday"), "en"), (day, language))
    assert features(one, other, Rarity())[FEATURES.index("other_days")] == against


def test_the_same_words_of_another_day_are_less_likely_one_event() -> None:
    one, same, other = rows(*((TOLD.format(day), "en") for day in ("Friday", "Friday", "Saturday")))
    assert probability(one, other, Rarity()) < probability(one, same, Rarity())


SAYINGS = ("Talks in Istanbul", "Nuclear talks in Vienna on Friday", "مذاکرات هسته‌ای در وین", "")


@pytest.mark.parametrize("said", SAYINGS)
@pytest.mark.parametrize("also", SAYINGS)
def test_likeness_is_the_same_both_ways_and_largest_with_itself(said: str, also: str) -> None:
    one, other = rows(*((text, "fa" if text > "z" else "en") for text in (said, also)))
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= max(likeness(one, one), likeness(other, other)) < 1


def test_a_usual_word_in_common_is_less_likeness_than_a_rare_one() -> None:
    told, usual, rare = rows(
        *((f"{word} reported", "en") for word in ("Talks", "Talks", "Volcano"))
    )
    (same,) = rows(("Volcano reported", "en"))
    rarity = Rarity({tag: 0.2 for tag in told.tags if "talk" in tag})
    assert likeness(told, usual, rarity) < likeness(rare, same, rarity)


def likeness(one: Row, other: Row, rarity: Rarity | None = None) -> float:
    return features(one, other, rarity or Rarity())[FEATURES.index("likeness")]


@pytest.mark.parametrize(
    ("text", "language"),
    [("Die Ärzte streikten für mehr Lohn", "de"), ("پزشکان برای دستمزد اعتصاب کردند", "fa")],
)
def test_the_more_stories_are_open_the_less_a_meaning_alone_says_across_languages(
    text: str, language: str
) -> None:
    one, other = rows(("Doctors strike for better pay", "en"), (text, language))
    few, many = Rarity(), Rarity()
    for number in range(500):
        many.add(frozenset((f"s{number}",)), f"story {number}")
    said = dict(zip(FEATURES, features(one, other, few), strict=True))
    assert said["crowd"] == 0 < said["meaning"]
    assert probability(one, other, many) < probability(one, other, few)


@pytest.mark.parametrize("language", ["en", "az", "fa", "he", "sw"])
def test_the_same_words_mean_the_same_in_any_language(language: str) -> None:
    one, other = rows(("Talks in Vienna", language), ("Talks in Vienna", language))
    meaning = features(one, other, Rarity())[FEATURES.index("meaning")]
    assert meaning == pytest.approx(1, abs=0.02)
