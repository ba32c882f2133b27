"""One normaliser for every script: letters that readers take for the same become the same.

Each character is folded by itself, so that offsets stay exact and the result does not depend on
its neighbours: NFKD, casefold, marks dropped (Latin, Greek, Cyrillic accents; Arabic and Hebrew
points), then one letter for what writers and keyboards mix up (alef and its hamzas; yeh, alef
maksura and Farsi yeh; kaf and keheh; heh, teh marbuta, ae; dotted and dotless i), ASCII digits,
one apostrophe, one hyphen. Tatweel, bidi marks and other invisible characters vanish; ZWNJ stays,
for it parts Persian words. Runs of white space become one space. Folding decomposes where NFKC
would compose: two texts equal under NFKC are equal here.

A table lookup in numpy takes a fifth of the time of `str.translate` (docs/performance.md). One file
although it is long: the rules of one fold.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Places = NDArray[np.intp]

EXPANDS = 0x110000
"""Entries of `Folding.single` from here on stand for more than one character."""

FEW = 8
"""Characters that become several in one text, up to which each is replaced in the whole of it."""

_SPACE = 32
_TWO_SPACES = "  "
_DROPPED = "\0"
_FIRST_MARK = "\u0300"
_SURROGATES = range(0xD800, 0xE000)
_NO_CHARACTER = 0xFFFD
_ENCODING = "utf-32-le"
_BLOCKS = ((0, 0x3400), (0xA000, 0xAC00), (0xD7A4, 0xD7B0), (0xF900, 0x10000), (0x10000, 0x11A00),
           (0x16A00, 0x17000), (0x1BC00, 0x1BD00), (0x1CC00, 0x1F300), (0x1FB00, 0x1FC00),
           (0x2F800, 0x2FA20), (0xE0000, 0xE0200))  # fmt: skip
"""Where Unicode has characters that fold to anything but themselves, but for Korean syllables."""
_SYLLABLES = range(0xAC00, 0xD7A4)
_LEADS, _VOWELS, _TAILS = map(range, (0x1100, 0x1161, 0x11A8), (0x1113, 0x1176, 0x11C3))
"""Korean syllables are made of these, in this order (The Unicode Standard, section 3.12)."""

_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u08ca-\u08e1\u08e3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U000e0100-\U000e01ef\u0640\u180b-\u180d\x00]"
)
_WHITE, _DECIMAL = re.compile(r"\s"), re.compile(r"\d")
_ZWNJ = "\u200c"
_APART = chr(_SURROGATES.start)
"""Parts characters that are folded at once: it is none, and stays what it is."""
_ONE_LETTER = {
    "i": "ı",
    "'": "’‘‛ʼʹʻʽʾʿ`´′՚׳ꞌ",
    '"': "״",
    "-": "‐‑‒–—―−־",
    "ا": "ٱٲٳ",
    "و": "ۋۆۇۈۉۊ",
    "ه": "ةہەھۃۀۂ",
    "ي": "ىیېۍێےۓۑؠ",
    "ك": "کڪڬ",
    "گ": "ګݢ",
    "ر": "ڕ",
    "ل": "ڵ",
}


class Normalised:
    """A folded text that knows where each of its characters came from."""

    __slots__ = ("_at", "_codes", "original", "text")

    def __init__(self, original: str, text: str, codes: Codes | None) -> None:
        """`codes` are the fold of each character of `original`; None where all became one."""
        self.original = original
        self.text = text
        self._codes = codes
        self._at: Places | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` stands in `original`, with the marks that hang on its end.

        Code points, end exclusive. An empty stretch is at the place of the character it precedes.
        """
        if self._codes is None:
            return start, self._with_marks(end) if start < end else start
        at = self._places(self._codes)
        if start >= end:
            place = int(at[start]) if start < len(at) else len(self.original)
            return place, place
        return int(at[start]), self._with_marks(int(at[end - 1]) + 1)

    def _with_marks(self, end: int) -> int:
        past = len(self.original)
        while end < past and (char := self.original[end]) >= _FIRST_MARK:
            if not unicodedata.combining(char):
                break
            end += 1
        return end

    def _places(self, codes: Codes) -> Places:
        """The place in `original` of each character of `text`, made when first asked for."""
        if self._at is None:
            at: Places = (codes != 0).nonzero()[0]
            folded, at = _expanded(codes.take(at), at)
            self._at = at if len(at) == len(self.text) else at.compress(_kept(folded))
        return self._at


