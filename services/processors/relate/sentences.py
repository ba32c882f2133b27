"""Sentences: where one ends, in every script the product reads.

A sentence ends at a line break, or after `. ! ? … ؟ ۔ । 。` and closing quotes before white space.
A point after a single letter or a title such as "Dr." ends none.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

_END = re.compile(r"[\n.!?…؟۔।。！？]+(?:(?<=[\n。！？])|[\"'»”’)\]]*\s)\s*")
_TITLES = frozenset({"Dr", "Mr", "Mrs", "No", "St"})
LONGEST = 1_500
"""Text without sentence ends is cut here, so that one sentence is never a whole book."""


def starts(text: str) -> list[int]:
    """Where each sentence of the text begins, in order; linear. No text has no sentence."""
    ends = [
        end.end()
        for end in _END.finditer(text)
        if text[end.start()] != "." or not _abbreviates(text, end.start())
    ]
    found = [0] if text else []
    for stop in (*ends, len(text)):
        if found and stop - found[-1] > LONGEST:
            found += range(found[-1] + LONGEST, stop, LONGEST)
        if stop < len(text):
            found.append(stop)
    return found


def containing(begun: Sequence[int], position: int) -> int:
    """The number of the sentence that `position` stands in: the last that starts before it."""
    return max(0, bisect_right(begun, position) - 1)


def extent(begun: Sequence[int], number: int, text: str) -> tuple[int, int]:
    """Start and end of a sentence without the white space around it."""
    start = begun[number]
    end = begun[number + 1] if number + 1 < len(begun) else len(text)
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, max(start, end - len(piece) + len(piece.rstrip()))


def _abbreviates(text: str, point: int) -> bool:
    """Whether the point at this place stands after a single letter or a title."""
    if not text[point - 1 : point].isalpha():
        return False
    if point == 1 or not text[point - 2].isalnum():
        return True
    word = text[max(0, point - 4) : point].rpartition(" ")[2]
    return word in _TITLES
