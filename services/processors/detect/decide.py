"""The language of a text, with a confidence that means what it says."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from math import exp, log

from services.processors.detect.memory import Word, added
from services.processors.detect.model import TELLING, weights
from services.processors.detect.pieces import USUAL, beginning, pieces, whole
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
UNLIKELY = 40.0  # log-likelihood below the best one's at which a language no longer counts
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
    [language] = detect_all([(text, prior)])
    return language


def detect_all(asked: Sequence[tuple[str, str | None]]) -> list[Language]:
    """`detect` for each text and prior; what opens them is read all at once, which is cheaper."""
    begun = pieces().told([beginning(text) for text, _ in asked])
    return [_language(*one, told) for one, told in zip(asked, begun, strict=True)]


def _language(text: str, prior: str | None, begun: Sequence[Word]) -> Language:
    told = begun if len(begun) >= FIRST or len(text) <= USUAL else _whole(text)
    language = _decide(told[:FIRST], prior)
    if language.confidence < SETTLED and len(told) >= FIRST:
        return _decide(_whole(text), prior)
    return language


def _whole(text: str) -> list[Word]:
    [told] = pieces().told([whole(text)])
    return told


def _decide(told: Sequence[Word], prior: str | None) -> Language:
    if not told:
        return UNDECIDED
    scripts, letters, lanes = zip(*told, strict=True)
    script = _main_script(scripts, letters)
    if script is None:
        return UNDECIDED
    if script in ALONE:
        return Language(code=ALONE[script], confidence=SURE)
    if scripts.count(script) < len(scripts):
        lanes = tuple(compress(lanes, map(script.__eq__, scripts)))
    return _likeliest(script, lanes, prior)


def _main_script(scripts: Sequence[str], letters: Sequence[int]) -> str | None:
    """The script most letters are of, Latin ones counting less; None for fewer than two letters."""
    counts = _letters(scripts, letters)
    counts.pop(OTHER, None)
    if sum(counts.values()) < FEWEST:
        return None
    if len(counts) > 1:
        if counts.get("kana"):
            counts["kana"] += counts.pop("han", 0)  # Japanese writes with both
        if "latin" in counts:
            counts["latin"] *= LATIN
    return max(counts, key=counts.__getitem__)


def _letters(scripts: Sequence[str], letters: Sequence[int]) -> dict[str, float]:
    """How many letters are of each script."""
    if scripts.count(scripts[0]) == len(scripts):
        return {scripts[0]: sum(letters)}
    counts = dict.fromkeys(scripts, 0.0)
    for script, many in zip(scripts, letters, strict=True):
        counts[script] += many
    return counts


def _likeliest(script: str, told: Sequence[int], prior: str | None) -> Language:
    model = weights()[script]
    telling = TELLING.get(script, {})
    sums = added(told, len(model.codes), len(telling))
    worth = model.worth(sums.features)
    scores: Sequence[float] = sums.by_language
    if prior or any(sums.telling):
        scores = [*scores]
        for code, log_likelihood in _beyond_sums(telling, sums.telling, prior):
            if code in model.codes:
                scores[model.codes.index(code)] += log_likelihood / worth
    best = max(scores)
    least = best - UNLIKELY / worth
    confidence = 1.0 / sum([exp((score - best) * worth) for score in scores if score > least])
    if confidence < ENOUGH:
        return UNDECIDED
    return Language(code=model.codes[scores.index(best)], confidence=confidence)


def _beyond_sums(
    telling: Mapping[str, tuple[str, float]], stands: Sequence[int], prior: str | None
) -> Iterator[tuple[str, float]]:
    """What single letters and the feed's label add to a language's log-likelihood."""
    for said, often in zip(telling.values(), stands, strict=True):
        if often:
            yield said
    if prior:
        yield _named(prior), log(PRIOR)


def _named(label: str) -> str:
    """Our code for a feed's label."""
    code = label.replace("_", "-").split("-", 1)[0].lower()
    return _ALIASES.get(code, code)
