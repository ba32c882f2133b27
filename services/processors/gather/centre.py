"""An embedding without what it has in common with other texts.

The model's vectors lie apart by language before they lie apart by meaning. Without the mean of its
language a vector is nearer to one of another language that tells the same (Libovický et al., "On
the Language Neutrality of Pre-trained Multilingual Representations", 2020). What is left lies
mostly along a few directions, in which any two texts differ: they count less, the others more, each
by the fourth root of its variance (half of the way that Su et al., "Whitening Sentence
Representations for Better Semantics and Faster Retrieval", 2021, go).

Means and directions are data of this package: `tests/bench/fit_stories.py` makes them of ordinary
news.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from math import sqrt

import numpy as np
from numpy.typing import NDArray

MEANS = "means.npz"
ANY = "any"
"""The mean of all texts, for a language of which there were too few."""
DIRECTIONS = "directions"
"""The directions as rows, each as long as it counts."""

Floats = NDArray[np.float32]


def centred(vector: Floats, language: str) -> Floats:
    """How a unit vector lies to the mean of its language, as a unit vector."""
    means = _means()
    moved: Floats = means[DIRECTIONS] @ (vector - means.get(language, means[ANY]))
    moved /= max(sqrt(float(moved @ moved)), 1e-9)
    return moved


@cache
def _means() -> Mapping[str, Floats]:
    with (files(__package__) / MEANS).open("rb") as file, np.load(file) as arrays:
        return {language: arrays[language].astype(np.float32) for language in arrays}
