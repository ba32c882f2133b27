"""The language of a text: letters ▸ script ▸ models ▸ rules ▸ a feed's label as prior."""

from services.processors.detect.letters import letters, scripts
from services.processors.detect.models import judgement
from shared.records import Language

UNDECIDED = Language(code="und", confidence=0.0)
_ALONE = {  # scripts of one language among those that news is written in
    "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "THAI": "th", "GREEK": "el",
    "GEORGIAN": "ka", "ARMENIAN": "hy", "TAMIL": "ta", "TELUGU": "te", "KANNADA": "kn",
    "MALAYALAM": "ml", "GUJARATI": "gu", "GURMUKHI": "pa", "SINHALA": "si", "LAO": "lo",
    "KHMER": "km", "MYANMAR": "my",
}  # fmt: skip
_PASHTO = frozenset("ټډړږښڅځڼېۍ")
_SORANI = frozenset("ڕڵۆێە")
_KURMANJI = frozenset("êîû")


def detect(text: str, prior: str | None = None) -> Language:
    """The language of the text and how sure we are of it; `und` when nothing tells.

    `prior` is what the feed says of itself: it settles what the text leaves open, no more.
    """
    kept = letters(text)
    counts = scripts(kept)
    if sum(counts.values()) < 2:  # noqa: PLR2004  a single letter names no language
        return UNDECIDED
    main = "KATAKANA" if counts["HIRAGANA"] else counts.most_common(1)[0][0]
    if main in _ALONE:
        return Language(code=_ALONE[main], confidence=0.99)
    code, confidence = _weigh(kept, main)
    if prior and confidence < 0.5:  # noqa: PLR2004  the text leaves it open
        return Language(code=prior, confidence=0.5)
    return Language(code=code, confidence=confidence) if confidence > 0.3 else UNDECIDED  # noqa: PLR2004


def _weigh(kept: str, main: str) -> tuple[str, float]:
    present = frozenset(kept.lower())
    if main == "ARABIC":
        if len(present & _SORANI) > len(present & _PASHTO):
            return "ckb", 0.95
        if len(present & _PASHTO) > 1:
            return "ps", 0.95
    if main == "LATIN" and len(present & _KURMANJI) > 1 and not present & frozenset("əığ"):
        return "ku", 0.9
    return judgement(kept)
