"""What says nothing is left out of the essence, and only where it may stand a text is searched."""

from hypothesis import example, given
from hypothesis import strategies as st

from services.processors.gather.essence import doubtful, essence
from services.processors.gather.shingles import words_of
from services.processors.gather.wording import wordings
from shared.cosmetic import BESIDE_A_NUMBER, OF_UPDATING, without_cosmetics_folded
from shared.text import fold, fold_together

WORDS = st.sampled_from(
    (*sorted(BESIDE_A_NUMBER), *sorted(OF_UPDATING), *("minutes", "saat", "дней", "به", "gas", "x"))
)
NUMBERS = st.sampled_from(("5", "1,200", "12:30", "۱۲", "٥", "3."))
GAPS = st.sampled_from((" ", "", ": ", " : ", ":", "\n", "  ", "\u200c", ".", "ﷺ", "\u064b", "ß"))
LINES = st.lists(st.tuples(WORDS | NUMBERS, GAPS), max_size=8).map(
    lambda parts: "".join(map("".join, parts))
)
TEXTS = st.lists(LINES | st.text(max_size=60), min_size=1, max_size=5)


@example(["gas5 views"])
@example(["gas5x views"])
@given(TEXTS)
def test_a_text_that_is_not_searched_holds_nothing_cosmetic(texts: list[str]) -> None:
    codes, begins = fold_together(texts)
    doubts = doubtful(codes, words_of(codes), begins)
    for place, text in enumerate(map(fold, texts)):
        assert place in doubts or without_cosmetics_folded(text) == text


def test_numbers_alone_and_such_words_alone_raise_no_doubt() -> None:
    texts = ["The 40th report of 2026 had 5 parts", "many views and comments, long ago", "gas"]
    codes, begins = fold_together(texts)
    assert not doubtful(codes, words_of(codes), begins)


@given(st.lists(st.tuples(LINES | st.text(max_size=60), LINES | st.text(max_size=200)), max_size=4))
def test_texts_read_together_are_read_as_each_alone(texts: list[tuple[str, str]]) -> None:
    together = wordings(texts)
    assert together == [one for text in texts for one in wordings([text])]
    assert [one.essence for one in together] == [
        essence(f"{fold(title)} {fold(body)}") for title, body in texts
    ]
