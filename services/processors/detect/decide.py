"""The language of a text, with a confidence that means what it says."""

from collections import defaultdict

import numpy as np

from services.processors.detect.fold import words
from services.processors.detect.model import Read, Scores, likelihoods, read, weights
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
    found = words(text)
    language = _decide(found[:FIRST], prior)
    if len(found) > FIRST and language.confidence < SETTLED:
        return _decide(found, prior)
    return language


def _decide(found: list[str], prior: str | None) -> Language:
    told = [read(word) for word in found]
    script = _main_script(told)
    if script is None:
        return UNDECIDED
    if script in ALONE:
        return Language(code=ALONE[script], confidence=SURE)
    return _likeliest(weights()[script].codes, likelihoods(script, told), prior)


def _main_script(told: list[Read]) -> str | None:
    """The script most letters are of, Latin ones counting less; None for fewer than two letters."""
    letters: defaultdict[str, float] = defaultdict(float)
    for word in told:
        letters[word.script] += word.letters
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
    swayed[codes.index(code)] += np.log(PRIOR)
    return swayed
