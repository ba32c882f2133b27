"""The language part of `make bench-understanding`: ours next to eldc, py3langid and lingua.

JSON lines: for each detector its share of right answers by language, of headlines and of pairs of
words, the mean over the thirteen languages our news is written in, and texts a CPU second; for ours
also the texts of one to three words, Persian in Arabic letters, and how far confidence is from the
truth (expected calibration error, ten bins). Usage: `python -m tests.bench.language
[--corpora FOLDER]`; without corpora the headlines are those of tests/data/language, with them the
test part of all that deploy/language/sources.toml names. The others come with
`uv sync --group bench`; one that is not installed is left out.
"""

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from deploy.language.corpora import sentences
from services.processors.detect import detect
from services.processors.detect.fold import words
from services.processors.detect.model import weights
from services.processors.detect.scripts import ALONE, script_of

TOP = Path(__file__).parents[2]
MAIN = ["ar", "fa", "tr", "en", "az", "ku", "ckb", "ur", "ps", "he", "ru", "de", "fr"]
SCRIPTS = {"he": "hebrew", "ru": "cyrillic"} | dict.fromkeys(
    ("ar", "fa", "ur", "ps", "ckb"), "arabic"
)
LENGTH, SHORTEST = 54, 40
OLD = str.maketrans("یک", "يك")

Detector = Callable[[str], str]


class Headline(NamedTuple):
    code: str
    source: str
    text: str


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--corpora", type=Path)
    folder = arguments.parse_args().corpora
    headlines = list(from_corpora(folder) if folder else kept("headlines"))
    pairs = list(kept("word-pairs"))
    for name, start in (
        ("newswatch", ours),
        ("eldc", eldc),
        ("py3langid", py3langid),
        ("lingua", lingua),
    ):
        try:
            detector = start()
        except ImportError:
            continue
        measure(name, detector, "headlines", headlines)
        measure(name, detector, "word-pairs", pairs)
    old = [each._replace(text=each.text.translate(OLD)) for each in headlines if each.code == "fa"]
    say(
        what="persian-in-arabic-letters",
        texts=len(old),
        right=share(old, lambda text: detect(text).code),
    )
    short = [each._replace(text=" ".join(each.text.split()[:count])) for each in headlines
             for count in (1, 2, 3) if each.code in MAIN]  # fmt: skip
    for name, texts in (
        ("headlines", [each for each in headlines if each.code in known()]),
        ("one-to-three-words", short),
    ):
        say(what=f"calibration-{name}", **calibration(texts))


def known() -> frozenset[str]:
    """The languages that ours has a name for."""
    return frozenset(ALONE.values()).union(*(model.codes for model in weights().values()))


def kept(name: str) -> Iterator[Headline]:
    path = TOP / f"tests/data/language/{name}.tsv"
    for line in path.read_text(encoding="utf-8").splitlines():
        yield Headline(*line.split("\t"))


def from_corpora(folder: Path) -> Iterator[Headline]:
    """The beginnings of the test part's sentences, but for those in a script not their own."""
    for sentence in sentences(folder):
        text = beginning(sentence.text)
        if sentence.part == "test" and len(text) >= SHORTEST and in_its_script(sentence.code, text):
            yield Headline(sentence.code, sentence.source, text)


def beginning(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LENGTH else text[: LENGTH + 1].rsplit(" ", 1)[0][:LENGTH]


def in_its_script(code: str, text: str) -> bool:
    if code not in MAIN:
        return True
    letters: defaultdict[str, int] = defaultdict(int)
    for word in words(text):
        letters[script_of(word)] += len(word)
    most = max(letters, key=lambda script: letters[script], default="")
    return most == SCRIPTS.get(code, "latin") or (code == "ku" and most == "arabic")


def measure(name: str, detector: Detector, what: str, texts: Sequence[Headline]) -> None:
    by_language: defaultdict[str, list[Headline]] = defaultdict(list)
    for each in texts:
        by_language[each.code].append(each)
    detector(texts[0].text)
    begun = time.process_time()
    for each in texts:
        detector(each.text)
    rate = len(texts) / (time.process_time() - begun)
    right = {code: share(those, detector) for code, those in sorted(by_language.items())}
    for code, value in right.items():
        say(detector=name, what=what, language=code, texts=len(by_language[code]), right=value)
    mean = sum(right[code] for code in MAIN) / len(MAIN)
    say(detector=name, what=f"{what}-mean", right=round(mean, 2), texts_per_s=round(rate))


def share(headlines: Sequence[Headline], detector: Detector) -> float:
    """Percent of right answers."""
    return round(
        100 * sum(detector(each.text) == each.code for each in headlines) / len(headlines), 2
    )


def calibration(headlines: Sequence[Headline]) -> dict[str, float]:
    bins: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    answers = [(detect(each.text), each.code) for each in headlines]
    answered = [(found, code) for found, code in answers if found.code != "und"]
    for found, code in answered:
        bins[min(9, int(found.confidence * 10))].append((found.confidence, found.code == code))
    gaps = sum(abs(sum(sure - right for sure, right in each)) for each in bins.values())
    return {
        "texts": len(answers),
        "undecided": round(100 * (1 - len(answered) / len(answers)), 2),
        "right_of_answered": round(100 * sum(f.code == c for f, c in answered) / len(answered), 2),
        "expected_calibration_error": round(gaps / len(answered), 4),
    }


def ours() -> Detector:
    return lambda text: detect(text).code


def eldc() -> Detector:
    import eldc as library  # noqa: PLC0415  may be missing

    library.init()
    return lambda text: {"ku": "ckb"}.get(code := library.detect(text), code)  # its ku is Sorani


def py3langid() -> Detector:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  may be missing

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    return lambda text: {"nn": "no", "bs": "hr", "sdh": "ckb"}.get(
        code := identifier.classify(text)[0], code
    )


def lingua() -> Detector:
    from lingua import LanguageDetectorBuilder  # noqa: PLC0415  may be missing

    detector = LanguageDetectorBuilder.from_all_languages().with_preloaded_language_models().build()

    def code(text: str) -> str:
        found = detector.detect_language_of(text)
        short = found.iso_code_639_1.name.lower() if found else "und"
        return {"nb": "no", "nn": "no", "bs": "hr"}.get(short, short)

    return code


def say(**figures: object) -> None:
    print(json.dumps(figures, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
