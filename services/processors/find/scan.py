"""One pass over a text: where names may stand, and whether any can; never wrong about "none".

The text's letters are bytes (`letters.py`), searched by a dense automaton, several times faster
than text. A "yes" may be wrong: letters that share a class, a name inside another word.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import ahocorasick_rs

from services.processors.find.letters import ARABIC, CYRILLIC, LATIN, Letters, sources
from services.processors.find.seen import Hit, Seen
from shared.text import Normalised

Languages = frozenset[str] | None
"""In whose articles a name proves something; in all if None."""

_UNKNOWN = frozenset({"und"})
_PROCLITICS_END = frozenset("وفبلسهك")
"""The last letters of all proclitics in `morphology.py`."""
_ALPHABETS = (LATIN, CYRILLIC, ARABIC)


MANY = 16
"""Characters that one letter may come from, beyond which none of them is looked for."""


class _Proof(NamedTuple):
    """When a stem proves a mention by itself."""

    never_before: frozenset[int]  # letters that run into it: it is the end of another word
    languages: Languages
    sources: Sequence[str]  # of its letters that share a class: one of each must be in the text


class Scan:
    """Built once from the stems of all names."""

    def __init__(self, stems: Sequence[str], proving: Mapping[str, Languages]) -> None:
        """`stems` are folded; those that prove something by themselves are in `proving`, too."""
        self._letters = Letters(stems)
        self._stems = tuple(stems)
        self._certain = [None not in map(self._letters.own, stem) for stem in stems]
        shared = {letter for stem in stems for letter in stem if self._letters.own(letter) is None}
        self._sources = sources(shared)
        befores = {first: self._never_before(first) for first in {stem[0] for stem in proving}}
        self._proofs = [self._proof(stem, proving, befores) for stem in stems]
        self._automaton = ahocorasick_rs.BytesAhoCorasick(
            list(map(self._letters.of_stem, stems)),
            implementation=ahocorasick_rs.Implementation.DFA,
        )

    def seen_all(self, texts: Sequence[str]) -> list[Seen]:
        """Every place of each of these texts, as they come, where a stem may stand.

        With several at once the automaton stays in the processor's caches.
        """
        space = self._letters.space
        read = [(text, *self._letters.of_text(text)) for text in texts]
        return [
            Seen(text, letters, placed, space, self._hits(letters))
            for text, letters, placed in read
        ]

    def proving(self, seen: Seen, language: str = "und") -> Iterator[Hit]:
        """The places that may prove a mention in a text of this language: none where none does."""
        for hit in seen.hits:
            proof = self._proofs[hit[0]]
            if proof is None or (hit[1] and seen.letters[hit[1] - 1] in proof.never_before):
                continue
            if proof.languages is not None and language not in proof.languages | _UNKNOWN:
                continue
            if all(any(map(seen.text.__contains__, chars)) for chars in proof.sources):
                yield hit

    def stand(self, normal: Normalised, seen: Seen) -> list[Hit]:
        """Every place of the folded text where a stem stands; `seen` is of its original."""
        if len(seen.letters) != len(normal.text):
            hits = self._hits(self._letters.of_folded(normal.text))
        else:
            hits = seen.hits
        text, stems, certain = normal.text, self._stems, self._certain
        return [hit for hit in hits if certain[hit[0]] or text.startswith(stems[hit[0]], hit[1])]

    def _hits(self, letters: bytes) -> Sequence[Hit]:
        hits: Sequence[Hit] = self._automaton.find_matches_as_indexes(letters, overlapping=True)
        return hits

    def _proof(
        self, stem: str, proving: Mapping[str, Languages], befores: Mapping[str, frozenset[int]]
    ) -> _Proof | None:
        if stem not in proving:
            return None
        chars = (self._sources[letter] for letter in stem if letter in self._sources)
        needed = tuple(each for each in chars if len(each) <= MANY)
        return _Proof(befores[stem[0]], proving[stem], needed)

    def _never_before(self, first: str) -> frozenset[int]:
        alphabet = next((letters for letters in _ALPHABETS if first in letters), "")
        own = (self._letters.own(letter) for letter in alphabet if letter not in _PROCLITICS_END)
        return frozenset(number for number in own if number is not None)
