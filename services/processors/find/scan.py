"""One pass over a text: where names may stand, and whether any can; never wrong about "none".

The text's letters are bytes (`letters.py`), searched by Vectorscan, several times faster than text.
A "yes" may be wrong: letters that share a class, a name inside another word.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import hyperscan

from services.processors.find.homoglyphs import unmixed
from services.processors.find.letters import ARABIC, CYRILLIC, LATIN, Letters
from services.processors.find.morphology import ENDS_TOGETHER
from services.processors.find.seen import Hit, Seen
from shared.text import Normalised

Languages = frozenset[str] | None
"""In whose articles a name proves something; in all if None."""

_NOWHERE: Languages = frozenset()
_PROCLITICS_END = frozenset("وفبلسهك")
"""The last letters of all proclitics in `morphology.py`."""
_WORDS_END = _PROCLITICS_END | ENDS_TOGETHER
"""These, and those of the words that are written together with some names."""
_ALPHABETS = (LATIN, CYRILLIC, ARABIC)
_TAG = "#"
"""Behind it words are written together."""


class Scan:
    """Built once from the stems of all names. For one thread at a time."""

    def __init__(
        self,
        stems: Sequence[str],
        proving: Mapping[str, Languages],
        unspaced: frozenset[str] = frozenset(),
        together: frozenset[str] = frozenset(),
    ) -> None:
        """`stems` are folded; those that prove something by themselves are in `proving`, too.

        Those that are `unspaced` may stand inside a word, those `together` behind one.
        """
        self._letters = Letters(stems)
        self._stems = tuple(stems)
        self._certain = [None not in map(self._letters.own, stem) for stem in stems]
        self._proving = [proving.get(stem, _NOWHERE) for stem in stems]
        never = cache(self._never_before)
        self._never = [
            b"" if stem in unspaced else never(stem[0], together=stem in together) for stem in stems
        ]
        self._search = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._search.compile(expressions=[*map(self._letters.of_stem, stems)], literal=True)

    def seen_all(self, texts: Sequence[str]) -> list[Seen]:
        """Every place of each of these texts, as they come, where a stem may stand.

        But for those that a letter runs into, one that no language joins on in front; these, too,
        in a text with hashtags. With several at once the tables stay in the processor's caches. A
        word of mixed alphabets is seen in one of them.
        """
        space = self._letters.space
        texts, read = [*texts], [*self._letters.of_texts(texts)]
        for n, (letters, _) in enumerate(read):
            if self._letters.mixed(letters):
                texts[n] = unmixed(texts[n])
                [read[n]] = self._letters.of_texts([texts[n]])
        return [
            Seen(text, letters, placed, space, self._hits(letters, tagged=_TAG in text))
            for text, (letters, placed) in zip(texts, read, strict=True)
        ]

    def proving(self, seen: Seen, language: str = "und") -> Iterator[Hit]:
        """The places that may prove a mention in a text of this language: none where none does."""
        for hit in seen.hits:
            languages = self._proving[hit[0]]
            if languages is None or language in languages or (languages and language == "und"):
                yield hit

    def stand(self, normal: Normalised, seen: Seen) -> list[Hit]:
        """Every such place of the folded text where a stem stands; `seen` is of its original."""
        if len(seen.letters) != len(normal.text):
            letters = self._letters.of_folded(normal.text)
            hits = self._hits(letters, tagged=_TAG in normal.original)
        else:
            hits = seen.hits
        text, stems, certain = normal.text, self._stems, self._certain
        return [hit for hit in hits if certain[hit[0]] or text.startswith(stems[hit[0]], hit[1])]

    def _hits(self, letters: bytes, *, tagged: bool) -> Sequence[Hit]:
        stems, never = self._stems, self._never
        hits: list[Hit] = []

        def found(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            start = end - len(stems[number])
            if tagged or not start or letters[start - 1] not in never[number]:
                hits.append((number, start, end))

        self._search.scan(letters, found)
        return hits

    def _never_before(self, first: str, *, together: bool) -> bytes:
        """The letters that run into a name with this first one: it is the end of another word."""
        alphabet = next((letters for letters in _ALPHABETS if first in letters), "")
        ends = _WORDS_END if together else _PROCLITICS_END
        own = (self._letters.own(letter) for letter in alphabet if letter not in ends)
        return bytes(number for number in own if number is not None)
