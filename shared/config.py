"""Configuration files: TOML read into a typed model, mistakes told by file, line and key.

The models are pydantic's. All mistakes of a file are reported at once:

    deploy/config/feeds.toml:41: feed.3.url: Input should be a valid URL
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
Key = int | str

_HEADER = re.compile(r"\s*\[(?P<array>\[)?(?P<name>[^\[\]]+)\]")
_KEY = re.compile(
    r"""\s*(?P<name>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)
_PART = re.compile(r"""["']([^"']*)["']|([\w-]+)""")


class ConfigError(ValueError):
    """All that is wrong with one configuration file, a line a mistake."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(mistakes))


def read_toml(path: Path, model: type[M]) -> M:
    """The file as `model`. Raises ConfigError where it is missing, not TOML, or does not fit."""
    return parse_toml(text_of(path), model, name=str(path))


def text_of(path: Path) -> str:
    """What the file says, without a byte order mark. Raises ConfigError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError([f"{path}: {error.strerror}; is the path right?"]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path}: not UTF-8 at byte {error.start}; save it as UTF-8"]) from error


def said_in(path: Path) -> str:
    """What a file that people change under us says. Raises ConfigError, also where it is nothing.

    That is what a file is while it is being saved, and after a disk was full.
    """
    text = text_of(path)
    if text.strip():
        return text
    raise ConfigError([f"{path}: empty; if that is intended, write a comment into it"])


def parse_toml(text: str, model: type[M], *, name: str) -> M:
    """`text` as `model`; `name` is what mistakes call the file. Raises ConfigError."""
    try:
        values = tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, and what it lets out: digits by the thousand
        raise ConfigError([f"{name}: not TOML: {error}"]) from error
    except RecursionError as error:
        raise ConfigError([f"{name}: not readable as TOML: nested too deeply"]) from error
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise ConfigError(
            [
                f"{name}:{line_of(text, item['loc'])}: {_dotted(item['loc'])}: {_said(item['msg'])}"
                for item in error.errors()
            ]
        ) from error


def line_of(text: str, loc: Sequence[Key]) -> int:
    """The line, counted from 1, where the value at `loc` stands in this TOML text.

    A missing value is placed where its table starts; a `loc` that leads nowhere, at 1. Values
    inside an inline table or a list are placed at the line of their key.
    """
    lines = dict(_places(text))
    return next((lines[key] for key in _prefixes(loc) if key in lines), 1)


def _places(text: str) -> Iterator[tuple[tuple[Key, ...], int]]:
    """Where each table header and each key of valid TOML stands, by its path."""
    table: tuple[Key, ...] = ()
    tables: Counter[tuple[Key, ...]] = Counter()
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            table = _resolved(_parts(header["name"]), tables)
            if header["array"]:
                tables[table] += 1
                table = (*table, tables[table] - 1)
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *_parts(key["name"])), number


def _resolved(parts: tuple[Key, ...], tables: Counter[tuple[Key, ...]]) -> tuple[Key, ...]:
    """The path of a header below the latest elements of the arrays of tables it runs through."""
    path: tuple[Key, ...] = ()
    for depth, part in enumerate(parts, start=1):
        path = (*path, part)
        if depth < len(parts) and path in tables:
            path = (*path, tables[path] - 1)
    return path


def _parts(name: str) -> tuple[Key, ...]:
    return tuple(bare or quoted for quoted, bare in _PART.findall(name))


def _prefixes(loc: Sequence[Key]) -> Iterator[tuple[Key, ...]]:
    """`loc` and what it lies in, the innermost first.

    Each also without one key inside it: pydantic puts the tag of a union there, which no file has.
    """
    for length in range(len(loc), 0, -1):
        yield tuple(loc[:length])
        yield from ((*loc[:tag], *loc[tag + 1 : length]) for tag in range(1, length - 1))


def _said(message: str) -> str:
    """Our own words as they are: pydantic says first that they are an error."""
    return message.removeprefix("Value error, ")


def _dotted(loc: Sequence[Key]) -> str:
    return ".".join(str(key) for key in loc) or "(the whole file)"
