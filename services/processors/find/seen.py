"""A text under the scan: its letters, where in it stems may stand, and what is there as written."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.processors.find.letters import TWO

Hit = tuple[int, int, int]
"""The number of a stem, and where it stands among the letters."""


class Seen:
    """What one pass over a text saw."""

    def __init__(
        self, text: str, letters: bytes, placed: bytes | None, space: bytes, proving: Sequence[Hit]
    ) -> None:
        """`letters` and `placed` as `Letters.of_texts` has them, `proving` as `Scan.seen_all`."""
        self.text = text
        self.letters = letters
        self.placed = placed
        self.space = space
        self.proving = proving

    def piece(self, first: int, past: int) -> tuple[int, str]:
        """Where these letters begin in the text, and that stretch of it, up to the next letter.

        Only for a text whose letters have their places.
        """
        if self.letters is self.placed:
            return first, self.text[first:past]
        places = self._places
        begun = int(places[first])
        return begun, self.text[begun : int(places[past]) if past < len(places) else None]

    @cached_property
    def _places(self) -> NDArray[np.intp]:
        """Where each letter stands in the text."""
        placed = np.frombuffer(self.placed or b"", np.uint8)
        at = placed.nonzero()[0]
        if TWO in (self.placed or b""):
            at = np.repeat(at, 1 + (placed[at] == TWO[0]))
        if len(at) != len(self.letters):  # of a run of spaces the first one is left
            spaces = placed[at] == self.space[0]
            spaces[1:] &= spaces[:-1].copy()
            spaces[:1] = False
            at = at[~spaces]
        return at
