"""A text as bytes: each character one byte, the class of its fold.

The letters of the alphabets that most names are written in have a class each. Other scripts share
theirs, so that two letters of one script seldom have the same.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from services.processors.find.homoglyphs import ALIKE
from shared.text import EXPANDS, codes_of, fold, folding

LATIN = "abcdefghijklmnopqrstuvwxyzə"
CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
ARABIC = "ءابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگ"
_HEBREW = "אבגדהוזחטיךכלםמןנסעףפץצקרשת"

_NOTHING, _YES = b"\0", b"\1"
_DROPPED, _OTHER, _EXPANDS = 0, 1, 255
TWO = bytes([_EXPANDS])
"""Stands for a letter that becomes several; where places are known, for one that becomes two."""
_NO_SCRIPT = " 0123456789'\u200c,-:.&()/«»" + "әіүқһјғҳөұ" + "ںٹڈړښځڤ"
"""What names of many scripts have, and letters that the languages of an alphabet add to it."""
_ALONE = _NO_SCRIPT + LATIN + CYRILLIC + ARABIC + _HEBREW
_OWN_FROM, _SHARED_FROM = 2, 2 + len(_ALONE)
_PLANES = 17
"""Parts that Unicode's code points come in."""
_LAST_SCRIPTS = 0x30
"""From this block of 256 on, all count as one script: kana, Han, Hangul."""
_BETWEEN = "\x01"
"""Parts texts that are read at once; neither letter nor space."""
Table = NDArray[np.uint8]
Read = tuple[bytes, bytes | None]
"""The letters of a text; and a byte for each of its characters, 0 where one vanishes.

The former are as many as the folded text has, place by place, but where signs become several ("…",
"№"): those cannot be part of a name, and are one byte. Then they are fewer. The latter are None for
a text with letters that become several, unless all are one letter that becomes two: then TWO.
"""


class Letters:
    """Made for the stems that will be looked for."""

    def __init__(self, class_of: Mapping[str, int]) -> None:
        """`class_of` as `classes` gives it for those stems."""
        self._class_of = class_of
        self._of_folded = _of_folded(self._class_of)
        self._of_original = _of_original(self._of_folded)
        self._alphabets = _alphabets(self._class_of)
        self._alike = [self._class_of[letter] for letter in ALIKE]
        self.space = bytes([self._class_of[" "]])

    def own(self, letter: str) -> int | None:
        """The class of a letter that shares it with no other; None for any other letter."""
        number = self._class_of.get(letter, _OTHER)
        return number if _OWN_FROM <= number < _SHARED_FROM else None

    def of_texts(self, texts: Sequence[str]) -> Iterator[Read]:
        """Of any texts, as they come; looked up all at once, which is cheaper."""
        classes = self._of_original.take(codes_of(_BETWEEN.join(texts)))
        crowded, placed, begin = self._crowded(classes), classes.tobytes(), 0
        for text in texts:
            end = begin + len(text)
            own = placed[begin:end]
            if TWO in own:
                yield self._written_out(text, own)
            else:
                yield self._parted(own, crowded=crowded.find(_YES, begin, end) >= 0), own
            begin = end + 1

    def _crowded(self, classes: Table) -> bytes:
        """For each place whether a space stands there with a space, or nothing, behind it."""
        spaces: NDArray[np.bool_] = classes == self.space[0]
        spaces[:-1] &= spaces[1:] | (classes[1:] == _DROPPED)
        spaces[-1:] = False
        return spaces.tobytes()

    def _parted(self, letters: bytes, *, crowded: bool) -> bytes:
        """Without what vanishes, and with single spaces."""
        if _NOTHING in letters:
            letters = letters.replace(_NOTHING, b"")
        while crowded and self.space * 2 in letters:
            letters = letters.replace(self.space * 2, self.space)
        return letters

    def mixed(self, letters: bytes) -> bool:
        """Whether a Latin and a Cyrillic letter stand side by side; quick to say no."""
        if not any(map(letters.__contains__, self._alike)):
            return False
        signs = letters.translate(self._alphabets)
        return b"L" in signs and (b"LC" in signs or b"CL" in signs)

    def _written_out(self, text: str, classes: bytes) -> Read:
        """Of a text with letters that become several, all of those written out."""
        letter = text[classes.find(TWO)]
        if text.count(letter) != classes.count(TWO):
            return self._parted(self.of_folded(fold(text)), crowded=True), None
        several = self.of_folded(_fold_of(letter))  # the only one: ß, more often than not
        letters = self._parted(classes.replace(TWO, several), crowded=True)
        return letters, classes if len(several) == len("ss") and self.space not in several else None

    def of_folded(self, folded: str) -> bytes:
        """Of a folded text: as long as that is."""
        return self._of_folded.take(codes_of(folded)).tobytes()


_fold_of = lru_cache(maxsize=1 << 12)(fold)


def classes(stems: Iterable[str]) -> dict[str, int]:
    """A class for each letter of the stems; in a script the more frequent are the last to share.

    `stems` are folded.
    """
    class_of = {letter: _OWN_FROM + rank for rank, letter in enumerate(_ALONE)}
    counts = Counter(letter for stem in stems for letter in stem if letter not in class_of)
    ranks: Counter[int] = Counter()
    for letter in sorted(counts, key=lambda letter: (-counts[letter], letter)):
        script = min(ord(letter) >> 8, _LAST_SCRIPTS)
        class_of[letter] = _SHARED_FROM + ranks[script] % (_EXPANDS - _SHARED_FROM)
        ranks[script] += 1
    return class_of


def _alphabets(class_of: Mapping[str, int]) -> bytes:
    table = bytearray(b"-" * 256)
    for alphabet, sign in ((LATIN, b"L"), (CYRILLIC, b"C")):
        for letter in alphabet:
            table[class_of[letter]] = ord(sign)
    return bytes(table)


def _of_folded(class_of: Mapping[str, int]) -> Table:
    table = np.full(EXPANDS, _OTHER, dtype=np.uint8)
    table[[ord(letter) for letter in class_of]] = list(class_of.values())
    return table


def _of_original(of_folded: Table) -> Table:
    """The class of each character's fold; letters that fold to several are _EXPANDS."""
    single, expansions = folding().single, folding().expansions
    planes = np.split(single, _PLANES)  # numpy makes eight bytes of each index: new memory is slow
    table = np.concatenate([of_folded.take(plane, mode="clip") for plane in planes])
    table[single == 0] = _DROPPED
    several = (single >= EXPANDS).nonzero()[0]
    lettered = np.array([some.isalpha() or any(map(_in_words, some)) for some in expansions])
    table[several] = np.where(lettered[single[several] - EXPANDS], _EXPANDS, _OTHER)
    return table


def _in_words(char: str) -> bool:
    """Letters and what hangs on them: Bengali and Tamil vowels fold to two marks."""
    return char.isalpha() or unicodedata.category(char).startswith("M")
