"""A word's features: every run of one to five letters, its edges marked, and the word itself.

Features are hashed (Weinberger and others, "Feature hashing for large scale multitask learning",
2009), so that the model needs no list of n-grams. Training and detection share this module. Many
words are hashed at once: most of the time goes into the calls, not into the letters.
"""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

LENGTHS = 5
LETTERS = 3  # how often a single letter counts: ə or گ alone settles much
_SPREAD = np.uint32(0x9E3779B1)  # odd constants of multiplicative hashing (Knuth, TAOCP 6.4)
_MIX = np.uint32(0x85EBCA6B)
_FOLD = np.uint32(15)
_EDGE = 32
_KINDS = LETTERS + LENGTHS - 1  # columns: a single letter so often, then the runs by length

Buckets = NDArray[np.uint32]
Counts = NDArray[np.intp]


def grams(words: Sequence[str], bits: int) -> tuple[Buckets, Counts]:
    """The buckets, of 2**bits, that the words' features fall into, and how many are each word's.

    Word after word, in no promised order inside one. `words` are in lower case, none is empty or
    holds a space, and there is at least one.
    """
    marked = f" {' '.join(words)} ".encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(marked, np.uint32)
    edges = np.flatnonzero(codes == _EDGE)
    runs, kept = _runs(codes, edges)
    begins = edges[:-1]  # where no single letter is, there is room for the word as a whole
    wholes = [crc32(word.encode("utf-8", "surrogatepass")) for word in words]
    runs[begins, 0] = np.array(wholes, np.uint32) * _SPREAD
    kept[begins, 0] = True
    buckets = runs[kept]
    buckets *= _MIX
    buckets >>= np.uint32(32 - bits)
    return buckets, np.add.reduceat(kept.sum(axis=1), begins)


def _runs(codes: Buckets, edges: Counts) -> tuple[Buckets, NDArray[np.bool_]]:
    """A row a place: the hashes of the runs that begin there, and which of them are one word's."""
    places = len(codes) - 1
    following = np.repeat(edges[1:], np.diff(edges))
    left = following - np.arange(places)  # places to the edge behind the word
    runs = np.empty((places, _KINDS), np.uint32)
    kept = np.empty((places, _KINDS), np.bool_)
    hashes = codes * _SPREAD
    hashes ^= hashes >> _FOLD
    runs[:, :LETTERS] = hashes[:places, None]
    kept[:, :LETTERS] = (codes[:places] != _EDGE)[:, None]
    for length in range(2, LENGTHS + 1):
        hashes = hashes[:-1] ^ codes[length - 1 :]
        hashes *= _SPREAD
        hashes ^= hashes >> _FOLD
        runs[: len(hashes), LETTERS + length - 2] = hashes[:places]
        kept[:, LETTERS + length - 2] = left >= length - 1
    return runs, kept
