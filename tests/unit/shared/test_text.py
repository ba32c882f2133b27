import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.text import _BLOCKS, _SYLLABLES, FEW, fold, fold_all, normalise

anything = st.text(st.characters(codec=None, exclude_categories=())) | st.text(
    "İıIi ايإآأئىیةهـ\u064b\u200c\u200d\u202bßﷺﬁ’`´\t\n١۱½🇮🇷éй\u0301\ud800"
)

SAME = [
    (["İran", "IRAN", "ıran", "Iran", "Îran", "ＩＲＡＮ", "ｉran"], "the Latin letters of Iran"),
    (
        ["ایران", "ايران", "إيران", "أيران", "ﺍﯾﺮﺍﻥ", "ایـــران", "إِيرَان", "\u202bایران\u202c"],
        "alef, yeh",
    ),
    (["ترکیه", "تركيه", "ترکيه", "تركية", "ترکیة", "ﺗﺮﻛﻴﻪ"], "kaf, yeh, heh"),
    (["Türkiye'nin", "TÜRKİYE’NİN", "türkiye`nin", "Tu\u0308rkiye´nin"], "one apostrophe"),
    (["١٢٣", "۱۲۳", "१२३", "123", "¹²³"], "digits"),
    (["튀르키예", unicodedata.normalize("NFD", "튀르키예")], "Hangul, composed or not"),
    (["Ιράν", "ΙΡΑΝ", "ιραν"], "Greek without its accent"),
    (["Recep Tayyip", "Recep\n  Tayyip", "Recep\u00a0Tayyip"], "white space"),
    (["İran–Türkiye", "iran-turkiye", "Iran‑Türkiye"], "hyphens"),
]


@pytest.mark.parametrize(("spellings", "_sentence"), SAME, ids=[name for _, name in SAME])
def test_spellings_that_readers_take_for_the_same_fold_to_the_same(
    spellings: list[str], _sentence: str
) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), [("ترک", "تركي"), ("van", "wan"), ("ایران", "ويران")])
def test_words_that_differ_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_zwnj_stays_and_joiners_without_meaning_go() -> None:
    assert fold("ترکیه\u200cای") == fold("ترکیه") + "\u200c" + fold("ای")
    assert fold("Ir\u00adan\u200b\u2060") == "iran"


@given(anything)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(anything)
def test_canonically_equal_texts_fold_to_the_same_letters(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert sorted(fold(composed)) == sorted(fold(text))


@given(anything, st.integers(0, 40), st.integers(0, 40))
def test_every_stretch_leads_back_to_what_it_came_from(text: str, start: int, end: int) -> None:
    normal = normalise(text)
    start, end = sorted((min(start, len(normal.text)), min(end, len(normal.text))))
    first, past = normal.origin(start, end)
    assert 0 <= first <= past <= len(text)
    assert normal.text[start:end].strip() in fold(text[first:past])


@given(anything)
def test_places_grow_with_the_text(text: str) -> None:
    normal = normalise(text)
    places = [normal.origin(i, i + 1)[0] for i in range(len(normal.text))]
    assert places == sorted(places)


@given(st.text("ab Iİ’\u0301\u200cﷺ", max_size=30))
def test_the_table_does_what_the_rules_say_one_by_one(text: str) -> None:
    assert " ".join(fold(text).split()) == " ".join("".join(map(fold, text)).split())


SEVERAL = "ﬁßﷺ½㎏ŉǆ튀르키예"
"""Characters that become several."""


@given(st.lists(anything | st.text(SEVERAL + "a "), min_size=1, max_size=5))
@example([SEVERAL[: FEW + 1], "", "a  ", "\u064b"])
def test_several_texts_are_folded_together_as_one_by_one(texts: list[str]) -> None:
    assert fold_all(texts) == list(map(fold, texts))


@pytest.mark.slow
def test_the_table_covers_every_character_that_folds() -> None:
    outside = (
        chr(code)
        for code in range(0x110000)
        if code not in _SYLLABLES and not any(first <= code < past for first, past in _BLOCKS)
    )
    missed = [
        hex(ord(char)) for char in outside if unicodedata.normalize("NFKD", char).casefold() != char
    ]
    assert missed == []


def test_a_korean_syllable_folds_to_its_letters() -> None:
    for syllable in map(chr, range(0xAC00, 0xD7A4)):
        assert fold(syllable) == unicodedata.normalize("NFD", syllable)
