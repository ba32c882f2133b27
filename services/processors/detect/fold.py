"""A text's words: composed (NFC), without addresses, digits, signs, vowel points and tatweel.

Only a text's first READ code points are looked at, and a word's first LONGEST: a thousand letters
tell the language as surely as a million, and the cost has a ceiling whatever arrives. Case stays:
a capital marks a name, and names tell less about the language than the words around them.

What each code point becomes is kept in an array, filled as code points are met: one look-up in
numpy takes a fifth of the time of `str.translate`. A text with a letter that becomes several, of
which news has few, goes the long way.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import category, normalize

import numpy as np

READ = 1500  # code points of a text
LONGEST = 40  # letters of a word

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S*@\S+|#\S+")
_INDIC = range(0x0900, 0x1000)  # scripts whose vowels are marks, and tell languages apart
_TATWEEL = "\u0640"
_ZWNJ = "\u200c"
_ENCODING = "utf-32-le"
_BETWEEN = "\n"  # parts pieces that are folded at once; folding keeps it

_UNMET, _DROPPED = "\0", "\x01"
"""What stands for a code point not met so far, and for one that becomes nothing."""
_SEVERAL = 0x110000  # no code point: the decoder refuses it, and the letters go one by one
_MET = np.zeros(0x110000, np.uint32)
"""What each code point becomes; pages of it that no text touched take no memory."""


def words(text: str) -> list[str]:
    """The words of the text's beginning, as written but for the folding above."""
    return [word for found in words_of(text[:READ].split()) for word in found]


def words_of(pieces: Iterable[str]) -> list[list[str]]:
    """The words of each of these pieces, at least one, without white space; folded all at once."""
    joined = _BETWEEN.join(pieces)
    if "://" in joined or "www." in joined or "@" in joined or "#" in joined:
        joined = _ADDRESS.sub(" ", joined)
    folded = _folded(joined if joined.isascii() else normalize("NFC", joined))
    return [[word[:LONGEST] for word in found.split()] for found in folded.split(_BETWEEN)]


def _folded(text: str) -> str:
    codes = np.frombuffer(text.encode(_ENCODING, "surrogatepass"), np.uint32)
    try:
        folded = _MET.take(codes).tobytes().decode(_ENCODING)
        if _UNMET in folded:
            _meet(text)
            folded = _MET.take(codes).tobytes().decode(_ENCODING)
    except UnicodeDecodeError:
        return "".join(map(_fold, text))
    return folded.replace(_DROPPED, "") if _DROPPED in folded else folded


def _meet(text: str) -> None:
    for letter in set(text):
        folded = _fold(letter)
        _MET[ord(letter)] = _SEVERAL if folded[1:] else ord(folded or _DROPPED)


@lru_cache(maxsize=1 << 12)
def _fold(letter: str) -> str:
    if letter == _BETWEEN:
        return letter
    kind = category(letter)
    if kind[0] == "L" and letter != _TATWEEL:
        plain = normalize("NFKC", letter).replace("İ", "I")
        return "".join(part for part in plain if part.isalpha())
    if kind in {"Mn", "Mc"} and ord(letter) in _INDIC:
        return letter
    if kind in {"Mn", "Mc"} or letter == _TATWEEL or (kind == "Cf" and letter != _ZWNJ):
        return ""
    return " "
