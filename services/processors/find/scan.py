"""One pass over a text: where names may stand, and whether any can; never wrong about "none".

The text's letters are bytes (`letters.py`), searched by Vectorscan, several times faster than text.
A "yes" may be wrong: letters that share a class, a name inside another word. Weak names and
look-alikes prove nothing: they are searched only where another name may.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import hyperscan

from services.processors.find.homoglyphs import unmixed
from services.processors.find.letters import ARABIC, CYRILLIC, LATIN, Letters, classes
from services.processors.find.morphology import ENDS_TOGETHER
from services.processors.find.seen import Hit, Seen
from services.processors.find.stems import Stems
from shared.text import Normalised

_PROCLITICS_END = frozenset("وفبلسهك")
"""The last letters of all proclitics in `morphology.py`."""
_WORDS_END = _PROCLITICS_END | ENDS_TOGETHER
"""These, and those of the words that are written together with some names."""
_ALPHABETS = (LATIN, CYRILLIC, ARABIC)
_NOWHERE = b"\xff"
"""A byte that no text has among its letters, for a search without stems."""
_TAG = "#"
"""Behind it words are written together."""


class Searching(NamedTuple):
    """What a search for these stems needs, after the work that takes long."""

    classes: dict[str, int]
    proving: bytes  # Vectorscan's own form of its tables: for the stems that may prove a mention
    others: bytes

    @classmethod
    def of(cls, stems: Stems) -> "Searching":
        """Made anew."""
        class_of = classes(stems.texts)
        made = (_compiled(class_of, stems, proving=proving) for proving in (True, False))
        return cls(class_of, *map(hyperscan.dumpb, made))


def _compiled(class_of: Mapping[str, int], stems: Stems, *, proving: bool) -> hyperscan.Database:
    searcher = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    numbers = [
        number
        for number, languages in enumerate(stems.proving)
        if proving == (languages is None or bool(languages))
    ]
    as_bytes = [bytes(map(class_of.__getitem__, stems.texts[number])) for number in numbers]
    searcher.compile(expressions=as_bytes or [_NOWHERE], ids=numbers or [0], literal=True)
    return searcher


def _searcher(searching: Searching, stems: Stems, *, proving: bool) -> hyperscan.Database:
    """Compiled where this processor or version cannot use the tables."""
    tables = searching.proving if proving else searching.others
    try:
        searcher = hyperscan.loadb(tables, hyperscan.HS_MODE_BLOCK)
        searcher.scratch = hyperscan.Scratch(searcher)
    except hyperscan.error:
        return _compiled(searching.classes, stems, proving=proving)
    return searcher


class Scan:
    """Built once from the stems of all names. For one thread at a time."""

    def __init__(self, stems: Stems, searching: Searching) -> None:
        """`searching` is for the texts of these stems."""
        self._letters = Letters(searching.classes)
        self._stems = stems.texts
        self._proving = stems.proving
        never = cache(self._never_before)
        self._never = [
            b"" if unspaced else never(stem[0], together=together)
            for stem, unspaced, together in zip(
                stems.texts, stems.unspaced, stems.together, strict=True
            )
        ]
        self._provers = _searcher(searching, stems, proving=True)
        self._others = _searcher(searching, stems, proving=False)

    def seen_all(self, texts: Sequence[str]) -> list[Seen]:
        """Each of these texts, as they come, with every place where a stem may prove a mention.

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
            Seen(text, letters, placed, space, self._hits(self._provers, text, letters))
            for text, (letters, placed) in zip(texts, read, strict=True)
        ]

    def proving(self, seen: Seen, language: str = "und") -> Iterator[Hit]:
        """The places that may prove a mention in a text of this language: none where none does."""
        for hit in seen.proving:
            languages = self._proving[hit[0]]
            if languages is None or language in languages or language == "und":
                yield hit

    def hits(self, seen: Seen) -> Sequence[Hit]:
        """Every place where any stem may stand; likewise."""
        return [*seen.proving, *self._hits(self._others, seen.text, seen.letters)]

    def stand(self, normal: Normalised, seen: Seen) -> list[Hit]:
        """Every such place of the folded text where a stem stands; `seen` is of its original."""
        if len(seen.letters) != len(normal.text):
            letters = self._letters.of_folded(normal.text)
            proving = self._hits(self._provers, normal.original, letters)
            seen = Seen(normal.original, letters, None, seen.space, proving)
        text, stems = normal.text, self._stems
        return [hit for hit in self.hits(seen) if text.startswith(stems[hit[0]], hit[1])]

    def _hits(self, search: hyperscan.Database, text: str, letters: bytes) -> Sequence[Hit]:
        tagged, stems, never = _TAG in text, self._stems, self._never
        hits: list[Hit] = []

        def found(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            start = end - len(stems[number])
            if tagged or not start or letters[start - 1] not in never[number]:
                hits.append((number, start, end))

        search.scan(letters, found)
        return hits

    def _never_before(self, first: str, *, together: bool) -> bytes:
        """The letters that run into a name with this first one: it is the end of another word."""
        alphabet = next((letters for letters in _ALPHABETS if first in letters), "")
        ends = _WORDS_END if together else _PROCLITICS_END
        own = (self._letters.own(letter) for letter in alphabet if letter not in ends)
        return bytes(number for number in own if number is not None)
