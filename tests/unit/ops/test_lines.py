"""Lines in batches: none is lost, none is made up, and none waits for the next."""

import os
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ops.lines import AT_ONCE, batches


@given(st.lists(st.sampled_from([b"\n", b"a", b"\r\n", b" ", b"\x00\xff"])))
def test_the_batches_together_are_the_lines(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    *ended, last = data.split(b"\n")
    found = [line for batch in batches(BytesIO(data)) for line in batch]
    assert found == [*ended, *([last] if last else [])]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    found = [line for batch in batches(BytesIO(b"\xef\xbb\xbfa\n\xef\xbb\xbfb")) for line in batch]
    assert found == [b"a", b"\xef\xbb\xbfb"]


@pytest.mark.parametrize("length", [AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 5 * AT_ONCE])
def test_a_line_may_be_longer_than_what_is_read_at_once(length: int) -> None:
    long = b"x" * length
    found = [line for batch in batches(BytesIO(long + b"\nshort\n" + long)) for line in batch]
    assert found == [long, b"short", long]


def test_a_line_does_not_wait_for_the_next() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as stream, os.fdopen(writing, "wb", buffering=0) as pipe:
        arriving = batches(stream)
        for number in range(3):
            pipe.write(b"line %d\n" % number)
            assert list(next(arriving)) == [b"line %d" % number]