@dataclass(frozen=True)
class Folding:
    """The fold of every code point: 0 is dropped, EXPANDS + n is the n-th of `expansions`.

    Lone surrogates, which no encoding takes, become U+FFFD.
    """

    single: Codes
    expansions: tuple[str, ...]
    expanding: tuple[str, ...]  # the characters that they are the folds of


def normalise(text: str) -> Normalised:
    """The folded text with its offset map. Any string will do, lone surrogates too."""
    if text.isascii() and (plain := _ascii(text)) is not None:
        return Normalised(text, plain, None)
    codes = folding().single.take(codes_of(text))
    try:
        plain = _string(codes)
    except UnicodeDecodeError:  # a letter becomes several: no code point stands for that
        plain = _written_out(text, codes)
    if _DROPPED not in plain and _TWO_SPACES not in plain and len(plain) == len(text):
        return Normalised(text, plain, None)
    return Normalised(text, _single_spaced(plain.replace(_DROPPED, "")), codes)


def fold(text: str) -> str:
    """The folded text alone: `normalise(text).text`."""
    return normalise(text).text


def fold_together(texts: Sequence[str]) -> tuple[Codes, Places]:
    """The code points of the folds of all these texts, and where each text begins.

    A space follows each; more than one space may stand between words.
    """
    codes = folding().single.take(codes_of("\n".join((*texts, ""))))
    if codes.max() >= EXPANDS and (several := _few_several(codes)):
        texts = [_replaced(text, several) for text in texts]
        codes = folding().single.take(codes_of("\n".join((*texts, ""))))
    lengths = np.fromiter(map(len, texts), np.intp, len(texts)) + 1
    begins = np.add.accumulate(lengths) - lengths
    if codes.min() == 0:
        at = codes.nonzero()[0]
        codes, begins = codes.take(at), at.searchsorted(begins)
    if codes.max() >= EXPANDS:
        codes, at = _expanded(codes, np.arange(len(codes)))
        begins = at.searchsorted(begins)
    return codes, begins


def fold_all(texts: Sequence[str]) -> list[str]:
    """The fold of each of these texts; of several short ones quicker than one by one."""
    codes, begins = fold_together(texts)
    whole = _string(codes)
    ends = (*begins[1:].tolist(), len(whole))
    return [
        _single_spaced(whole[begin : end - 1])
        for begin, end in zip(begins.tolist(), ends, strict=True)
    ]


@cache
def folding() -> Folding:
    """The table, made once in a process."""
    single = np.arange(EXPANDS, dtype=np.uint32)
    single[_SURROGATES.start : _SURROGATES.stop] = _NO_CHARACTER
    expansions: list[str] = []
    expanding: list[str] = []
    steps = _steps("".join(chr(code) for block in _BLOCKS for code in range(*block)))
    for char in steps:
        folded = _fixpoint(char, steps)
        if len(folded) > 1:
            single[ord(char)] = EXPANDS + len(expansions)
            expansions.append(folded)
            expanding.append(char)
        else:
            single[ord(char)] = ord(folded) if folded else 0
    first = EXPANDS + len(expansions)
    single[_SYLLABLES.start : _SYLLABLES.stop] = np.arange(first, first + len(_SYLLABLES))
    return Folding(single, (*expansions, *_spelt_out()), (*expanding, *map(chr, _SYLLABLES)))


def _spelt_out() -> Iterator[str]:
    """The letters of each Korean syllable: no step of folding changes those."""
    tails = ["", *map(chr, _TAILS)]
    return (chr(lead) + chr(vowel) + tail for lead in _LEADS for vowel in _VOWELS for tail in tails)


def _rules() -> dict[str, str]:
    """By what a letter is when it is taken apart: so they hold for whatever equals it."""
    return {
        unicodedata.normalize("NFD", one): to for to, many in _ONE_LETTER.items() for one in many
    }


