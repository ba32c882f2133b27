"""Sentences: where one ends, in every script the product reads.

A sentence ends at a line break, or after `. ! ? … ؟ ۔ । 。` and closing quotes before white space.
A point after a single letter or a title such as "Dr." ends none.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence

_END = re.compile(r"[\n.!?…؟۔।。！？]+[\"'»”’)\]]*\s*")
_NO_SPACE_NEEDED = frozenset("\n。！？")
_TITLES = frozenset({"Dr", "Mr", "Mrs", "No", "St"})
LONGEST = 1_500
"""Text without sentence ends is cut here, so that one sentence is never a whole book."""


def starts(text: str) -> list[int]:
    """Where each sentence of the text begins, in order; linear. No text has no sentence."""
    found = [0] if text else []
    for end in _END.finditer(text):
        if end.end() < len(text) and _ends(text, end):
            found += range(found[-1] + LONGEST, end.end(), LONGEST)
            found.append(end.end())
    if found:
        found += range(found[-1] + LONGEST, len(text), LONGEST)
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


def _ends(text: str, end: re.Match[str]) -> bool:
    """Whether what looks like the end of a sentence is one."""
    mark = end.group()
    if not mark[-1].isspace():
        return mark[0] in _NO_SPACE_NEEDED
    if mark[0] != "." or "\n" in mark:
        return True
    before = text[max(0, end.start() - 5) : end.start()]
    word = before.rpartition(" ")[2].rpartition(".")[2]
    return not (word in _TITLES or (len(word) == 1 and word.isalpha()))
