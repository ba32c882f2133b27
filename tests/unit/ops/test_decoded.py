"""Half an emoji in a line."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.json import Decoder

from services.ops.decoded import Unreadable, decoded


def said(line: bytes) -> Any:
    answers: Iterator[Any] = decoded(Decoder().decode, [line])
    return next(answers)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b'"cut \\ud83d"', "cut \ufffd"),
        (b'"\\uDE00 cut"', "\ufffd cut"),
        (b'"\\ud83d\\ude00 whole, \\ud83d cut"', "\U0001f600 whole, \ufffd cut"),
        (b'"\\\\ud83d is no escape, \\ud83d is"', "\\ud83d is no escape, \ufffd is"),
    ],
)
def test_half_a_pair_costs_one_character(line: bytes, expected: str) -> None:
    assert said(line) == expected


@pytest.mark.parametrize("line", [b'"\\ud83d', b'"\xff\\ud83d"', b"\\ud83d", b'"\\ud83"'])
def test_what_is_no_json_besides_is_still_none(line: bytes) -> None:
    assert isinstance(said(line), Unreadable)
