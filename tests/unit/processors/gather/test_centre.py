"""An embedding is compared without what all texts of its language have in common."""

import numpy as np
import pytest

from services.processors.gather.centre import ANY, centred
from services.processors.gather.signals import DIMENSIONS, Signals, packed

from .conftest import a_reader, match

LANGUAGES = ("en", "fa", "tr", "ar", "ckb", "sw", ANY)


def vector(seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=DIMENSIONS).astype(np.float32)
    return drawn / np.linalg.norm(drawn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_left_is_a_unit_vector_whatever_the_language(language: str) -> None:
    assert np.linalg.norm(centred(vector(1), language)) == pytest.approx(1, abs=1e-5)


def test_a_language_without_a_mean_loses_what_all_texts_have_in_common() -> None:
    assert np.array_equal(centred(vector(1), "sw"), centred(vector(1), ANY))
    assert not np.array_equal(centred(vector(1), "fa"), centred(vector(1), ANY))


def test_the_record_keeps_what_the_model_said() -> None:
    kept = packed(vector(1))
    read = {language: embedding(kept, language) for language in ("en", "fa")}
    assert not np.array_equal(read["en"], read["fa"])
    assert all(
        np.allclose(one, centred(vector(1), language), atol=0.02) for language, one in read.items()
    )


def test_an_article_without_an_embedding_has_none_in_any_language() -> None:
    assert not embedding(b"", "fa").any()


def embedding(kept: bytes, language: str) -> np.ndarray:
    read = a_reader().read(match("one", "Talks", language=language))
    return Signals(told=read.told, sketch=read.sketch, vector=kept).embedding
