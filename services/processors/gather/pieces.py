"""Words in the sentence model's pieces: SentencePiece's unigram segmentation (Kudo 2018).

    word ▸ its characters as the model knows them ▸ the pieces that are likeliest together

The package's own reader finds the same pieces, as a test says, but takes half a second to begin.
"""

import struct
from collections.abc import Iterator
from unicodedata import is_normalized

UNKNOWN, BEGIN, END = 0, 1, 2
"""Tokens for what is no piece, and for the beginning and the end of a text."""

_SPACE = "▁"
"""How pieces write the space before a word."""
_RARER = 10.0
"""By how much an unknown character is less likely than the rarest piece."""
_NEVER = -1e38
_BEGINNING = 2
_PIECE, _TRAINER, _CHARACTERS = 1, 3, 2
"""Fields of the file, which is a message of Protocol Buffers; the last is one of the trainer's."""
_VARINT, _BYTES = 0, 2
_FIXED = {1: 8, 5: 4}
"""The widths of other kinds of fields."""
_MORE = 0b1000_0000
"""The bit of a byte of a number that says that more follow."""
_CONTINUES = 0b1000_0000
"""How a byte of UTF-8 begins that is not a character's first."""


class Pieces:
    """The model's pieces, with how likely they are."""

    def __init__(self, model: bytes) -> None:
        """As the model's file says."""
        names, self._scores, past = _pieces(model)
        self._numbers = {name: number for number, name in enumerate(names)}
        self._longest: dict[str, int] = {}  # by how they begin: most substrings are not tried
        for name in names:
            begun = name[:_BEGINNING]
            self._longest[begun] = max(len(name), self._longest.get(begun, 0))
        self._unknown = min(self._scores) - _RARER
        self._characters = Characters(_field(_field(model[past:], _TRAINER), _CHARACTERS))

    def of(self, word: str) -> list[int]:
        """The tokens of a word, which holds no space; none if the model sees nothing of it."""
        plain = word.isalnum() and is_normalized("NFKC", word)  # most are: nothing is replaced
        seen = word if plain else _SPACE.join(self._characters.known(word).split())
        return self._likeliest(f"{_SPACE}{seen}".rstrip(_SPACE))

    def _likeliest(self, text: str) -> list[int]:
        """By Viterbi's algorithm; of equals those that begin earlier."""
        number_of, scores, past = self._numbers.get, self._scores, len(text)
        best, last = [0.0, *[_NEVER] * past], [(0, UNKNOWN)] * (past + 1)
        for start in range(past):
            before, number = best[start], number_of(text[start])
            score = before + (self._unknown if number is None else scores[number])
            if score > best[start + 1]:
                best[start + 1], last[start + 1] = score, (start, number or UNKNOWN)
            longest = self._longest.get(text[start : start + _BEGINNING], 0)
            for end in range(start + _BEGINNING, min(start + longest, past) + 1):
                number = number_of(text[start:end])
                if number is not None and (score := before + scores[number]) > best[end]:
                    best[end], last[end] = score, (start, number)
        tokens = []
        while past:
            past, token = last[past]
            tokens.append(token)
        return tokens[::-1]


class Characters:
    """What the model takes characters for, and runs of them: NFKC without moving marks.

    A double-array trie as darts-clone writes it; its values are places in the texts behind it.
    """

    def __init__(self, kept: bytes) -> None:
        """As the model's file keeps it: the trie's size in bytes, the trie, the texts."""
        (size,) = struct.unpack_from("<I", kept)
        self._units = struct.unpack_from(f"<{size // 4}I", kept, 4)
        self._texts = kept[4 + size :]

    def known(self, text: str) -> str:
        """The text, at each place the longest run that stands for another replaced."""
        return b"".join(self._replaced(text.encode())).decode()

    def _replaced(self, data: bytes) -> Iterator[bytes]:
        at = 0
        while at < len(data):
            past, value = self._longest(data, at)
            if value is None:
                yield data[at:past]
            else:
                yield self._texts[value : self._texts.index(b"\0", value)]
            at = past

    def _longest(self, data: bytes, at: int) -> tuple[int, int | None]:
        """Where the longest run ends that begins there, with its value; else the character."""
        node, found = _offset(self._units[0]), (_behind(data, at), None)
        for past, byte in enumerate(data[at:], at + 1):
            unit = self._units[node ^ byte]
            if unit & 0x8000_00FF != byte:
                break
            node ^= byte ^ _offset(unit)
            if unit & 0x100:
                found = past, self._units[node] & 0x7FFF_FFFF
        return found


def _offset(unit: int) -> int:
    """Of a node of the trie how far its children are."""
    return unit >> 10 << ((unit & 0x200) >> 6)


def _behind(data: bytes, at: int) -> int:
    """The place behind the character that begins there, of a text in UTF-8."""
    at += 1
    while at < len(data) and data[at] & 0b1100_0000 == _CONTINUES:
        at += 1
    return at


def _pieces(model: bytes) -> tuple[list[str], list[float], int]:
    """Names and scores of the pieces, which come first, and where what follows them begins.

    A piece is, with one byte for each length: tag, length, tag, length of the name, the name, tag,
    the score, and perhaps its kind.
    """
    names, scores, at = [], [], 0
    while model[at] == _PIECE << 3 | _BYTES:
        begin, end = at + 4, at + 4 + model[at + 3]
        names.append(model[begin:end].decode())
        scores.append(model[end + 1 : end + 5])
        at += 2 + model[at + 1]
    return names, list(struct.unpack(f"<{len(scores)}f", b"".join(scores))), at


def _field(message: bytes, wanted: int) -> bytes:
    """What the first field of this number and of bytes holds. Raises IndexError without one."""
    at = 0
    while True:
        tag, at = _varint(message, at)
        number, kind = divmod(tag, 8)
        size, at = (_FIXED[kind], at) if kind in _FIXED else _varint(message, at)
        if kind == _VARINT:
            size = 0
        if number == wanted and kind == _BYTES:
            return message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first, and the place behind it."""
    value = shift = 0
    while True:
        value |= (message[at] & 0x7F) << shift
        if message[at] < _MORE:
            return value, at + 1
        at, shift = at + 1, shift + 7
