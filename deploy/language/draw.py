"""Words drawn from lingua's n-gram frequencies: news vocabulary in any amount, from a small file.

lingua counts every run of one to five letters inside words and stores each as a share of its own
first letters. From such counts the runs that begin a word follow by subtraction (those that no
letter precedes), and so do the ends (what a run's continuations leave over): a chain of order four
that begins and ends words as the counted text did.
"""

import json
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from random import Random
from zipfile import ZipFile

import brotli

WHEEL = "lingua-models/lingua_language_detector-1.3.5-py3-none-any.whl"
_FILES = ("unigrams", "bigrams", "trigrams", "quadrigrams", "fivegrams")
_ORDER = 4
_LONGEST = 30
_BEGIN = "^"

Row = tuple[list[str], list[float]]


def drawn(root: Path, code: str, seed: int) -> Iterator[str]:
    """Words of the language, without end. The same seed draws the same words."""
    rows, random = _chain(_counts(root, code)), Random(f"{code} {seed}")
    while True:
        if word := _word(rows, random):
            yield word


def _word(rows: dict[str, Row], random: Random) -> str:
    word = ""
    while len(word) < _LONGEST:
        row = rows.get(_BEGIN + word if len(word) < _ORDER else word[-_ORDER:])
        if row is None:
            break
        letters, sums = row
        letter = letters[min(bisect(sums, random.random() * sums[-1]), len(letters) - 1)]
        if not letter:
            break
        word += letter
    return word


def _counts(root: Path, code: str) -> dict[str, float]:
    counts: dict[str, float] = {}
    with ZipFile(root / WHEEL) as wheel:
        for name in _FILES:
            packed = wheel.read(f"lingua/language-models/{code}/{name}.json.br")
            for share, runs in json.loads(brotli.decompress(packed))["ngrams"].items():
                part, whole = map(int, share.split("/"))
                for run in runs.split(" "):
                    counts[run] = part / whole * (counts.get(run[:-1], 0.0) if run[1:] else 1.0)
    return counts


def _chain(counts: dict[str, float]) -> dict[str, Row]:
    begins = {run: count for run, count in counts.items() if len(run) <= _ORDER}
    for run, count in counts.items():
        if run[1:]:
            begins[run[1:]] = begins.get(run[1:], 0.0) - count
    steps: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for run, count in begins.items():
        if count > 0:
            steps[_BEGIN + run[:-1]].append((run[-1], count))
    for run, count in counts.items():
        if len(run) > _ORDER:
            steps[run[:-1]].append((run[-1], count))
    return {run: _row(run, following, begins, counts) for run, following in steps.items()}


def _row(
    run: str, following: list[tuple[str, float]], begins: dict[str, float], counts: dict[str, float]
) -> Row:
    sums = list(accumulate(count for _, count in following))
    if run == _BEGIN:
        return [letter for letter, _ in following], sums
    whole = begins.get(run[1:], 0.0) if run[0] == _BEGIN else counts[run]
    return [*(letter for letter, _ in following), ""], [*sums, max(whole, sums[-1])]
