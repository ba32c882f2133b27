"""The trained weights: for each script that several languages share, a linear model over n-grams.

`model.npz` lies in the package and is made by `deploy/language/train.py`. For each script it holds
`codes` (the languages), `weights` (2**bits rows of int8, a column a language), `scales` (what the
int8 stand for) and `calibration` (a, b): n features are worth a * n**b times their mean score.

A word's scores are remembered: news repeats its words, and a remembered word costs a dictionary
look-up. At most REMEMBERED words are kept, of at most LONGEST letters: some 30 MB.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.processors.detect.grams import grams
from services.processors.detect.scripts import ALONE, OTHER, script_of

Scores = NDArray[np.float32]
REMEMBERED = 1 << 16
LOWER = 3.0  # what a word without a capital counts for: names are written alike in many languages
MODEL = "model.npz"

TELLING = {
    "latin": {"ə": ("az", 4.0), "q": ("tr", -1.5), "w": ("tr", -1.5), "x": ("tr", -1.5)},
    "arabic": {"پ": ("ar", -2.5), "چ": ("ar", -2.5), "ژ": ("ar", -2.5), "گ": ("ar", -2.5)},
}
"""Letters that speak for a language or against it more than training found, for want of headlines
with so many foreign names; what each adds to the log-likelihood, once a text."""
FOREIGN = frozenset("qwx")  # tell nothing in a word with a capital


class Read(NamedTuple):
    """What one word tells."""

    script: str
    letters: int
    features: float  # how many, weighted
    scores: Scores | None  # a column a language of the script; None where the script tells alone
    telling: tuple[str, ...] = ()  # its letters that TELLING names


@dataclass(frozen=True, slots=True)
class Weights:
    """The model of one script."""

    codes: tuple[str, ...]
    rows: NDArray[np.int8]
    scales: Scores
    steepness: float
    growth: float

    @property
    def bits(self) -> int:
        """The number of buckets is two to this."""
        return len(self.rows).bit_length() - 1

    def scores(self, lower: str) -> tuple[int, Scores]:
        """How many features the word has, and their summed weights."""
        buckets = grams(lower, self.bits)
        summed = np.add.reduce(self.rows.take(buckets, axis=0), axis=0, dtype=np.int32)
        return len(buckets), summed * self.scales


@lru_cache(maxsize=REMEMBERED)
def read(word: str) -> Read:
    """What the word tells by itself; `word` is not empty."""
    script = script_of(word)
    if script in ALONE or script == OTHER:
        return Read(script, len(word), 0.0, None)
    lower = word.lower()
    weight = LOWER if lower == word else 1.0
    features, scores = weights()[script].scores(lower)
    telling = set(lower) & TELLING.get(script, {}).keys()
    if lower != word:
        telling -= FOREIGN
    return Read(script, len(word), weight * features, scores * np.float32(weight), tuple(telling))


def likelihoods(script: str, words: list[Read]) -> Scores:
    """Calibrated log-likelihoods of the script's languages, for the words that are of it."""
    of_it = [word for word in words if word.script == script]
    summed = np.sum([word.scores for word in of_it if word.scores is not None], axis=0)
    features = sum(word.features for word in of_it)
    model = weights()[script]
    scores: Scores = summed * np.float32(model.steepness * features ** (model.growth - 1.0))
    for letter in {letter for word in of_it for letter in word.telling}:
        code, log_likelihood = TELLING[script][letter]
        scores[model.codes.index(code)] += log_likelihood
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
