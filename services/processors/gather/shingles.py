"""A text as a set of hashed pieces: word 3-grams where there are words enough, else letters."""

import re
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

WORDS_ENOUGH = 24
"""Below this a text is short, and one changed word would spoil most of its word 3-grams."""

_WORD = re.compile(r"\w+")
_MIX = (
    np.uint64(0x9E3779B97F4A7C15),
    np.uint64(0xC2B2AE3D27D4EB4F),
    np.uint64(0x165667B19E3779F9),
    np.uint64(0x27D4EB2F165667C5),
    np.uint64(0x85EBCA77C2B2AE63),
)


def words(folded: str) -> list[str]:
    """The words of a folded text, in order."""
    return _WORD.findall(folded)


def is_short(tokens: list[str]) -> bool:
    """Whether letters tell more of this text than words do."""
    return len(tokens) < WORDS_ENOUGH


def word_shingles(tokens: list[str]) -> Hashes:
    """The distinct hashes of all runs of three words."""
    hashes = np.fromiter(map(_word_hash, tokens), np.uint64, len(tokens))
    return _runs(hashes, 3)


def letter_shingles(tokens: list[str]) -> Hashes:
    """The distinct hashes of all runs of five letters, words joined by one space."""
    text = " ".join(tokens)
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    return _runs(letters + np.uint64(1), 5)


@lru_cache(maxsize=1 << 16)
def _word_hash(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass")) * 0x9E3779B1


def _runs(hashes: Hashes, size: int) -> Hashes:
    """Hashes of every window of `size`; a text shorter than that is one window."""
    if len(hashes) == 0:
        return hashes
    if len(hashes) < size:
        hashes = np.concatenate([hashes, np.zeros(size - len(hashes), np.uint64)])
    count = len(hashes) - size + 1
    mixed = np.zeros(count, np.uint64)
    for place in range(size):
        mixed += hashes[place : place + count] * _MIX[place]
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    return np.unique(mixed ^ (mixed >> np.uint64(32)))
