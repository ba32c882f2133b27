"""One pass over a text: where names may stand, and whether any can; never wrong about "none".

The text's letters are bytes (`letters.py`), searched by a dense automaton, several times faster
than text. A "yes" may be wrong: letters that share a class, a name inside another word.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import ahocorasick_rs

from services.processors.find.letters import ARABIC, CYRILLIC, LATIN, Letters
from shared.text import Normalised

Languages = frozenset[str] | None
"""In whose articles a name proves something; in all if None."""

Hit = tuple[int, int, int]
"""The number of a stem, and where it stands."""

_PROCLITICS_END = frozenset("وفبلسهك")
"""The last letters of all proclitics in `morphology.py`."""
_ALPHABETS = (LATIN, CYRILLIC, ARABIC)


class Seen(NamedTuple):
    """What the pass saw."""

    letters: bytes
    hits: Sequence[Hit]


class _Proof(NamedTuple):
    """When a stem proves a mention by itself."""

    never_before: frozenset[int]  # letters that run into it: it is the end of another word
    languages: Languages


class Scan:
    """Built once from the stems of all names."""

    def __init__(self, stems: Sequence[str], proving: Mapping[str, Languages]) -> None:
        """`stems` are folded; those that prove something by themselves are in `proving`, too."""
        self._letters = Letters(stems)
        self._stems = tuple(stems)
        self._certain = [None not in map(self._letters.own, stem) for stem in stems]
        self._proofs = [
            _Proof(self._never_before(stem[0]), proving[stem]) if stem in proving else None
            for stem in stems
        ]
        self._automaton = ahocorasick_rs.BytesAhoCorasick(
            list(map(self._letters.of_stem, stems)),
            implementation=ahocorasick_rs.Implementation.DFA,
        )

    def seen(self, text: str) -> Seen:
        """Every place of a text, as it comes, where a stem may stand."""
        return self._seen(self._letters.of_text(text))

    def may_hold(self, seen: Seen, language: str = "und") -> bool:
        """False only where no name proves a mention in a text of this language."""
        for stem, start, _ in seen.hits:
            proof = self._proofs[stem]
            if proof is None or (start and seen.letters[start - 1] in proof.never_before):
                continue
            if proof.languages is None or language == "und" or language in proof.languages:
                return True
        return False

    def stand(self, normal: Normalised, seen: Seen) -> list[Hit]:
        """Every place of the folded text where a stem stands; `seen` is of its original."""
        if len(seen.letters) != len(normal.text):
            seen = self._seen(self._letters.of_folded(normal.text))
        text, stems, certain = normal.text, self._stems, self._certain
        return [
            hit for hit in seen.hits if certain[hit[0]] or text.startswith(stems[hit[0]], hit[1])
        ]

    def _seen(self, letters: bytes) -> Seen:
        return Seen(letters, self._automaton.find_matches_as_indexes(letters, overlapping=True))

    def _never_before(self, first: str) -> frozenset[int]:
        alphabet = next((letters for letters in _ALPHABETS if first in letters), "")
        own = (self._letters.own(letter) for letter in alphabet if letter not in _PROCLITICS_END)
        return frozenset(number for number in own if number is not None)
