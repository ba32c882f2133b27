"""A hash of what an article says, without view counters, clocks and "updated 5 minutes ago".

Most texts hold nothing of the kind, and their words' hashes say so: then no text is searched.
"""

import re
from functools import cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from services.processors.gather.shingles import Hashes, Words, is_digit, is_word, word_hashes
from shared.cosmetic import BESIDE_A_NUMBER, OF_UPDATING, without_cosmetics_folded
from shared.text import Codes, Places, fold

_KINDS = 1 << 18
_HARMLESS, _BESIDE_A_NUMBER, _OF_UPDATING = 0, 1, 2
_REACH = 2
"""How many words from its number a word can be: "5 minutes ago"."""
_LONGEST = max(map(len, BESIDE_A_NUMBER))
_JOINED = re.compile(r"\d(?:{0})|(?:{0})\d".format("|".join(BESIDE_A_NUMBER)))
_MANY = 100
"""Numbers written together with letters, beyond which all of them count as doubtful."""
_BEYOND_BASIC = 0x10000


def essence(folded: str, words: Hashes | None = None) -> str:
    """The hash of a folded text; `words` are its own, where they are known."""
    plain = without_cosmetics_folded(folded)
    return essence_of(words if words is not None and plain is folded else word_hashes(plain))


def essence_of(words: Hashes) -> str:
    """The hash of a text that holds nothing cosmetic."""
    return blake2b(words.tobytes(), digest_size=12).hexdigest()


def doubtful(codes: Codes, words: Words, begins: Places) -> frozenset[int]:
    """Which of several texts may hold something cosmetic; never wrong about those left out.

    The texts are folded, and one after another in `codes`, from `begins` on.
    """
    kinds = _kinds().take(words.hashes & np.uint64(_KINDS - 1))
    telling = (kinds == _BESIDE_A_NUMBER).nonzero()[0]
    updating = words.starts.take((kinds == _OF_UPDATING).nonzero()[0])
    digit = is_digit(codes)
    edges = _joints(codes, digit)
    holding = words.starts.searchsorted(edges, side="right") - 1  # "gas5 views" has a number, too
    is_number = digit.take(words.starts)
    is_number[holding] = True
    numbers = is_number.nonzero()[0]
    near = numbers.searchsorted(telling - _REACH) < numbers.searchsorted(telling + _REACH + 1)
    places = (words.starts.take(telling[near]), updating, _joined(codes, edges), _beyond(codes))
    texts = begins.searchsorted(np.concatenate(places), side="right") - 1
    return frozenset(texts.tolist())


def _joints(codes: Codes, digit: NDArray[np.bool_]) -> Places:
    """Where a number and letters are written as one: the last place before each change."""
    changes = (digit[1:] != digit[:-1]).nonzero()[0]
    edges: Places = changes.compress(
        is_word(codes.take(changes)) & is_word(codes.take(changes + 1))
    )
    return edges


def _joined(codes: Codes, edges: Places) -> Places:
    """Those of these joints at which one of the letters' words tells."""
    if len(edges) > _MANY:
        return edges
    tells = [bool(_JOINED.search(_around(codes, edge))) for edge in edges.tolist()]
    told: Places = edges.compress(tells)
    return told


def _around(codes: Codes, edge: int) -> str:
    near = codes[max(0, edge + 1 - _LONGEST) : edge + 1 + _LONGEST]
    return near.tobytes().decode("utf-32-le")


def _beyond(codes: Codes) -> Places:
    """Characters that the regular expressions may hold for no part of a word."""
    if codes.max() < _BEYOND_BASIC:
        return np.zeros(0, np.intp)
    return (codes >= _BEYOND_BASIC).nonzero()[0]


@cache
def _kinds() -> NDArray[np.uint8]:
    """What a word may be, by the last bits of its hash."""
    kinds = np.zeros(_KINDS, np.uint8)
    for words, kind in ((BESIDE_A_NUMBER, _BESIDE_A_NUMBER), (OF_UPDATING, _OF_UPDATING)):
        hashes = word_hashes(fold(" ".join(words)))
        kinds[hashes & np.uint64(_KINDS - 1)] = kind
    return kinds
