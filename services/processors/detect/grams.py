"""A word's features: every run of one to five letters, its edges marked, and the word itself.

Features are hashed (Weinberger and others, "Feature hashing for large scale multitask learning",
2009), so that the model needs no list of n-grams. Training and detection share this function.
"""

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

LENGTHS = 5
LETTERS = 3  # how often a single letter counts: ə or گ alone settles much
_SPREAD = np.uint32(0x9E3779B1)  # odd constants of multiplicative hashing (Knuth, TAOCP 6.4)
_MIX = np.uint32(0x85EBCA6B)
_FOLD = np.uint32(15)


def grams(word: str, bits: int) -> NDArray[np.uint32]:
    """The buckets, of 2**bits, that the word's features fall into; `word` is in lower case."""
    marked = f" {word} ".encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(marked, np.uint32)
    runs = codes * _SPREAD
    runs ^= runs >> _FOLD
    hashes = [runs[1:-1]] * LETTERS
    for length in range(2, min(LENGTHS, len(codes)) + 1):
        runs = runs[:-1] ^ codes[length - 1 :]
        runs *= _SPREAD
        runs ^= runs >> _FOLD
        hashes.append(runs)
    whole = np.array([crc32(word.encode("utf-8", "surrogatepass"))], np.uint32) * _SPREAD
    buckets = np.concatenate([*hashes, whole])
    buckets *= _MIX
    buckets >>= np.uint32(32 - bits)
    return buckets
