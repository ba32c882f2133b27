"""Sentences: where one ends, in every script the product reads.

A sentence ends at a line break, or after `. ! ? … ؟ ۔ । 。` and closing quotes before white space.
A point after a single letter or a title such as "Dr." ends none. Where a feed has lost its line
breaks ("açıkladı.Bakan"), a point between a small and a capital letter ends one, too.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

_MARKS = "\n.!?…؟۔।。！？"
_TITLES = "".join(rf"(?<!(?<!\S){title})" for title in ("Dr", "Mr", "Mrs", "No", "St"))
_POINT = rf"(?<!(?<![^\W_])[^\W\d_]){_TITLES}\."
_END = re.compile(
    rf"(?:[{_MARKS.replace('.', '')}]|{_POINT})[{_MARKS}]*"
    r"(?:(?<=[\n。！？])|[\"'»”’)\]]*\s)\s*"
    r"|(?<=[a-zçğıöşüа-яё]{2})\.(?=[A-ZÇĞİÖŞÜА-ЯЁ][a-zçğıöşüа-яё])"
)
_RUN = re.compile(f"[{_MARKS}]*")
_PARTED = re.compile(r"[/|•]\s+")
HEADLINE = 16
"""Code points of the shortest headline of several; "İran / Türkiye" is one."""
LONGEST = 1_500
"""Text without sentence ends is cut here, so that one sentence is never a whole book."""


def starts(text: str) -> list[int]:
    """Where each sentence of the text begins, in order; linear. No text has no sentence."""
    found = [0] if text else []
    for stop in (*_ends(text), len(text)):
        if found and stop - found[-1] > LONGEST:
            found += range(found[-1] + LONGEST, stop, LONGEST)
        if stop < len(text):
            found.append(stop)
    return found


def headline_starts(title: str) -> list[int]:
    """Where each sentence or headline of a title begins; a round-up's are parted by "/" or "|"."""
    parts = [0, *(part.end() for part in _PARTED.finditer(title)), len(title)]
    if all(end - start >= HEADLINE for start, end in pairwise(parts)):
        return sorted({*starts(title), *parts[:-1]})
    return starts(title)


def _ends(text: str) -> Iterator[int]:
    """Where `_END.finditer` ends; in a third of its time, for `str.find` finds the marks.

    Where no sentence ends behind one mark of a run none does behind the others, so they are passed
    over: each would look at the rest of the run. The first one is left out, which may follow an
    initial and end nothing for that.
    """
    past = 0
    for place in sorted(_marks(text)):
        if place < past:
            continue
        if end := _END.match(text, place):
            past = end.end()
            yield past
        elif (run := _RUN.match(text, place)) and text[max(0, place - 1)] in _MARKS:
            past = run.end()


def _marks(text: str) -> list[int]:
    places: list[int] = []
    for mark in _MARKS:
        place = text.find(mark)
        while place >= 0:
            places.append(place)
            place = text.find(mark, place + 1)
    return places


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
