"""An embedding without what it has in common with any other text of its language.

The model's vectors lie apart by language before they lie apart by meaning, most of all those of
texts that it reads word by word in English. Without the mean of its language a vector is nearer to
one of another language that tells the same (Libovický et al., "On the Language Neutrality of
Pre-trained Multilingual Representations", 2020).

The means are data of this package: `tests/bench/fit_stories.py` makes them of ordinary news.
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

Floats = NDArray[np.float32]


def centred(vector: Floats, language: str) -> Floats:
    """A unit vector's direction from the mean of its language, as a unit vector."""
    means = _means()
    moved: Floats = vector - means.get(language, means[ANY])
    moved /= max(sqrt(float(moved @ moved)), 1e-9)
    return moved


@cache
def _means() -> Mapping[str, Floats]:
    with (files(__package__) / MEANS).open("rb") as file, np.load(file) as arrays:
        return {language: arrays[language].astype(np.float32) for language in arrays}
