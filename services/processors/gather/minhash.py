"""MinHash (Broder 1997): 128 values that estimate the Jaccard similarity of two sets of shingles.

numpy rather than rensa: signatures are kept in the stories' table for days, so their values must
not change with a dependency's version; and as the shingles are numbers here already, it is no
slower (docs/experiments.md).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.processors.gather.shingles import Hashes

Signature = NDArray[np.uint32]

VALUES = 128
BANDS = 42
ROWS = 3
"""42 bands of 3: a pair with Jaccard 0.5 shares a band with probability 0.996, 0.2 with 0.29."""

_AT_ONCE = 1 << 16

_RANDOM = np.random.Generator(np.random.PCG64(20240621))
_FACTORS = _RANDOM.integers(0, 1 << 31, (VALUES, 1), dtype=np.uint32) * np.uint32(2) + np.uint32(1)
_OFFSETS = _RANDOM.integers(0, 1 << 32, (VALUES, 1), dtype=np.uint32)
_BAND_MIX = _RANDOM.integers(1, 1 << 63, ROWS, dtype=np.uint64) | np.uint64(1)
_BAND_SHIFT = np.uint64(31)
_BAND_NUMBER = np.arange(BANDS, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)


def signatures(texts: Sequence[Hashes]) -> list[Signature]:
    """For each text the smallest of its shingles under each of 128 permutations.

    All ones if it has none. Some permutations at a time, so that what is permuted stays in cache.
    """
    signed = np.full((VALUES, len(texts)), 0xFFFFFFFF, np.uint32)
    lengths = np.fromiter(map(len, texts), np.intp, len(texts))
    some = lengths.nonzero()[0]
    if len(some):
        shingles = (np.concatenate(texts) >> np.uint64(32)).astype(np.uint32)
        begins = (np.add.accumulate(lengths) - lengths).take(some)
        step = min(VALUES, max(1, _AT_ONCE // len(shingles)))
        for first in range(0, VALUES, step):
            permuted = shingles * _FACTORS[first : first + step]
            permuted += _OFFSETS[first : first + step]
            signed[first : first + step, some] = np.minimum.reduceat(permuted, begins, axis=1)
    return list(np.ascontiguousarray(signed.T))


def estimate(one: Signature, other: Signature) -> float:
    """The estimated Jaccard similarity; standard error 0.044 at one half."""
    return float(np.count_nonzero(one == other)) / VALUES


def estimates(one: Signature, others: NDArray[np.uint32]) -> list[float]:
    """The estimated similarity to each row of `others`."""
    equal = np.add.reduce(others == one, axis=1, dtype=np.uint8)
    values: list[float] = (equal / VALUES).tolist()
    return values


def bands(signed: Signature) -> list[int]:
    """One key a band; two texts are candidates when any of their keys are equal."""
    rows = signed[: BANDS * ROWS].reshape(BANDS, ROWS).astype(np.uint64)
    mixed = rows @ _BAND_MIX
    mixed += _BAND_NUMBER
    mixed ^= mixed >> _BAND_SHIFT
    keys: list[int] = mixed.tolist()
    return keys
