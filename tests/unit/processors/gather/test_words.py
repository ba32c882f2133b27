"""Each word is read once: a name that is known, a concept, perhaps a name, a stem."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from services.processors.gather.lexicon import Lexicon
from services.processors.gather.names import names
from services.processors.gather.words import read
from shared.records import Mention

from .conftest import match

LEXICON = Lexicon({"gas": {"en": "gas"}, "ankara": {"en": "ankara"}})


def mention(text: str, surface: str) -> Mention:
    start = text.index(surface)
    return Mention(
        side="turkiye", entity="ankara", kind="capital", field="title",
        start=start, end=start + len(surface), surface=surface,
    )  # fmt: skip


def test_what_a_mention_covers_is_neither_concept_nor_name_nor_stem_but_embedded() -> None:
    title = "Gas talks held in Ankara by Balci"
    article = match("a", title).tagged.article
    words = read(article, [mention(title, "Ankara")], "en", LEXICON)
    assert words.concepts == ("gas",)
    assert words.names == names("Balci", "en")
    assert "ankar" not in words.stems
    assert words.said.startswith(title)


def test_a_title_without_end_takes_no_time() -> None:
    known = mention("Ankara", "Ankara")
    many = [structs.replace(known, start=n, end=n + 6) for n in range(0, 7 * 60_000, 7)]
    article = match("a", "Ankara " * 60_000).tagged.article
    began = process_time()
    read(article, many, "en", LEXICON)
    assert process_time() - began < 1


def test_a_concept_is_no_name() -> None:
    article = match("a", "Ankara signs").tagged.article
    words = read(article, [], "en", LEXICON)
    assert (words.concepts, words.names) == (("ankara",), ())


def test_a_figure_in_words_is_that_number() -> None:
    lexicon = Lexicon({"7": {"en": "seven"}})
    words = read(match("a", "Seven awards").tagged.article, [], "en", lexicon)
    assert (words.numbers, words.title_numbers, words.concepts) == (("7",), ("7",), ())


@pytest.mark.parametrize(
    ("title", "stem"),
    [("地震発生のニュース", "地震"), ("Землетрясение", "земле"), ("שר החוץ דיבר", "החוץ")],
)
def test_every_script_has_stems(title: str, stem: str) -> None:
    article = match("a", title).tagged.article
    assert stem in read(article, [], "xx", LEXICON).stems


EVERYWHERE = Lexicon(
    {
        "border": {"zh": "边境", "ko": "국경", "hi": "सीमा", "fa": "مرز", "ar": "حدود"},
        "closed": {"zh": "关闭", "hi": "बंद.", "ko": "차단"},
        "killed": {"ar": "قتل"},
        "talks": {"zh": "会谈"},
        "meeting": {"zh": "会"},
    }
)


@pytest.mark.parametrize(
    ("title", "language", "concepts"),
    [
        ("土耳其关闭与伊朗边境", "zh", ("closed", "border")),
        ("土耳其關閉與伊朗邊境", "zh", ("closed", "border")),
        ("今日会谈", "zh", ("talks",)),
        ("터키 국경을 차단", "ko", ("border", "closed")),
        ("सीमा बंद", "hi", ("border", "closed")),
        ("مرزهای زمینی", "fa", ("border",)),
        ("مرز‌هایش", "fa", ("border",)),
        ("قُتل رجل", "ar", ("killed",)),
    ],
)
def test_words_are_known_in_any_spelling(
    title: str, language: str, concepts: tuple[str, ...]
) -> None:
    article = match("a", title).tagged.article
    assert read(article, [], language, EVERYWHERE).concepts == concepts


def test_chinese_of_two_spellings_has_the_same_stems() -> None:
    one, other = (match("a", title).tagged.article for title in ("邊境關閉", "边境关闭"))
    assert read(one, [], "zh", LEXICON).stems == read(other, [], "zh", LEXICON).stems


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_read_and_bounded(title: str, text: str) -> None:
    words = read(match("a", title, text=text).tagged.article, [], "fa", LEXICON)
    assert len(words.stems) <= 60
    assert all(len(one) >= 3 for one in words.names)
    assert len(set(words.concepts)) == len(words.concepts)
