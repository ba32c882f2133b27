"""The trained weights: for each script that several languages share, a linear model over n-grams.

`model.npz` lies in the package and is made by `deploy/language/train.py`. For each script it holds
`codes` (the languages), `weights` (2**bits rows of int8, a column a language), `scales` (what the
int8 stand for, one and the same) and `calibration` (a, b): n features are worth a * n**b times
their mean score.
"""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from services.processors.detect.grams import Buckets, Counts, grams

Sums = NDArray[np.int32]
MANY = 512  # words, from which on it takes less time to add up all their rows together
LOWER = 3  # what a word without a capital counts for: names are written alike in many languages
MODEL = "model.npz"

TELLING = {
    "latin": {"ə": ("az", 4.0), "q": ("tr", -1.5), "w": ("tr", -1.5), "x": ("tr", -1.5)},
    "cyrillic": {"і": ("ru", -4.0), "ї": ("ru", -4.0), "є": ("ru", -4.0)},
    "arabic": {"پ": ("ar", -2.5), "چ": ("ar", -2.5), "ژ": ("ar", -2.5), "گ": ("ar", -2.5)},
}
"""Letters that speak for a language or against it more than training found, for want of headlines
with so many foreign names; what each adds to the log-likelihood, once a text."""
FOREIGN = frozenset("qwx")  # tell nothing in a word with a capital


class Weights(Struct, frozen=True):
    """The model of one script."""

    codes: tuple[str, ...]
    rows: NDArray[np.int8]
    scale: float  # of all languages alike
    steepness: float
    growth: float
    telling: tuple[tuple[int, float], ...]  # of each of TELLING its column, and what it adds

    @property
    def bits(self) -> int:
        """The number of buckets is two to this."""
        return len(self.rows).bit_length() - 1

    def sums(self, lower: Sequence[str]) -> tuple[Sums, Counts]:
        """For each of these words, in lower case, its features' summed rows and their number."""
        buckets, counts = grams(lower, self.bits)
        summed = _summed if len(counts) < MANY else _summed_together
        return summed(self.rows, buckets, counts), counts

    def worth(self, features: float) -> float:
        """What one of so many features' sum adds to a calibrated log-likelihood."""
        steep = np.float32(self.steepness * features ** (self.growth - 1.0))
        return self.scale * float(steep)


def _summed(rows: NDArray[np.int8], buckets: Buckets, counts: Counts) -> Sums:
    """For each word the sum of its rows: of so many buckets the first are the first word's."""
    begins = np.concatenate(([0], counts[:-1].cumsum()))
    return np.add.reduceat(rows.take(buckets, axis=0), begins, axis=0, dtype=np.int32)


def _summed_together(rows: NDArray[np.int8], buckets: Buckets, counts: Counts) -> Sums:
    """The same: the first rows of all words, then all second ones, the longest words on top."""
    order = np.argsort(-counts, kind="stable")
    begins = (counts.cumsum() - counts).take(order)
    longer = np.searchsorted(-counts.take(order), -np.arange(counts.max()))  # words with a next row
    sums = np.zeros((len(counts), rows.shape[1]), np.int32)
    for place, words in enumerate(longer.tolist()):
        sums[:words] += rows.take(buckets.take(begins[:words] + place), axis=0)
    ordered = np.empty_like(sums)
    ordered[order] = sums
    return ordered


@cache
def weights() -> dict[str, Weights]:
    """The models by script, read once."""
    with (files(__package__) / MODEL).open("rb") as file, np.load(file) as arrays:
        return {str(script): _weights(arrays, str(script)) for script in arrays["scripts"]}


def _weights(arrays: "np.lib.npyio.NpzFile", script: str) -> Weights:
    [scale] = set(arrays[f"{script}.scales"].tolist())
    steepness, growth = arrays[f"{script}.calibration"].tolist()
    codes = tuple(str(code) for code in arrays[f"{script}.codes"])
    telling = TELLING.get(script, {}).values()
    return Weights(
        codes=codes,
        rows=arrays[f"{script}.weights"],
        scale=scale,
        steepness=steepness,
        growth=growth,
        telling=tuple((codes.index(code), adds) for code, adds in telling),
    )
