"""Sentences end where readers of each script see an end."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.processors.relate.sentences import LONGEST, containing, sentences

CASES = [
    ("a point", "Iran said so. Turkey did not.", ["Iran said so.", "Turkey did not."]),
    ("a line break", "عنوان\nنص الخبر", ["عنوان", "نص الخبر"]),
    ("an Arabic question mark", "هل زار أردوغان طهران؟ نعم.", ["هل زار أردوغان طهران؟", "نعم."]),
    ("an Urdu full stop", "ایران نے کہا۔ ترکیہ نے۔", ["ایران نے کہا۔", "ترکیہ نے۔"]),
    ("quotes close a sentence", "“Geldik.” Dedi.", ["“Geldik.”", "Dedi."]),
    ("initials do not", "J. R. Smith met Dr. Zarif.", ["J. R. Smith met Dr. Zarif."]),
    ("decimals do not", "It rose 2.5 percent.", ["It rose 2.5 percent."]),
    ("nothing is no sentence", " \n ", []),
]


@pytest.mark.parametrize(("rule", "text", "expected"), CASES)
def test_where_sentences_end(rule: str, text: str, expected: list[str]) -> None:
    found = [text[s.start : s.end] for s in sentences("text", text)]
    assert found == expected, rule


@given(st.text(alphabet=st.sampled_from("aا .!?؟۔\n\u200c“”1")))
def test_sentences_hold_every_character_but_white_space_in_order(text: str) -> None:
    found = sentences("text", text)
    assert "".join(text[s.start : s.end] for s in found).split() == text.split() or (
        "".join("".join(text[s.start : s.end].split()) for s in found) == "".join(text.split())
    )
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_text_without_an_end_is_cut() -> None:
    assert all(s.end - s.start <= LONGEST for s in sentences("text", "ا" * 10 * LONGEST))


def test_a_position_is_in_the_sentence_that_starts_before_it() -> None:
    found = sentences("text", "One. Two. Three.")
    assert [containing(found, place) for place in (0, 5, 8, 12)] == [0, 1, 1, 2]
