"""Sentences: where one ends, in every script the product reads.

A sentence ends at a line break, or after `. ! ? … ؟ ۔ । 。` and closing quotes before white space.
A point after a single letter or a title such as "Dr." ends none.
"""

import itertools
import re
from bisect import bisect_right
from typing import NamedTuple

from shared.records import Field

_END = re.compile(
    r"\n+|(?<!\b[^\W\d])(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bNo)[.!?…؟۔।]+[\"'»”’)\]]*\s+|[。！？]"
)
LONGEST = 1_500
"""Text without sentence ends is cut here, so that one sentence is never a whole book."""


class Sentence(NamedTuple):
    """A sentence: code points of one field."""

    field: Field
    start: int
    end: int


def sentences(field: Field, text: str) -> list[Sentence]:
    """The sentences of a field, in order, without the white space around them; linear."""
    starts = [0, *(found.end() for found in _END.finditer(text)), len(text)]
    return [
        sentence
        for begin, stop in itertools.pairwise(starts)
        for piece in range(begin, stop, LONGEST)
        if (sentence := _trimmed(field, text, piece, min(piece + LONGEST, stop)))
    ]


def containing(found: list[Sentence], position: int) -> int:
    """The index of the sentence that `position` stands in (the last that starts before it)."""
    return max(0, bisect_right(found, position, key=lambda sentence: sentence.start) - 1)


def _trimmed(field: Field, text: str, start: int, end: int) -> Sentence | None:
    piece = text[start:end]
    kept = piece.strip()
    if not kept:
        return None
    begin = start + len(piece) - len(piece.lstrip())
    return Sentence(field, begin, begin + len(kept))
