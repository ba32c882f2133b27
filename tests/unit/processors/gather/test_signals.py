"""What is read of an article means the same in every language."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.processors.gather import blocs
from services.processors.gather.essence import essence
from services.processors.gather.lexicon import Lexicon
from services.processors.gather.names import names
from services.processors.gather.numbers import _NUMBER, _found, numbers
from services.processors.gather.quote import quote
from services.processors.gather.revision import is_withdrawn
from shared.records import Relation, Span
from shared.text import fold

from .conftest import START, match

NUMBERS = [
    ("3,5 milyar dolar", ("3.5e+09",)),
    ("۳٫۵ میلیارد دلار", ("3.5e+09",)),
    ("$3.5 billion", ("3.5e+09",)),
    ("٤١ ألف مهاجر", ("41000",)),
    ("41.000 kişi", ("41000",)),
    ("41,000 people", ("41000",)),
    ("в 2025 году погибли 56 человек", ("56",)),
    ("at 12:30 on 3/4", ()),
    ("7月25日，43例死亡，20万人", ("25", "43", "200000")),
    ("3億人 and 3亿人", ("3e+08",)),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_numbers_agree_across_languages(text: str, expected: tuple[str, ...]) -> None:
    assert numbers(fold(text)) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Pezeshkian", "en"), ("پزشکیان", "fa")),
        (("Lavrov", "en"), ("Лаврова", "ru")),
        (("Lavrov", "en"), ("لاوروف", "fa")),
        (("Kartal", "tr"), ("کارتال", "fa")),
        (("Simurg", "tr"), ("سیمرغ", "fa")),
        (("Cevdet", "tr"), ("جودت", "ar")),
        (("Cromwell", "en"), ("Cromwell", "tr")),
        (("Kipchoge", "en"), ("کیپچوگه", "fa")),
        (("Kipchoge", "en"), ("Кипчогеом", "ru")),
        (("Bialiatski", "en"), ("بيالياتسكي", "ar")),
        (("Gerrard", "en"), ("גרארד", "he")),
        (("Livingston", "en"), ("בליווינגסטון", "he")),
        (("Graham", "en"), ("گراہم", "ur")),
        (("Schneider", "de"), ("Шнайдер", "ru")),
    ],
)
def test_a_name_shares_a_skeleton_in_every_script(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert set(names(*one)) & set(names(*other))


def test_only_capitalised_words_are_names_where_there_are_capitals() -> None:
    assert names("Carter", "en") == ("krtr",)
    assert names("carter", "en") == ()
    assert names("عراقچی", "fa") == ("rkc",)


LEXICON = Lexicon(
    {
        "earthquake": {"en": "earthquake quake", "fa": "زلزله", "ar": "زلزال", "tr": "gol"},
        "coal": {"en": "coal"},
        "power": {"de": "strom"},
        "import": {"de": "import"},
        "school": {"he": "תלמיד"},
        "killed": {"tr": "öldü", "en": "dead."},
        "peace": {"ru": "мир"},
        "world": {"ru": "мир"},
        "nothing": {"ar": "طريقه", "ru": "миров"},
        "road": {"ar": "طريق"},
    }
)


@pytest.mark.parametrize(
    ("word", "language", "found"),
    [
        ("earthquakes", "en", 1),
        ("زلزله", "fa", 1),
        ("والزلزال", "ar", 1),
        ("golü", "tr", 1),
        ("golcüler", "tr", 0),
        ("earth", "en", 0),
        ("quake", "xx", 0),
        ("coals", "en", 1),
        ("coalition", "en", 0),
        ("והתלמידים", "he", 1),
        ("stromimporte", "de", 2),
        ("stromkreis", "de", 1),
        ("öldüler", "tr", 1),
        ("oldu", "tr", 0),
        ("dead", "en", 1),
        ("deadline", "en", 0),
        ("мира", "ru", 2),
    ],
)
def test_a_word_means_a_concept_by_its_beginning(word: str, language: str, found: int) -> None:
    assert len(LEXICON.concepts(word, language)) == found


def test_a_word_that_only_begins_like_another_means_nothing_and_is_no_name() -> None:
    assert LEXICON.meaning("طريق", "ar")[0] == ("road",)
    assert LEXICON.meaning("الطريقة", "ar") == ((), ())


@given(st.text(max_size=200))
def test_any_text_has_numbers_and_an_essence(text: str) -> None:
    folded = fold(text)
    assert all(float(number) >= 2 for number in numbers(folded))
    assert len(essence(folded)) == 24


def test_an_article_that_says_it_was_withdrawn_is() -> None:
    assert is_withdrawn(fold("This article has been removed"))
    assert is_withdrawn(fold("Haber geri çekildi"))
    assert not is_withdrawn(fold("Troops withdrawal from the border"))


def test_the_quote_is_the_sentence_of_the_evidence_with_its_marks() -> None:
    text = "First line here. Türkiye and Iran signed. The end."
    start = text.index("Türkiye")
    article = match("a", "T", text=text).tagged.article
    mentions = match("a", "T", entities=["x"]).tagged.mentions
    evidence = Relation(
        level="bilateral", score=1.0, evidence=(Span(field="text", start=start, end=start + 7),)
    )  # type: ignore[arg-type]
    made = quote(article, evidence, mentions, "en")
    assert made.text == "Türkiye and Iran signed."


def test_the_first_mover_leads_and_the_others_lag() -> None:
    shares = ()
    for hours, outlet, bloc in [
        (2, "irna", "iranian-state"),
        (0, "aa", "turkish"),
        (3, "tasnim", "iranian-state"),
    ]:
        told = match("a", "T", outlet=outlet, bloc=bloc, hours=hours).tagged.article
        from services.processors.gather.reader import _told  # noqa: PLC0415

        article = _told(told, "en", Relation(level="none", score=0.0))  # type: ignore[arg-type]
        shares = blocs.with_article(shares, article)  # type: ignore[assignment]
    assert [(s.outlet, s.lag_s, s.articles) for s in shares] == [("aa", 0, 1), ("irna", 7200, 2)]  # type: ignore[attr-defined]
    known = ("arab", "turkish")
    assert blocs.silent(shares, known, START, START + timedelta(hours=5)) == ()
    assert blocs.silent(shares, known, START, START + timedelta(hours=6)) == ("arab",)


@given(st.text(alphabet="0123456789.,: /-xm٫", max_size=30))
def test_numbers_are_those_of_the_regular_expression(text: str) -> None:
    assert [one.span() for one in _found(text)] == [one.span() for one in _NUMBER.finditer(text)]
