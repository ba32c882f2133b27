"""The trained weights: for each script that several languages share, a linear model over n-grams.

`model.npz` lies in the package and is made by `deploy/language/train.py`. For each script it holds
`codes` (the languages), `weights` (2**bits rows of int8, a column a language), `scales` (what the
int8 stand for) and `calibration` (a, b): n features are worth a * n**b times their mean score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from services.processors.detect.grams import Counts, grams

Scores = NDArray[np.float64]
Sums = NDArray[np.int32]
LOWER = 3  # what a word without a capital counts for: names are written alike in many languages
MODEL = "model.npz"

TELLING = {
    "latin": {"ə": ("az", 4.0), "q": ("tr", -1.5), "w": ("tr", -1.5), "x": ("tr", -1.5)},
    "arabic": {"پ": ("ar", -2.5), "چ": ("ar", -2.5), "ژ": ("ar", -2.5), "گ": ("ar", -2.5)},
}
"""Letters that speak for a language or against it more than training found, for want of headlines
with so many foreign names; what each adds to the log-likelihood, once a text."""
FOREIGN = frozenset("qwx")  # tell nothing in a word with a capital


@dataclass(frozen=True, slots=True)
class Weights:
    """The model of one script."""

    codes: tuple[str, ...]
    rows: NDArray[np.int8]
    scales: NDArray[np.float32]
    steepness: float
    growth: float

    @property
    def bits(self) -> int:
        """The number of buckets is two to this."""
        return len(self.rows).bit_length() - 1

    def sums(self, lower: Sequence[str]) -> tuple[Sums, Counts]:
        """For each of these words, in lower case, its features' summed rows and their number."""
        buckets, counts = grams(lower, self.bits)
        begins = np.concatenate(([0], counts[:-1].cumsum()))
        rows = self.rows.take(buckets, axis=0)
        return np.add.reduceat(rows, begins, axis=0, dtype=np.int32), counts

    def likelihoods(self, sums: Sums, features: float) -> Scores:
        """The languages' log-likelihoods, calibrated, for the summed rows of so many features."""
        worth = np.float32(self.steepness * features ** (self.growth - 1.0))
        scores: Scores = np.multiply(sums, self.scales * worth, dtype=np.float64)
        return scores


@cache
def weights() -> dict[str, Weights]:
    """The models by script, read once."""
    with (files(__package__) / MODEL).open("rb") as file, np.load(file) as arrays:
        return {str(script): _weights(arrays, str(script)) for script in arrays["scripts"]}


def _weights(arrays: "np.lib.npyio.NpzFile", script: str) -> Weights:
    steepness, growth = arrays[f"{script}.calibration"].tolist()
    return Weights(
        codes=tuple(str(code) for code in arrays[f"{script}.codes"]),
        rows=arrays[f"{script}.weights"],
        scales=arrays[f"{script}.scales"],
        steepness=steepness,
        growth=growth,
    )
