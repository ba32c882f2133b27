"""What each piece of text tells, remembered: news repeats its words, which then cost a look-up.

    a piece, as white space parts them ▸ its words (fold) ▸ what each word tells (lanes)

Most pieces are a word and perhaps a comma. Those not met before are folded together, their words
read together. At most REMEMBERED pieces and words, of at most `fold.LONGEST` letters, are kept:
some 40 MB; then all are forgotten and it begins anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import chain

from services.processors.detect.fold import LONGEST, words_of
from services.processors.detect.lanes import Lanes, Told, how_many
from services.processors.detect.model import Weights, weights

REMEMBERED = 1 << 16


class Memory:
    """The pieces and words met so far. For one thread at a time."""

    def __init__(self, models: Mapping[str, Weights]) -> None:
        """Empty."""
        self.lanes = Lanes(models)
        self._forget()

    def _forget(self) -> None:
        self._words: dict[str, Told] = {}
        self._pieces: dict[str, Told] = {}
        self._parts: dict[str, Sequence[Told]] = {}  # of the pieces that are several words

    def told(self, texts: Sequence[Sequence[str]], most: int) -> list[Told]:
        """What the first words, at most so many, of each of these texts tell; given as pieces."""
        try:
            return [self._first(text, most) for text in texts]
        except KeyError:
            passing = self._meet(dict.fromkeys(chain.from_iterable(texts)))
            told = [self._first(text, most) for text in texts]
            for piece in passing:
                del self._pieces[piece]
                self._parts.pop(piece, None)
            return told

    def _first(self, pieces: Sequence[str], most: int) -> Told:
        met = self._pieces.__getitem__
        told, last = sum(map(met, pieces[:most])), most
        while how_many(told) < most and last < len(pieces):  # some pieces hold no word
            told += sum(map(met, pieces[last : last + most]))
            last += most
        last = min(last, len(pieces))
        while how_many(told) > most:
            last -= 1
            told -= met(pieces[last])
            if (room := most - how_many(told)) > 0:
                told += sum(self._parts[pieces[last]][:room])
        return told

    def _meet(self, pieces: Iterable[str]) -> list[str]:
        """Read those that are new; the ones that are too long to be kept."""
        pieces = list(pieces)
        new = [piece for piece in pieces if piece not in self._pieces]
        if len(self._pieces) + len(new) > REMEMBERED or len(self._words) > REMEMBERED:
            self._forget()
            new = pieces
        found = words_of(new)
        unmet = dict.fromkeys(word for words in found for word in words if word not in self._words)
        self._words.update(zip(unmet, self.lanes.of_words(list(unmet)), strict=True))
        for piece, words in zip(new, found, strict=True):
            parts = [self._words[word] for word in words]
            self._pieces[piece] = parts[0] if len(parts) == 1 else sum(parts)
            if len(parts) > 1:
                self._parts[piece] = parts
        return [piece for piece in new if len(piece) > LONGEST]


@cache
def memory() -> Memory:
    """The process's own."""
    return Memory(weights())
