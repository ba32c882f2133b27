"""Lines of JSON as what they stand for, each by itself: a bad one costs no other."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from shared.codec import UNREADABLE
from shared.halves import whole

T = TypeVar("T")


class Unreadable(ValueError):  # noqa: N818  the field's word for such a line
    """What is wrong with a line; the message begins with its number, counted from 1."""


def decoded(
    decode: Callable[[bytes], T], lines: Iterable[bytes], first: int = 1
) -> Iterator[T | Unreadable]:
    """What each line says, or why it says nothing. Blank lines are skipped; nothing is kept.

    Half an emoji costs a line that one character.

    `decode` is a decoder's of msgspec; `first` is the number of the first of these lines.
    """
    for number, line in enumerate(lines, start=first):
        if line.strip():
            try:
                yield _said(decode, line)
            except UNREADABLE as error:
                yield Unreadable(f"line {number}: {error}")


def _said(decode: Callable[[bytes], T], line: bytes) -> T:
    try:
        return decode(line)
    except UNREADABLE:
        if b"\\ud" in line.lower() and (mended := whole(line.decode()).encode()) != line:
            return decode(mended)
        raise
