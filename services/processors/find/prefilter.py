"""Whether a text can hold a name at all: cheap, and never wrong about "no".

Each character becomes one byte, the class of its fold: names' letters have classes of their own
as far as they go, rarer letters share. Bytes are searched by a dense automaton, six times faster
than text. A "yes" may be wrong: letters that share a class, a name inside a word of another
alphabet's rules.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from shared.text import EXPANDS, fold, folding

_DROPPED, _OTHER, _EXPANDS = 0, 1, 255
_OWN, _SHARED = 200, 53  # classes 2..201 belong to one unit, 202..254 to many
_SHARED_FROM = 2 + _OWN
_LATIN, _CYRILLIC = "abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_NO_PROCLITIC, _PROCLITIC = "ءاپتثجچحخدذرزژشصضطظعغقكگمني", "وفبلسه"
_ALPHABETS = (
    (_LATIN, _LATIN),
    (_CYRILLIC, _CYRILLIC),
    (_NO_PROCLITIC + _PROCLITIC, _NO_PROCLITIC),
)
"""Letters that a name begins with, and those that cannot stand before it. The letters left out of
the third are the last of all proclitics in `morphology.py`."""
_ENCODING = "utf-16-le"
_UNITS = 0x10000
_SURROGATES = range(0xD800, 0xDC00)
_PICTURES = range(0xD83C, 0xD840)
"""The first halves of emoji and flags, which fold to themselves."""

Languages = frozenset[str] | None


class Prefilter:
    """Built once from the stems of all names that prove something by themselves."""

    def __init__(self, stems: Mapping[str, Languages]) -> None:
        """`stems` are folded; each counts in articles of its languages, or of any if None."""
        kept = _shortest(stems)
        self._languages = tuple(stems[stem] for stem in kept)
        classes = _classes(kept)
        self._of_folded = _of_folded(classes)
        self._of_original = _of_original(self._of_folded)
        self._ascii = self._of_original[:256].tobytes()
        self._space = self._of_folded[32:33].tobytes()
        self._never_before = tuple(_letters_beside(stem[0], classes) for stem in kept)
        self._automaton = ahocorasick_rs.BytesAhoCorasick(
            [bytes(classes[unit] for unit in _units(stem).tolist()) for stem in kept],
            implementation=ahocorasick_rs.Implementation.DFA,
        )

    def may_hold(self, text: str, language: str = "und") -> bool:
        """False only where no name stands in a text of this language."""
        data = self._bytes(text)
        return any(
            (start == 0 or data[start - 1] not in self._never_before[stem])
            and _counts(self._languages[stem], language)
            for stem, start, _ in self._automaton.find_matches_as_indexes(data, overlapping=True)
        )

    def _bytes(self, text: str) -> bytes:
        if text.isascii():
            data = text.encode("ascii").translate(self._ascii, b"\0")
        else:
            data = self._folded(text)
        while self._space * 2 in data:
            data = data.replace(self._space * 2, self._space)
        return data

    def _folded(self, text: str) -> bytes:
        data = self._of_original[_units(text)].tobytes()
        if _EXPANDS in data:
            data = self._of_folded[_units(fold(text))].tobytes()
        return data.replace(b"\0", b"") if _DROPPED in data else data


def _counts(languages: Languages, language: str) -> bool:
    return languages is None or language == "und" or language in languages


def _shortest(stems: Mapping[str, Languages]) -> list[str]:
    """The stems that hold no other stem of any language: whoever holds "ایرانی" holds "ایران".

    A Latin or Cyrillic stem is held where a word begins: "deutschturken" does not hold "turken".
    """
    ordered = sorted(stems)
    automaton = ahocorasick_rs.AhoCorasick([stem for stem in ordered if stems[stem] is None])
    return [
        stem
        for stem in ordered
        if not any(
            end - start < len(stem) and not (start and stem[start - 1] in _alphabet(stem[start]))
            for _, start, end in automaton.find_matches_as_indexes(stem, overlapping=True)
        )
    ]


def _alphabet(char: str) -> str:
    """The letters that cannot stand before a name that begins with `char`."""
    return next((never for first, never in _ALPHABETS if char in first), "")


def _letters_beside(char: str, classes: Mapping[int, int]) -> frozenset[int]:
    """Their classes, of those that have one of their own."""
    return frozenset(
        classes[ord(letter)]
        for letter in _alphabet(char)
        if classes.get(ord(letter), _SHARED_FROM) < _SHARED_FROM
    )


def _units(text: str) -> NDArray[np.uint16]:
    return np.frombuffer(text.encode(_ENCODING, "surrogatepass"), dtype=np.uint16)


def _classes(stems: Iterable[str]) -> dict[int, int]:
    """A class for each unit of the stems: the more frequent, the more its own."""
    counts = Counter(unit for stem in stems for unit in _units(stem).tolist())
    counts.update(_units("abcdefghijklmnopqrstuvwxyz ").tolist())
    ranked = sorted(counts, key=lambda unit: (-counts[unit], unit))
    return {
        unit: 2 + rank if rank < _OWN else _SHARED_FROM + rank % _SHARED
        for rank, unit in enumerate(ranked)
    }


def _of_folded(classes: dict[int, int]) -> NDArray[np.uint8]:
    """The class of every unit of a folded text."""
    table = np.full(_UNITS, _OTHER, dtype=np.uint8)
    table[list(classes)] = list(classes.values())
    table[0] = _DROPPED
    return table


def _of_original(of_folded: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The class of every unit of a text as it comes: of its fold, if that is one unit.

    Letters that fold to several, and those beyond the first plane, send the text the long way;
    signs that do ("…", "№") cannot be part of a name and are other.
    """
    single, expansions = folding().single[:_UNITS], folding().expansions
    table = of_folded[np.where(single < _UNITS, single, 0)]
    for unit in np.flatnonzero(single >= EXPANDS).tolist():
        letters = any(char.isalpha() for char in expansions[single[unit] - EXPANDS])
        table[unit] = _EXPANDS if letters else _OTHER
    for unit in _SURROGATES:
        table[unit] = of_folded[unit] if unit in _PICTURES else _EXPANDS
    return table
