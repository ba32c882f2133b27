"""The language of a text, with a confidence that means what it says."""

from collections.abc import Sequence
from functools import lru_cache
from math import exp, floor, log

from services.processors.detect.fold import READ, words
from services.processors.detect.lanes import Sums, Told, how_many, letters, only_script
from services.processors.detect.memory import memory
from services.processors.detect.model import weights
from services.processors.detect.scripts import ALONE, SCRIPTS
from shared.records import Language

UNDECIDED = Language(code="und", confidence=0.0)
SURE = 0.99  # of a language that has its script to itself
ENOUGH = 0.25  # below this confidence the answer is `und`
FEWEST = 2  # letters; one names no language
FIRST = 12  # words read at first: a headline
AT_ONCE = 0.99  # confidence at which those of one script are enough
MOST = 24  # words that are read otherwise
SETTLED = 0.95  # confidence at which the words after those are not read
LATIN = 0.25  # what a Latin letter counts among others: brands and names keep their Latin letters
PRIOR = 20.0  # how many times likelier its feed's label makes a language
UNSURE = 0.9  # below this confidence it counts that every word has a capital
TITLED = 5.0  # how many times likelier that makes English, whose headlines are written so
FEWEST_TITLED = 3  # words of which it says anything
INDONESIAN = 2.0  # how many times likelier it is than Malay: alike, and far more is written in it
UNLIKELY = 40.0  # log-likelihood below the best one's at which a language no longer counts
_ALIASES = {
    "kmr": "ku", "prs": "fa", "pes": "fa", "pus": "ps", "arb": "ar", "nb": "no", "nn": "no",
    "iw": "he", "in": "id", "bs": "hr", "sh": "hr", "fil": "tl", "azb": "az", "sorani": "ckb",
}  # fmt: skip

Sway = tuple[str, float]
"""What something beside the words adds to a language's log-likelihood."""


def detect(text: str, prior: str | None = None) -> Language:
    """The language of the text and how likely that is; `und`, and 0.0, when nothing tells.

    `prior` is the feed's own label (BCP 47). It sways what the text leaves open and no more: it
    cannot make a language likely whose script the text is not in. Any string has an answer, in a
    time that does not grow with its length.
    """
    [language] = detect_all([(text, prior)])
    return language


def detect_all(asked: Sequence[tuple[str, str | None]]) -> list[Language]:
    """`detect` for each text and prior; what opens them is read all at once, which is cheaper."""
    split = [text[:READ].split(None, FIRST) for text, _ in asked]
    begun = memory().told([pieces[:FIRST] for pieces in split], FIRST)
    return [
        _language(text, prior, told, more=len(pieces) > FIRST or how_many(told) == FIRST)
        for (text, prior), pieces, told in zip(asked, split, begun, strict=True)
    ]


def _language(text: str, prior: str | None, told: Told, *, more: bool) -> Language:
    """The language of a text whose first words tell this, and there may be more of them."""
    sways = _of_feed(prior)
    language, mixed = _decide(told, sways)
    if more and (mixed or language.confidence < AT_ONCE):
        told = _told(text, MOST)
        language, _ = _decide(told, sways)
        if language.confidence < SETTLED and how_many(told) == MOST:
            told = _told(text, READ)
            language, _ = _decide(told, sways)
    if language.confidence < UNSURE and _titled(text):
        language, _ = _decide(told, (*sways, ("en", log(TITLED))))
    if language.code == "ms":
        language, _ = _decide(told, (*sways, ("id", log(INDONESIAN))))
    return language


def _titled(text: str) -> bool:
    found = words(text)
    return len(found) >= FEWEST_TITLED and all(word[0].isupper() for word in found)


def _told(text: str, most: int) -> Told:
    [told] = memory().told([text[:READ].split()], most)
    return told


def _decide(told: Told, sways: Sequence[Sway]) -> tuple[Language, bool]:
    """The language of these words, and whether they are of several scripts."""
    only = only_script(told)
    script, many = only or _main_script(letters(told))
    if many < FEWEST:
        return UNDECIDED, False
    if script in ALONE:
        return Language(code=ALONE[script], confidence=SURE), only is None
    return _likeliest(script, memory().lanes.sums(told, script), sways), only is None


def _main_script(letters: Sequence[int]) -> tuple[str, int]:
    """The script most of these letters are of, Latin ones counting less; and how many all are."""
    counts = {script: float(many) for script, many in zip(SCRIPTS, letters, strict=True) if many}
    if "kana" in counts:
        counts["kana"] += counts.pop("han", 0)  # Japanese writes with both
    if "latin" in counts:
        counts["latin"] *= LATIN
    return max(counts, key=counts.__getitem__, default=""), sum(letters)


def _likeliest(script: str, sums: Sums, sways: Sequence[Sway]) -> Language:
    worth = _worth(script, sums.features)
    scores: Sequence[float] = sums.by_language
    if sways or any(sums.telling):
        scores = _swayed(script, sums, sways)
    best = max(scores)
    least = floor(best - UNLIKELY / worth)
    confidence = 1.0 / sum([exp((score - best) * worth) for score in scores if score > least])
    if confidence < ENOUGH:
        return UNDECIDED
    return Language(code=weights()[script].codes[scores.index(best)], confidence=confidence)


def _swayed(script: str, sums: Sums, sways: Sequence[Sway]) -> list[float]:
    """The sums with what single letters add, the feed's label and capitals."""
    model, worth = weights()[script], _worth(script, sums.features)
    scores: list[float] = [*sums.by_language]
    for (column, log_likelihood), often in zip(model.telling, sums.telling, strict=True):
        if often:
            scores[column] += log_likelihood / worth
    for code, log_likelihood in sways:
        if code in model.codes:
            scores[model.codes.index(code)] += log_likelihood / worth
    return scores


@lru_cache(maxsize=1 << 14)
def _worth(script: str, features: int) -> float:
    return weights()[script].worth(features)


def _of_feed(prior: str | None) -> tuple[Sway, ...]:
    return ((_named(prior), log(PRIOR)),) if prior else ()


def _named(label: str) -> str:
    """Our code for a feed's label."""
    code = label.replace("_", "-").split("-", 1)[0].lower()
    return _ALIASES.get(code, code)
