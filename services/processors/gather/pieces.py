"""A text in the pieces of the sentence model's vocabulary.

The likeliest way to cut each word, by the scores of its pieces (the unigram model of Kudo, "Subword
Regularization", 2018, decoded by Viterbi's algorithm). No piece goes beyond a word, so words are
remembered.
"""

from functools import lru_cache
from itertools import chain

from services.processors.gather.weights import Pieces

REMEMBERED = 1 << 16
"""Words whose pieces are remembered, at most."""
_USUAL = 40
"""How long a word is that is remembered: longer ones are rare, and would fill the memory."""
_BEGINS = "\u2581"
"""Stands before each word."""
_UNKNOWN = 10.0
"""By so much a character that no piece has is worse than the most unusual piece."""


class Cutter:
    """Cuts texts."""

    def __init__(self, pieces: Pieces) -> None:
        """With this vocabulary."""
        self._pieces = pieces
        self._longest = max(map(len, pieces.ids))
        self._worst = min(pieces.scores) - _UNKNOWN
        self._cut = lru_cache(maxsize=REMEMBERED)(self._word)

    def cut(self, text: str, most: int) -> list[int]:
        """The ids of the text's pieces, no more than that many, between begin and end."""
        pieces = self._pieces
        words = text.translate(pieces.written_as).split()
        cuts = (self._cut(word) if len(word) <= _USUAL else self._word(word) for word in words)
        ids = [*chain.from_iterable(cuts)]
        return [pieces.begin, *ids[: most - 2], pieces.end]

    def _word(self, word: str) -> tuple[int, ...]:
        text = _BEGINS + word
        scores, known = self._pieces.scores, self._pieces.ids
        best = [0.0]  # the score of the likeliest way to each place, its last piece and its start
        last = [(self._pieces.unknown, 0)]
        for end in range(1, len(text) + 1):
            top, piece, begin = best[end - 1] + self._worst, self._pieces.unknown, end - 1
            for start in range(max(0, end - self._longest), end):
                found = known.get(text[start:end])
                if found is not None and best[start] + scores[found] > top:
                    top, piece, begin = best[start] + scores[found], found, start
            best.append(top)
            last.append((piece, begin))
        ids, place = [], len(text)
        while place:
            piece, place = last[place]
            ids.append(piece)
        return tuple(reversed(ids))
