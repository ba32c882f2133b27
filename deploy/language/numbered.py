"""Pieces as numbers. A word's features are hashed once, however many pieces have the word."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deploy.language.samples import Piece
from services.processors.detect.grams import grams
from services.processors.detect.model import LOWER

_AT_ONCE = 20_000  # words hashed together


class Arrays(NamedTuple):
    """Piece i has the words `words[ends[i] : ends[i + 1]]`, of which each counts its `worths`.

    Word w has the features `buckets[firsts[w] : firsts[w + 1]]`.
    """

    words: NDArray[np.int32]
    worths: NDArray[np.float32]
    ends: NDArray[np.int64]
    buckets: NDArray[np.uint32]
    firsts: NDArray[np.int64]


class Numbered(NamedTuple):
    """The pieces of one script: the language of each, and what it is made of."""

    codes: Sequence[str]
    arrays: Arrays


class _Numbering:
    """Pieces of one script under way."""

    def __init__(self) -> None:
        self.vocabulary: dict[str, int] = {}
        self.codes: list[str] = []
        self.words, self.worths, self.ends = array("i"), array("f"), array("q", [0])

    def add(self, piece: Piece) -> None:
        for word in piece.words:
            lower = word.lower()
            self.words.append(self.vocabulary.setdefault(lower, len(self.vocabulary)))
            self.worths.append(LOWER if word == lower else 1.0)
        self.codes.append(piece.code)
        self.ends.append(len(self.words))

    def numbered(self, bits: int) -> Numbered:
        hashed = [grams(words, bits) for words in _lots(self.vocabulary)]
        counts = np.concatenate([counts for _, counts in hashed])
        arrays = Arrays(
            words=np.array(self.words, np.int32),
            worths=np.array(self.worths, np.float32),
            ends=np.array(self.ends, np.int64),
            buckets=np.concatenate([buckets for buckets, _ in hashed]),
            firsts=np.concatenate(([0], counts.cumsum())).astype(np.int64),
        )
        return Numbered(self.codes, arrays)


def numbered(found: Iterable[Piece], bits: Mapping[str, int]) -> dict[str, Numbered]:
    """The pieces by script, of the scripts that have a number of bits."""
    by_script: defaultdict[str, _Numbering] = defaultdict(_Numbering)
    for piece in found:
        if piece.script in bits:
            by_script[piece.script].add(piece)
    return {script: under_way.numbered(bits[script]) for script, under_way in by_script.items()}


def _lots(words: Iterable[str]) -> Iterator[list[str]]:
    left = iter(words)
    while lot := list(islice(left, _AT_ONCE)):
        yield lot
