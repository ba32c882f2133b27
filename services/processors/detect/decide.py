"""The language of a text, with a confidence that means what it says."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import log

import numpy as np

from services.processors.detect.fold import first_words, words
from services.processors.detect.memory import Told, memory
from services.processors.detect.model import Scores, weights
from services.processors.detect.scripts import ALONE, OTHER
from shared.records import Language

UNDECIDED = Language(code="und", confidence=0.0)
SURE = 0.99  # of a language that has its script to itself
ENOUGH = 0.25  # below this confidence the answer is `und`
FEWEST = 2  # letters; one names no language
FIRST = 24  # words read at first: a headline and a half
SETTLED = 0.95  # confidence at which the words after the first ones are not read
LATIN = 0.25  # what a Latin letter counts among others: brands and names keep their Latin letters
PRIOR = 20.0  # how many times likelier its feed's label makes a language
_ALIASES = {
    "kmr": "ku", "prs": "fa", "pes": "fa", "pus": "ps", "arb": "ar", "nb": "no", "nn": "no",
    "iw": "he", "in": "id", "bs": "hr", "sh": "hr", "fil": "tl", "azb": "az", "sorani": "ckb",
}  # fmt: skip


def detect(text: str, prior: str | None = None) -> Language:
    """The language of the text and how likely that is; `und`, and 0.0, when nothing tells.

    `prior` is the feed's own label (BCP 47). It sways what the text leaves open and no more: it
    cannot make a language likely whose script the text is not in. Any string has an answer, in a
    time that does not grow with its length.
    """
    first = first_words(text, FIRST)
    language = _decide(first, prior)
    if language.confidence < SETTLED and len(first) == FIRST:
        return _decide(words(text), prior)
    return language


def read_ahead(texts: Iterable[str]) -> None:
    """Read the first words of all these texts at once, which is cheaper than one by one.

    It changes no answer, only what `detect` has left to do.
    """
    memory().meet(word for text in texts for word in first_words(text, FIRST))


def _decide(found: Sequence[str], prior: str | None) -> Language:
    told = memory().told(found)
    script = _main_script(found, told)
    if script is None:
        return UNDECIDED
    if script in ALONE:
        return Language(code=ALONE[script], confidence=SURE)
    return _likeliest(weights()[script].codes, told.likelihoods(script), prior)


def _main_script(found: Sequence[str], told: Told) -> str | None:
    """The script most letters are of, Latin ones counting less; None for fewer than two letters."""
    if len(told.scripts) == 1 and OTHER not in told.scripts and len(found) >= FEWEST:
        [script] = told.scripts
        return script
    letters: defaultdict[str, float] = defaultdict(float)
    for word, script in zip(found, told.script_of_each(), strict=True):
        letters[script] += len(word)
    letters.pop(OTHER, None)
    if sum(letters.values()) < FEWEST:
        return None
    if letters.get("kana"):
        letters["kana"] += letters.pop("han", 0)  # Japanese writes with both
    if "latin" in letters:
        letters["latin"] *= LATIN
    return max(letters, key=letters.__getitem__)


def _likeliest(codes: tuple[str, ...], scores: Scores, prior: str | None) -> Language:
    if prior:
        scores = _swayed(codes, scores, prior)
    best = int(scores.argmax())
    confidence = float(1.0 / np.exp(scores - scores[best]).sum())
    if confidence < ENOUGH:
        return UNDECIDED
    return Language(code=codes[best], confidence=confidence)


def _swayed(codes: tuple[str, ...], scores: Scores, prior: str) -> Scores:
    code = prior.replace("_", "-").split("-", 1)[0].lower()
    code = _ALIASES.get(code, code)
    if code not in codes:
        return scores
    swayed = scores.copy()
    swayed[codes.index(code)] += log(PRIOR)
    return swayed
