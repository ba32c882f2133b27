"""A text as numbers: hashes of its words, of runs of three words, of runs of five letters.

Chinese and Japanese write no spaces: there each character counts as a word.

All in numpy, without a Python step for each word, and several texts at once: that is what makes
3,000 articles a second.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from shared.text import Codes, Places, codes_of

Hashes = NDArray[np.uint64]

WORDS_ENOUGH = 24
"""Below this a text is short, and one changed word would spoil most of its word 3-grams."""

_RUN = 3
_LETTERS = 5
_LONGEST = 64
_BASIC = 0x10000
_ZERO, _DIGITS = np.uint32(ord("0")), 10
_CHARACTERS = 0x110000
_PICTURES = slice(0x1F000, 0x1FB00)
_FIRST_ALONE, _ALONE = np.uint32(0x3040), np.uint32(0x9FFF + 1 - 0x3040)
"""Kana and ideographs."""
_SPACE = 32
_MIX = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5,
     0x85EBCA77C2B2AE63], np.uint64,
)  # fmt: skip
_STIR, _SHORT_SHIFT, _LONG_SHIFT = np.uint64(0xBF58476D1CE4E5B9), np.uint64(29), np.uint64(32)
_SALT = np.uint32(0x9E3779B9)
_PLACES = np.tile(
    np.random.Generator(np.random.PCG64(7)).integers(1, 1 << 32, _LONGEST, dtype=np.uint32), 4
)
"""A factor for each place in a word; after 64 they come again, so that a place is one byte."""

NOTHING: Hashes = np.zeros(0, np.uint64)

_IS_WORD = np.ones(_CHARACTERS, bool)
"""Which characters are part of a word; beyond the basic plane all but pictures are."""
_IS_WORD[:_BASIC] = [chr(code).isalnum() or code == ord("_") for code in range(_BASIC)]
_IS_WORD[_PICTURES] = False


class Words(NamedTuple):
    """The words of a folded text in order: runs of letters and digits."""

    hashes: Hashes
    starts: Places  # where each begins


def words_of(codes: Codes) -> Words:
    """The words of a text, or of several with spaces between them."""
    starts, ends = _edges(codes)
    if len(starts) == 0:
        return Words(NOTHING, starts)
    values = codes + _SALT
    values *= _PLACES.take(_places(starts, len(codes)), mode="clip")
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.add.accumulate(values, out=sums[1:])
    mixed = sums.take(ends) - sums.take(starts)
    mixed *= _MIX[0]
    return Words(_stirred(mixed), starts)


def _edges(codes: Codes) -> tuple[Places, Places]:
    """Where words begin, and where they end."""
    inside = np.zeros(len(codes) + 2, bool)
    _IS_WORD.take(codes, out=inside[1:-1], mode="clip")
    before, behind = inside[:-1], inside[1:]
    changes = before != behind
    alone = (codes - _FIRST_ALONE) < _ALONE
    if not alone.any():
        edges = changes.nonzero()[0]
        return edges[::2], edges[1::2]
    within = np.zeros(len(codes) + 1, bool)
    within[1:] = alone
    within[:-1] |= alone
    within &= before & behind
    return ((changes & behind) | within).nonzero()[0], ((changes & before) | within).nonzero()[0]


def word_hashes(folded: str) -> Hashes:
    """One hash a word, in order."""
    return words_of(codes_of(folded)).hashes


def is_word(codes: Codes) -> NDArray[np.bool_]:
    """Which of these characters are part of a word."""
    return _IS_WORD.take(codes, mode="clip")


def is_digit(codes: Codes) -> NDArray[np.bool_]:
    """Which of these characters of a folded text are digits."""
    return (codes - _ZERO) < _DIGITS


def is_short(words: Hashes) -> bool:
    """Whether letters tell more of this text than words do."""
    return len(words) < WORDS_ENOUGH


def word_shingles(texts: Sequence[Hashes]) -> list[Hashes]:
    """Hashes of all runs of three words, of each of these texts, given as words."""
    runs = _runs(np.concatenate((*texts, NOTHING)), _RUN)
    shingles, past = [], 0
    for words in texts:
        few = len(words) < _RUN
        shingles.append(_runs(words, _RUN) if few else runs[past : past + len(words) - _RUN + 1])
        past += len(words)
    return shingles


def letter_shingles(folded: str) -> Hashes:
    """Hashes of all runs of five letters, one space between words."""
    codes = codes_of(folded)
    inside = _IS_WORD[codes]
    kept = inside | np.concatenate(([False], inside[:-1]))
    return _runs(np.where(inside, codes, _SPACE)[kept].astype(np.uint64) + np.uint64(1), _LETTERS)


def _places(starts: Places, count: int) -> NDArray[np.uint8]:
    """For each of so many characters how far it is from the last start, modulo 256."""
    steps = np.ones(count, np.uint8)
    back = 1 - starts
    back[1:] += starts[:-1]
    steps[starts] = back
    steps[0] = 0
    places: NDArray[np.uint8] = np.add.accumulate(steps, dtype=np.uint8)
    return places


def _runs(hashes: Hashes, size: int) -> Hashes:
    """Hashes of every window of `size`; a text shorter than that is one window."""
    if len(hashes) == 0:
        return hashes
    if len(hashes) < size:
        hashes = np.concatenate([hashes, np.zeros(size - len(hashes), np.uint64)])
    count = len(hashes) - size + 1
    mixed = hashes[:count] * _MIX[0]
    for place in range(1, size):
        mixed += hashes[place : place + count] * _MIX[place]
    return _stirred(mixed)


def _stirred(mixed: Hashes) -> Hashes:
    mixed ^= mixed >> _SHORT_SHIFT
    mixed *= _STIR
    mixed ^= mixed >> _LONG_SHIFT
    return mixed
