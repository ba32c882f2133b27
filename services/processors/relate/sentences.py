"""Sentences: where one ends, in every script the product reads.

A sentence ends at a line break, or after `. ! ? … ؟ ۔ । 。` and closing quotes before white space.
A point after a single letter or a title such as "Dr." ends none.
"""

import re
from bisect import bisect_right
from itertools import pairwise
from typing import NamedTuple

from shared.records import Field

_END = re.compile(r"[\n.!?…؟۔।。！？]+[\"'»”’)\]]*\s*")
_NO_SPACE_NEEDED = frozenset("\n。！？")
_TITLES = ("Dr", "Mr", "Mrs", "No", "St")
LONGEST = 1_500
"""Text without sentence ends is cut here, so that one sentence is never a whole book."""


class Sentence(NamedTuple):
    """A sentence: code points of one field."""

    field: Field
    start: int
    end: int


def sentences(field: Field, text: str) -> list[Sentence]:
    """The sentences of a field, in order, without the white space around them; linear."""
    starts = [0, *(end.end() for end in _END.finditer(text) if _ends(text, end)), len(text)]
    return [
        sentence
        for begin, stop in pairwise(starts)
        for piece in range(begin, stop, LONGEST)
        if (sentence := _trimmed(field, text, piece, min(piece + LONGEST, stop)))
    ]


def _ends(text: str, end: re.Match[str]) -> bool:
    """Whether what looks like the end of a sentence is one."""
    mark = end.group()
    if not mark[-1].isspace():
        return mark[0] in _NO_SPACE_NEEDED
    if mark[0] != "." or "\n" in mark:
        return True
    word = text[max(0, end.start() - 5) : end.start()].rpartition(" ")[2].rpartition(".")[2]
    return not (word in _TITLES or (len(word) == 1 and word.isalpha()))


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
