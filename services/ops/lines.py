"""Standard input in batches: the lines that are already there, so that none waits for the next."""

from codecs import BOM_UTF8
from collections.abc import Iterator, Sequence
from io import BufferedIOBase
from typing import BinaryIO, cast

AT_ONCE = 1 << 18
"""Bytes asked for at a time."""


def batches(stream: BinaryIO) -> Iterator[Sequence[bytes]]:
    """The lines of the stream, without their ends, as many at a time as have arrived.

    A line is given as soon as its end is read; the last one needs none. A byte order mark in front
    of the first is none of it.
    """
    arriving = _batches(stream)
    for first, *others in arriving:
        yield [first.removeprefix(BOM_UTF8), *others]
        break
    yield from arriving


def _batches(stream: BinaryIO) -> Iterator[Sequence[bytes]]:
    read1 = cast("BufferedIOBase", stream).read1  # all that there is, waiting only for the first
    begun: list[bytes] = []
    while piece := read1(AT_ONCE):
        whole, end, rest = piece.rpartition(b"\n")
        if end:
            yield b"".join((*begun, whole)).split(b"\n")
            begun = [rest]
        else:
            begun.append(piece)
    if last := b"".join(begun):
        yield [last]
