"""Sentences end where readers of each script see an end."""

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.processors.relate.sentences import (
    _END,
    LONGEST,
    _ends,
    containing,
    extent,
    headline_starts,
    starts,
)

CASES = [
    ("a point", "Iran said so. Turkey did not.", ["Iran said so.", "Turkey did not."]),
    ("a line break", "عنوان\nنص الخبر", ["عنوان", "نص الخبر"]),
    ("an Arabic question mark", "هل زار أردوغان طهران؟ نعم.", ["هل زار أردوغان طهران؟", "نعم."]),
    ("an Urdu full stop", "ایران نے کہا۔ ترکیہ نے۔", ["ایران نے کہا۔", "ترکیہ نے۔"]),
    ("quotes close a sentence", "“Geldik.” Dedi.", ["“Geldik.”", "Dedi."]),
    ("initials do not", "J. R. Smith met Dr. Zarif.", ["J. R. Smith met Dr. Zarif."]),
    ("decimals do not", "It rose 2.5 percent.", ["It rose 2.5 percent."]),
    ("nothing is no sentence", "", []),
    (
        "a lost line break ends one",
        "Bakan açıkladı.Heyet geldi",
        ["Bakan açıkladı.", "Heyet geldi"],
    ),
    (
        "no address and no initial does",
        "U.S.A. report.az Ph.D. v2.Beta",
        ["U.S.A. report.az Ph.D. v2.Beta"],
    ),
]


def sentences(text: str) -> list[tuple[int, int]]:
    begun = starts(text)
    return [extent(begun, number, text) for number in range(len(begun))]


@pytest.mark.parametrize(("rule", "text", "expected"), CASES)
def test_where_sentences_end(rule: str, text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected, rule


@pytest.mark.parametrize(
    ("title", "headlines"),
    [
        ("رأی‌گیری درباره ایران / ورود ارتش ترکیه به حلب", 2),
        ("Iran fires a missile | Turkish lira slides | Rail workers strike", 3),
        ("İran / Türkiye", 1),
        ("Talks in Ankara. Iran's minister came", 2),
        ("One headline and no more than that", 1),
        ("", 0),
    ],
)
def test_a_title_may_hold_several_headlines(title: str, headlines: int) -> None:
    assert len(headline_starts(title)) == headlines


@given(st.text(alphabet=st.sampled_from("aا .!?؟۔\n\u200c“”1")))
def test_sentences_hold_every_character_but_white_space_in_order(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(text[a:b].split()) for a, b in found) == "".join(text.split())
    assert all(a <= b for a, b in found)
    assert all(end <= start for (_, end), (start, _) in pairwise(found))


def test_text_without_an_end_is_cut() -> None:
    assert all(end - start <= LONGEST for start, end in sentences("ا" * 10 * LONGEST))
    assert starts("One. " + "x" * 2 * LONGEST) == [0, 5, 5 + LONGEST]


def test_a_position_is_in_the_sentence_that_starts_before_it() -> None:
    begun = starts("One. Two. Three.")
    assert [containing(begun, place) for place in (0, 5, 8, 12)] == [0, 1, 1, 2]


def test_a_line_break_ends_a_sentence_after_a_single_letter_too() -> None:
    text = "برابر نأتو“و.\nجمله دوم"
    assert starts(text) == [0, text.index("جمله")]


@given(st.text(alphabet=st.sampled_from('aaB .!?…\n。"”1')))
def test_marks_passed_over_end_no_sentence(text: str) -> None:
    assert [*_ends(text)] == [end.end() for end in _END.finditer(text)]


@pytest.mark.parametrize("piece", [".", "!?", " ", " /", ".)", "…”", "a.", "\n."])
def test_signs_without_end_take_no_time(piece: str) -> None:
    text = piece * 30_000
    began = process_time()
    starts(text)
    headline_starts(text)
    assert process_time() - began < 2
