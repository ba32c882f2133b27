"""A glossary finds what a plain search of the folded text finds, whatever it has met before."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from services.processors.glossary import LONGEST_PREFIX, REMEMBERED, Glossary, Patterns
from shared.text import fold

PATTERNS: Patterns = {
    "gas": {("energy", False)},
    "gaz": {("energy", True)},
    "two sides": {("both", False)},
    "two": {("few", False)},
    "d-8": {("club", True)},
    "ab ab": {("pair", True)},
    "ab": {("one", False)},
}
PARTICLES = frozenset({"w", "wl"})

WORDS = """gas gaz GAZ two sides two_sides wgas wlgaz xgas gas, d-8 d-8s «ab» ab abx wab twosides
(two w 8"""
pieces = st.sampled_from([word.replace("_", " ") for word in WORDS.split()])
texts = st.lists(pieces).map(" ".join)


def plain(text: str) -> Counter[str]:
    """Every pattern at every place."""
    padded = f" {fold(text)} "
    found: Counter[str] = Counter()
    for pattern, concepts in PATTERNS.items():
        for start in range(1, len(padded) - len(pattern)):
            if padded.startswith(pattern, start) and begins(padded, start):
                goes_on = padded[start + len(pattern)].isalnum()
                found.update(name for name, open_end in concepts if open_end or not goes_on)
    return found


def begins(padded: str, start: int) -> bool:
    word = start
    while padded[word - 1].isalnum():
        word -= 1
    before = padded[word:start]
    return not before or (len(before) <= LONGEST_PREFIX and before in PARTICLES)


@given(st.lists(texts))
def test_it_finds_what_a_plain_search_finds(passages: list[str]) -> None:
    glossary = Glossary(PATTERNS, PARTICLES)
    expected = [plain(text) for text in passages]
    assert glossary.counts(passages) == expected
    assert glossary.counts(passages) == expected


def test_what_it_remembers_is_bounded() -> None:
    glossary = Glossary(PATTERNS, PARTICLES)
    for block in range(4):
        words = " ".join(f"w{block}x{n}" for n in range(REMEMBERED // 2))
        assert glossary.counts([f"{words} gas"]) == [Counter(energy=1)]
    assert glossary.remembered <= REMEMBERED * 3 // 2 + 1


def test_white_space_and_parting_signs_of_any_kind_part_words() -> None:
    glossary = Glossary(PATTERNS, PARTICLES)
    assert glossary.counts(["two\u00a0\u2003sides\x01gas"]) == [plain("two sides gas")]
