"""Records to bytes and back: JSON, strict about types, silent about unknown fields."""

from functools import cache
from typing import Any, TypeVar

import msgspec

from shared.records import Record

R = TypeVar("R", bound=Record)

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises of bytes that are no JSON of that kind; the last where brackets go deep."""

_encoder = msgspec.json.Encoder(order="deterministic")


class Undecodable(ValueError):  # noqa: N818  the field's word for such a record
    """The bytes are not a record of this type; the message says where and why."""


def encode(record: Record) -> bytes:
    """The record as JSON. The same record gives the same bytes."""
    return _encoder.encode(record)


def decode(data: bytes | None, record_type: type[R]) -> R:
    """The record in these bytes. Raises Undecodable for anything else, also for None."""
    if data is None:
        raise Undecodable(f"a {record_type.__name__} was expected; the record has no value")
    try:
        record: R = _decoder(record_type).decode(data)
    except UNREADABLE as error:
        raise Undecodable(f"not a {record_type.__name__}: {error}") from error
    return record


@cache
def _decoder(record_type: type[Record]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(record_type)
