"""Pieces of text, as white space parts them, and what the words of each tell, remembered.

Most pieces are a word and perhaps a comma, and news repeats them: then a text costs a look-up for
each, and nothing is folded. Those not met before are folded together, their words read together.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain, islice

from services.processors.detect.fold import LONGEST, READ, words_of
from services.processors.detect.memory import Memory, Word, memory

REMEMBERED = 1 << 16
"""Pieces remembered, at most, of at most LONGEST code points; then it begins anew."""

USUAL = 192
"""Code points that hold the words which decide, in most texts."""

Told = Mapping[str, Sequence[Word]]


class Pieces:
    """The pieces met so far. Safe to share between threads."""

    def __init__(self, memory: Memory) -> None:
        """Empty."""
        self._memory = memory
        self._known: dict[str, Sequence[Word]] = {}

    def told(self, texts: Sequence[Sequence[str]]) -> list[list[Word]]:
        """What the words of each of these texts tell; they are given as their pieces."""
        known: Told = self._known
        try:
            return [[word for piece in text for word in known[piece]] for text in texts]
        except KeyError:
            known = self._met(chain.from_iterable(texts))
            return [[word for piece in text for word in known[piece]] for text in texts]

    def _met(self, pieces: Iterable[str]) -> Told:
        """What each of these tells."""
        known, pieces = self._known, dict.fromkeys(pieces)
        new = [piece for piece in pieces if piece not in known]
        told = self._read(new)
        told |= {piece: known[piece] for piece in pieces if piece not in told}
        if len(known) + len(new) > REMEMBERED:
            known = {}
        known.update((piece, told[piece]) for piece in new if len(piece) <= LONGEST)
        self._known = known
        return told

    def _read(self, pieces: Sequence[str]) -> dict[str, Sequence[Word]]:
        found = words_of(pieces)
        words = iter(self._memory.told(list(chain.from_iterable(found))))
        told = (tuple(islice(words, len(of_piece))) for of_piece in found)
        return dict(zip(pieces, told, strict=True))


@cache
def pieces() -> Pieces:
    """The process's own."""
    return Pieces(memory())


def whole(text: str) -> list[str]:
    """All pieces of a text that are read."""
    return text[:READ].split()


def beginning(text: str) -> list[str]:
    """The first of them, which are enough for most texts."""
    end = text.rfind(" ", 0, USUAL) if len(text) > USUAL else -1
    return text[:end].split() if end >= 0 else whole(text)
