"""The names at given places, each read off the piece of text between white space that it is in.

Of a piece without end a stretch around the name is read.

News repeats its words: in a piece that was met before a name costs a look-up, and an article all
of whose names stand in such pieces is never folded.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from services.processors.find.lexicon import Lexicon
from services.processors.find.seen import Hit, Seen
from services.processors.find.sense import Found
from shared.text import normalise

REACH = 32
"""Letters on either side of a name that are enough to know its neighbours."""

REMEMBERED = 1 << 14
"""Places in pieces remembered, at most."""


class Pieces:
    """Reads names off pieces, and remembers them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._read)

    def names(self, seen: Seen, hits: Iterable[Hit], language: str) -> Iterator[Found | None]:
        """As `Lexicon.look_up`, with places in the original; None where it cannot tell."""
        for hit in hits:
            begun, names = self.at(seen, hit, language)
            for name in names:
                yield name and name.moved(begun)

    def at(self, seen: Seen, hit: Hit, language: str) -> tuple[int, Sequence[Found | None]]:
        """The same of one place: where its piece begins, and the names with places in that."""
        if seen.placed is None:
            return 0, (None,)
        stem, start, end = hit
        letters, space = seen.letters, seen.space
        nearest, farthest = start - REACH if start > REACH else 0, end + REACH
        first = letters.rfind(space, nearest, start) + 1 or nearest
        past = letters.find(space, end, farthest)
        if past < 0:
            past = min(farthest, len(letters))
        begun, piece = seen.piece(first, past)
        return begun, self._remembered(stem, start - first, past - first, piece, language)

    def _read(
        self, stem: int, start: int, letters: int, piece: str, language: str
    ) -> tuple[Found | None, ...]:
        normal = normalise(piece)
        if len(normal.text) != letters:  # a sign becomes several characters
            return (None,)
        name = self._lexicon.stems.texts[stem]
        if not normal.text.startswith(name, start):  # other letters of the same classes
            return ()
        here = (stem, start, start + len(name))
        found = self._lexicon.look_up(normal, [here], language)
        return tuple(name.in_original(normal) for name in found)
