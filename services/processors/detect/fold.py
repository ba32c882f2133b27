"""A text's words: composed (NFC), without addresses, digits, signs, vowel points and tatweel.

Only a text's first READ code points are looked at, and a word's first LONGEST: a thousand letters
tell the language as surely as a million, and the cost has a ceiling whatever arrives. Case stays:
a capital marks a name, and names tell less about the language than the words around them.
"""

import re
from unicodedata import category, normalize

READ = 1500  # code points of a text
LONGEST = 40  # letters of a word

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S*@\S+|#\S+")
_MARKED = ("://", "www.", "@", "#")
_INDIC = range(0x0900, 0x1000)  # scripts whose vowels are marks, and tell languages apart
_TATWEEL = 0x0640
_ZWNJ = 0x200C


def words(text: str) -> list[str]:
    """The words of the text's beginning, as written but for the folding above."""
    start = text[:READ]
    if any(mark in start for mark in _MARKED):
        start = _ADDRESS.sub(" ", start)
    return [word[:LONGEST] for word in normalize("NFC", start).translate(_FOLDED).split()]


class _Folded(dict[int, str]):
    """What each code point becomes; filled as code points are met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold(code)
        return folded


def _fold(code: int) -> str:
    letter = chr(code)
    kind = category(letter)
    if kind[0] == "L" and code != _TATWEEL:
        plain = normalize("NFKC", letter).replace("İ", "I")
        return "".join(part for part in plain if part.isalpha())
    if kind in {"Mn", "Mc"} and code in _INDIC:
        return letter
    if kind in {"Mn", "Mc"} or code == _TATWEEL or (kind == "Cf" and code != _ZWNJ):
        return ""
    return " "


_FOLDED = _Folded()
