"""Well-formed records that nobody of ours would write, made from the records' own types.

    a good record ▸ any place in it ▸ any extreme that its type allows, or one that it does not

A field that is added to a record is covered from then on.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from shared.topics import MAX_RECORD

Place = tuple[str | int, ...]

LONG = "ا" * 50_000
MANY = 10_000
DEEP: Any = 0
for _ in range(500):
    DEEP = [DEEP]

TEXTS = ("", "\0", "\ud800", "\u202e\u2066", "-", "a-0-99999999999999999999", LONG, 1, DEEP)
NUMBERS = (0, -1, 2**31, 2**63 - 1, -(2**63), 2**64, 10**400, -(10**400), 0.5)
FRACTIONS = (0, -0.0, -1.5, 1e308, -1e308, 5e-324, 10**400, float("nan"), float("inf"))
MOMENTS = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "1970-01-01T00:00:00Z",
    "2026-01-01T00:00:00",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59-23:59",
)
BYTES = (b"", b"\xff", b"abc", b"\0" * 100_000)
NONE_OF_THEM = "no such value"

LEAVES: Mapping[type[inspect.Type], tuple[Any, ...]] = {
    inspect.StrType: ("x", *TEXTS),
    inspect.IntType: (1, *NUMBERS),
    inspect.FloatType: (1, *FRACTIONS),
    inspect.BoolType: (False, True),
    inspect.BytesType: (b"\0", *BYTES),
    inspect.DateTimeType: ("2026-11-20T12:00:00Z", *MOMENTS),
}
"""Of each type a usual value, then the extremes."""

OBJECTS = (inspect.StructType, inspect.DataclassType)


@dataclass(frozen=True, repr=False)
class Forged:
    """What stands at a place instead."""

    place: Place
    value: Any

    def __repr__(self) -> str:
        return f"{'.'.join(map(str, self.place))} = {repr(self.value)[:60]}"


def forgeries(kind: type[Any], good: Any) -> Iterator[Forged]:
    """Every extreme in every place of such a record; `good` as `plain` gives it.

    A text may also be any other text of the record: an id that is another's.
    """
    texts = tuple(dict.fromkeys(_texts(good)))
    for place, info in _places(inspect.type_info(kind), good, ()):
        for extreme in (
            *_extremes(info),
            *(texts if isinstance(_plainly(info), inspect.StrType) else ()),
        ):
            yield Forged(place, extreme)


def forged(record: Any, *, packed: bool = False, at_once: int = 2) -> st.SearchStrategy[bytes]:
    """The bytes of such a record with some extremes, as JSON or MessagePack."""
    kind, good = type(record), plain(record, packed=packed)
    one = st.sampled_from(tuple(forgeries(kind, good)))
    some = st.lists(one, min_size=1, max_size=at_once)
    written = packed_bytes if packed else json_bytes
    made = some.map(lambda places: written(with_forged(kind, good, *places)))
    return made.filter(lambda value: 0 < len(value) < MAX_RECORD)


def plain(record: Any, *, packed: bool = False) -> Any:
    """The record as dictionaries, lists and strings; bytes stay where it is to be MessagePack."""
    return msgspec.to_builtins(record, builtin_types=(bytes,) if packed else ())


def with_forged(kind: type[Any], good: Any, *places: Forged) -> Any:
    """The good record with these in their places."""
    record = good
    for one in places:
        record = _put(inspect.type_info(kind), record, one.place, one.value)
    return record


def json_bytes(value: Any) -> bytes:
    """As JSON, also what is none: lone surrogates, NaN, numbers without end."""
    return json.dumps(value, default=lambda left: b64encode(left).decode()).encode()


def packed_bytes(value: Any) -> bytes:
    """As MessagePack; nothing where that has no such value."""
    try:
        return msgspec.msgpack.encode(value)
    except (OverflowError, UnicodeEncodeError):
        return b""


def _places(info: inspect.Type, value: Any, at: Place) -> Iterator[tuple[Place, inspect.Type]]:
    yield at, info
    for key, inner in _inside(info):
        known = value[key] if _has(value, key) else _sample(inner)
        yield from _places(inner, known, (*at, key))


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list() | tuple():
            for one in value:
                yield from _texts(one)
        case dict():
            for one in value.values():
                yield from _texts(one)


def _inside(info: inspect.Type) -> Iterator[tuple[str | int, inspect.Type]]:
    """What such a value consists of, by its keys; of a list the first."""
    match _plainly(info):
        case inspect.StructType(fields=fields) | inspect.DataclassType(fields=fields):
            yield from ((field.encode_name, field.type) for field in fields)
        case inspect.TupleType(item_types=items):
            yield from enumerate(items)
        case inspect.DictType(value_type=inner):
            yield "iran-turkiye", inner
        case inspect.VarTupleType(item_type=item) | inspect.FrozenSetType(item_type=item):
            yield 0, item


def _extremes(info: inspect.Type) -> Iterator[Any]:
    yield None
    bare = _plainly(info)
    yield from LEAVES.get(type(bare), ())
    if values := _values(bare):
        yield from (*values, NONE_OF_THEM)
    elif isinstance(bare, OBJECTS):
        yield from ({}, {"no_such_field": DEEP})
    elif isinstance(bare, inspect.DictType):
        one = _sample(bare.value_type)
        yield from ({}, {"": one}, {f"{number}": one for number in range(MANY // 10)})
    elif type(bare) not in LEAVES:
        yield from ([], DEEP, *([_sample(item)] * MANY for _, item in _inside(bare)))


def _sample(info: inspect.Type) -> Any:
    """A plain value of this type."""
    bare = _plainly(info)
    if type(bare) in LEAVES:
        return LEAVES[type(bare)][0]
    if values := _values(bare):
        return values[0]
    if isinstance(bare, OBJECTS):
        return {one.encode_name: _sample(one.type) for one in bare.fields if one.required}
    if isinstance(bare, inspect.TupleType):
        return [_sample(one) for one in bare.item_types]
    return {} if isinstance(bare, inspect.DictType) else []


def _plainly(info: inspect.Type) -> inspect.Type:
    """The type without what is said of it, and without that it may be None."""
    match info:
        case inspect.Metadata(type=inner):
            return _plainly(inner)
        case inspect.UnionType(types=types):
            return next(_plainly(one) for one in types if not isinstance(one, inspect.NoneType))
    return info


def _values(info: inspect.Type) -> tuple[Any, ...]:
    """The values that there are, where they are counted."""
    match info:
        case inspect.EnumType(cls=kind):
            return tuple(one.value for one in kind)
        case inspect.LiteralType(values=values):
            return tuple(values)
    return ()


def _put(info: inspect.Type, record: Any, place: Place, value: Any) -> Any:
    if not place:
        return value
    key, *rest = place
    inner = dict(_inside(info))[key]
    known = record[key] if _has(record, key) else _sample(inner)
    new = _put(inner, known, tuple(rest), value)
    if isinstance(key, int):
        items = record if isinstance(record, list | tuple) else []
        return [*items[:key], new, *items[key + 1 :]]
    return (dict(record) if isinstance(record, Mapping) else {}) | {key: new}


def _has(value: Any, key: str | int) -> bool:
    if isinstance(value, Mapping):
        return value.get(key) is not None
    return isinstance(key, int) and isinstance(value, list | tuple) and key < len(value)
