"""What trained models say of a text: eldc where it has a wheel, else py3langid."""

from collections.abc import Callable
from functools import cache

try:
    import eldc
except ImportError:  # no wheel for this machine: aarch64, Python 3.14
    eldc = None

Judge = Callable[[str], tuple[str, float]]


def judgement(text: str) -> tuple[str, float]:
    """The likeliest language and how sure the model is, from 0 to 1."""
    return _judge()(text)


@cache
def _judge() -> Judge:
    return _py3langid() if eldc is None else _eldc()


def _eldc() -> Judge:
    eldc.init()
    detect = eldc.instance().detect_details

    def judge(text: str) -> tuple[str, float]:
        result = detect(text)
        return result.language, min(1.0, result.scores.get(result.language, 0.0) + 0.2)

    return judge


def _py3langid() -> Judge:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  costs 0.7 s

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def judge(text: str) -> tuple[str, float]:
        code, confidence = identifier.classify(text)
        return str(code), float(confidence)

    return judge