def _fixpoint(char: str, steps: Mapping[str, str]) -> str:
    after = steps[char]
    while not steps.keys().isdisjoint(after):
        after = "".join(steps.get(one, one) for one in after)
    return after


def _steps(chars: str) -> dict[str, str]:
    """What those of these characters that change become in one step.

    Unicode's own work is done at once.
    """
    apart = _APART.join(chars)
    canonical = unicodedata.normalize("NFD", apart).split(_APART)
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", apart).casefold())
    plain = _MARKS.sub("", folded).split(_APART)
    rules = _rules()
    steps = {
        char: rules.get(same, last)
        for char, same, last in zip(chars, canonical, plain, strict=True)
        if last != char or same in rules
    }
    steps |= dict.fromkeys(_WHITE.findall(chars), " ")
    steps |= {char: str(unicodedata.decimal(char)) for char in _DECIMAL.findall(chars)}
    steps |= {char: "" for char in chars if unicodedata.category(char) == "Cf" and char != _ZWNJ}
    return {char: step for char, step in steps.items() if step != char}


_ASCII_STEPS = _steps("".join(map(chr, range(128))))
_ASCII = bytes(ord(_ASCII_STEPS.get(chr(code), chr(code)) or "\0") for code in range(256))


def _ascii(text: str) -> str | None:
    """The fold of an ASCII text, or None where characters vanish."""
    folded = text.encode("ascii").translate(_ASCII)
    return None if b"\0" in folded or b"  " in folded else folded.decode("ascii")


def codes_of(text: str) -> Codes:
    """The code points of any text, lone surrogates too."""
    return np.frombuffer(text.encode(_ENCODING, "surrogatepass"), dtype=np.uint32)


def _string(codes: Codes) -> str:
    return codes.tobytes().decode(_ENCODING)


def _written_out(text: str, codes: Codes) -> str:
    """The fold of a text with characters that become several, spaces and all."""
    if several := _few_several(codes):
        return _string(folding().single.take(codes_of(_replaced(text, several))))
    return _string(_expanded(codes, np.arange(len(codes)))[0])


def _few_several(codes: Codes) -> frozenset[int]:
    """Which characters of a text become several; none if they are many different ones."""
    several = frozenset(codes[codes >= EXPANDS].tolist())
    return several if len(several) <= FEW else frozenset()


def _replaced(text: str, several: Iterable[int]) -> str:
    """The text with these characters written out."""
    table = folding()
    for code in several:
        text = text.replace(table.expanding[code - EXPANDS], table.expansions[code - EXPANDS])
    return text


def _expanded(folded: Codes, at: Places) -> tuple[Codes, Places]:
    """With all the characters that a fold stands for, each from where it came."""
    expansions = folding().expansions
    many = (folded >= EXPANDS).nonzero()[0]
    if not len(many):
        return folded, at
    parts = [expansions[code - EXPANDS] for code in folded[many].tolist()]
    more = np.fromiter(map(len, parts), np.intp, len(parts)) - 1
    last = np.ones(len(folded), np.intp)  # where the last character of each fold goes
    last[0] = 0
    last[many] += more
    np.add.accumulate(last, out=last)
    out, origin = np.empty(last[-1] + 1, np.uint32), np.empty(last[-1] + 1, np.intp)
    out[last], origin[last] = folded, at
    inside = np.repeat(last[many] - np.add.accumulate(more + 1) + 1, more + 1)
    inside += np.arange(len(inside))
    out[inside], origin[inside] = codes_of("".join(parts)), np.repeat(at[many], more + 1)
    return out, origin


def _kept(folded: Codes) -> NDArray[np.bool_]:
    """All but the spaces that follow one."""
    spaces = folded == _SPACE
    kept = np.ones(len(folded), dtype=bool)
    kept[1:] = ~(spaces[1:] & spaces[:-1])
    return kept


def _single_spaced(text: str) -> str:
    while _TWO_SPACES in text:
        text = text.replace(_TWO_SPACES, " ")
    return text
