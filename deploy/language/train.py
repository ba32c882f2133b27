"""Makes `services/processors/detect/model.npz`: `python -m deploy.language.train CORPORA`.

    corpora ▸ pieces ▸ hashed n-grams ▸ multinomial logistic regression, a script at a time
            ▸ calibration on the tune part ▸ int8

Needs brotli and numba besides the project's own packages, 8 GB of memory and three quarters of an
hour on one core. The same corpora give the same model but for the last bits of float32 sums.
"""

import sys
from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from deploy.language.corpora import sentences
from deploy.language.descend import descend, scored
from deploy.language.numbered import Numbered, numbered
from deploy.language.samples import MAIN, pieces, plain
from services.processors.detect import model
from services.processors.detect.scripts import ALONE

BITS = {"latin": 17, "arabic": 16, "cyrillic": 16, "devanagari": 13}
FEWEST = 300  # pieces; a language with fewer in a script is not one of the script's languages
LEVELS = 47  # of int8 that are used: fewer pack better, and no headline's answer changes
OTHERS = 0.5  # weight in training of a language that is not a main one
RARE = {"zza": 0.2}  # and of one whose news hardly anybody writes
HARDER = {"fa": 1.6, "az": 1.4, "en": 1.3}
"""Main ones that count for more: half the Persian pieces are typed with Arabic letters, so each of
the two spellings has half the weight of others; there is no list of Azerbaijani words; and
what may be English or French is English more often."""
OUT = Path(model.__file__).with_name(model.MODEL)


def main(root: Path) -> None:
    """Train, calibrate and write."""
    texts = list(sentences(root))
    training = [text for text in texts if text.part == "train"]
    tuning = [text for text in texts if text.part == "tune"]
    by_script = numbered(pieces(root, training, Random(1)), BITS)
    tuned = numbered(plain(tuning, Random(2)), BITS)
    arrays: dict[str, NDArray[np.generic]] = {"scripts": np.array(sorted(by_script))}
    for script in sorted(by_script):
        arrays |= {
            f"{script}.{name}": array
            for name, array in fit(script, by_script[script], tuned[script]).items()
        }
    np.savez_compressed(OUT, **arrays)  # type: ignore[arg-type]
    print(f"{OUT.name}: {OUT.stat().st_size} bytes")


def fit(script: str, learnt: Numbered, tuned: Numbered) -> dict[str, NDArray[np.generic]]:
    """The arrays of one script, as `model.py` describes them."""
    counts = Counter(learnt.codes)
    codes = sorted(
        code for code, count in counts.items() if count >= FEWEST and _fits(script, code)
    )
    print(script, {code: counts[code] for code in codes}, flush=True)
    weights = descend(learnt.arrays, _labels(learnt, codes), _worth(counts, codes), BITS[script])
    weights -= weights.mean(axis=1, keepdims=True)
    scale = float(np.quantile(np.abs(weights), 0.9998)) / LEVELS
    rows = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
    steepness, growth = calibrate(rows * np.float32(scale), tuned, codes)
    return {
        "codes": np.array(codes),
        "weights": rows,
        "scales": np.full(len(codes), scale, np.float32),
        "calibration": np.array([steepness, growth]),
    }


def _fits(script: str, code: str) -> bool:
    """Not the Latin headlines of a language that is written in another script."""
    own = {"arabic": "ar fa ur ps ckb sd ug ks bal", "cyrillic": "ru uk be bg mk mn kk ky tg tt ba",
           "devanagari": "hi mr ne"}  # fmt: skip
    elsewhere = {each: name for name, each_of in own.items() for each in each_of.split()}
    if code in ALONE.values():
        return False
    return elsewhere.get(code, script) == script


def _labels(pieces: Numbered, codes: list[str]) -> NDArray[np.int32]:
    """Each piece's column; -1 where its language has none."""
    places = {code: place for place, code in enumerate(codes)}
    return np.array([places.get(code, -1) for code in pieces.codes], np.int32)


def _worth(counts: Counter[str], codes: list[str]) -> NDArray[np.float32]:
    """What an error of each language counts: more where there are few pieces, and of main ones."""
    many = np.array([counts[code] for code in codes])
    worth = np.minimum(np.sqrt(np.median(many) / many), 3)
    worth *= [HARDER.get(code, 1.0) if code in MAIN else RARE.get(code, OTHERS) for code in codes]
    return np.asarray(worth, np.float32)


def calibrate(
    weights: NDArray[np.float32], tuned: Numbered, codes: list[str]
) -> tuple[float, float]:
    """The steepness and growth under which the tune part is the least surprising."""
    labels = _labels(tuned, codes)
    known = np.flatnonzero(labels >= 0)
    sums, totals = (scores[known] for scores in scored(tuned.arrays, weights))
    means = sums / totals[:, None]

    def surprise(pair: tuple[float, float]) -> float:
        chances = _softmax(means * (pair[0] * totals ** pair[1])[:, None])
        return float(-np.log(chances[np.arange(len(known)), labels[known]] + 1e-12).mean())

    grid = [(a, b) for a in np.geomspace(0.1, 10, 41) for b in np.arange(0.2, 1.0, 0.05)]
    return min(((float(a), float(b)) for a, b in grid), key=surprise)


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return np.asarray(chances, np.float32)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
