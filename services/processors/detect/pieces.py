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

    def told(self, pieces: Sequence[str]) -> list[Word]:
        """What the words of these pieces, of one text, tell."""
        known: Told = self._known
        try:
            return [word for piece in pieces for word in known[piece]]
        except KeyError:
            known = self._met(pieces)
            return [word for piece in pieces for word in known[piece]]

    def meet(self, pieces: Iterable[str]) -> None:
        """Read these pieces now and at once, as far as there is room for them."""
        known = self._known
        if new := [piece for piece in dict.fromkeys(pieces) if piece not in known]:
            self._met(new[: REMEMBERED // 2])

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
