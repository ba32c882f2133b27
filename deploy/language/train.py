"""Makes `services/processors/detect/model.npz`: `python -m deploy.language.train CORPORA`.

    corpora ▸ pieces ▸ hashed n-grams ▸ multinomial logistic regression, a script at a time
            ▸ calibration on the tune part ▸ int8

Needs brotli and scipy besides the project's own packages, 8 GB of memory and a quarter of an hour
on one core. The same corpora give the same model but for the last bits of float32 sums.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from deploy.language.corpora import sentences
from deploy.language.samples import MAIN, Piece, pieces, plain
from services.processors.detect import model
from services.processors.detect.grams import grams
from services.processors.detect.scripts import ALONE

BITS = {"latin": 16, "arabic": 16, "cyrillic": 15, "devanagari": 13}
EPOCHS, BATCH, RATE = 16, 4096, 0.08
FEWEST = 300  # pieces; a language with fewer in a script is not one of the script's languages
LEVELS = 47  # of int8 that are used: fewer pack better, and no headline's answer changes
OTHERS = 0.5  # weight in training of a language that is not a main one
RARE = {"zza": 0.2}  # and of one whose news hardly anybody writes
OUT = Path(model.__file__).with_name(model.MODEL)


class Sample(NamedTuple):
    """A piece's features, with their weights."""

    code: str
    buckets: NDArray[np.uint32]
    weights: NDArray[np.float32]


def main(root: Path) -> None:
    """Train, calibrate and write."""
    texts = list(sentences(root))
    training = [text for text in texts if text.part == "train"]
    tuning = [text for text in texts if text.part == "tune"]
    by_script = _samples(pieces(root, training, Random(1)))
    tuned = _samples(plain(tuning, Random(2)))
    arrays: dict[str, NDArray[np.generic]] = {"scripts": np.array(sorted(by_script))}
    for script in sorted(by_script):
        arrays |= {
            f"{script}.{name}": array
            for name, array in fit(script, by_script[script], tuned[script]).items()
        }
    np.savez_compressed(OUT, **arrays)  # type: ignore[arg-type]
    print(f"{OUT.name}: {OUT.stat().st_size} bytes")


def _samples(found: Iterable[Piece]) -> dict[str, list[Sample]]:
    by_script: defaultdict[str, list[Sample]] = defaultdict(list)
    for piece in found:
        if piece.script in BITS:
            by_script[piece.script].append(sample(piece))
    return by_script


@lru_cache(maxsize=1 << 20)
def _buckets(script: str, lower: str) -> NDArray[np.uint32]:
    return grams([lower], BITS[script])[0]


def sample(piece: Piece) -> Sample:
    """The piece as the detector will see it."""
    found = [_buckets(piece.script, word.lower()) for word in piece.words]
    weights = [model.LOWER if word == word.lower() else 1.0 for word in piece.words]
    sizes = [len(buckets) for buckets in found]
    return Sample(
        piece.code, np.concatenate(found), np.repeat(np.array(weights, np.float32), sizes)
    )


def fit(script: str, samples: list[Sample], tuned: list[Sample]) -> dict[str, NDArray[np.generic]]:
    """The arrays of one script, as `model.py` describes them."""
    counts = Counter(each.code for each in samples)
    codes = sorted(
        code for code, count in counts.items() if count >= FEWEST and _fits(script, code)
    )
    kept = [each for each in samples if each.code in codes]
    print(script, len(kept), {code: counts[code] for code in codes}, flush=True)
    weights = descend(*matrix(kept, codes, script), codes)
    weights -= weights.mean(axis=1, keepdims=True)
    scale = float(np.quantile(np.abs(weights), 0.9998)) / LEVELS
    rows = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
    steepness, growth = calibrate(
        rows * np.float32(scale), [each for each in tuned if each.code in codes], codes, script
    )
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


def matrix(
    samples: list[Sample], codes: list[str], script: str
) -> tuple[csr_matrix, NDArray[np.intp]]:
    """A row a sample: its features' weights over the square root of their sum."""
    sizes = np.array([len(each.buckets) for each in samples])
    values = np.concatenate([each.weights / np.sqrt(each.weights.sum()) for each in samples])
    columns = np.concatenate([each.buckets for each in samples]).astype(np.int32)
    ends = np.concatenate(([0], np.cumsum(sizes)))
    places = {code: place for place, code in enumerate(codes)}
    labels = np.array([places[each.code] for each in samples])
    return csr_matrix((values, columns, ends), shape=(len(samples), 1 << BITS[script])), labels


def descend(rows: csr_matrix, labels: NDArray[np.intp], codes: list[str]) -> NDArray[np.float32]:
    """Multinomial logistic regression by AdaGrad (Duchi and others, 2011)."""
    counts = np.bincount(labels, minlength=len(codes))
    worth = np.minimum(np.sqrt(np.median(counts) / counts), 3)
    worth *= [1.0 if code in MAIN else RARE.get(code, OTHERS) for code in codes]
    weights = np.zeros((rows.shape[1], len(codes)), np.float32)
    squares, order = np.full_like(weights, 1e-3), np.random.default_rng(0)
    for epoch in range(EPOCHS):
        shuffled, loss = order.permutation(len(labels)), 0.0
        for start in range(0, len(labels), BATCH):
            batch = shuffled[start : start + BATCH]
            part, expected = rows[batch], labels[batch]
            each = np.arange(len(batch))
            chances = _softmax(part @ weights)
            loss -= float(np.log(chances[each, expected] + 1e-9).sum())
            chances[each, expected] -= 1
            chances *= (worth[expected] * 50 / len(batch)).astype(np.float32)[:, None]
            slope = part.T @ chances
            squares += slope * slope
            weights -= RATE * (1 - epoch / EPOCHS) * slope / np.sqrt(squares)
        print(f"  epoch {epoch}: {loss / len(labels):.4f}", flush=True)
    return weights


def calibrate(
    weights: NDArray[np.float32], tuned: list[Sample], codes: list[str], script: str
) -> tuple[float, float]:
    """The steepness and growth under which the tune part is the least surprising."""
    rows, labels = matrix(tuned, codes, script)
    totals = np.array([each.weights.sum() for each in tuned], np.float32)
    means = (rows @ weights) / np.sqrt(totals)[:, None]

    def surprise(pair: tuple[float, float]) -> float:
        chances = _softmax(means * (pair[0] * totals ** pair[1])[:, None])
        return float(-np.log(chances[np.arange(len(labels)), labels] + 1e-12).mean())

    grid = [(a, b) for a in np.geomspace(0.1, 10, 41) for b in np.arange(0.2, 1.0, 0.05)]
    return min(((float(a), float(b)) for a, b in grid), key=surprise)


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return np.asarray(chances, np.float32)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
