"""The gazetteer as people write it: entities by side, names by language, look-alikes.

A directory of TOML files, read in the order of their names. A file speaks of one side, or holds
look-alikes only; several files may add names to one entity. The words of the format are explained
in `deploy/config/gazetteer/README.md`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.config import ConfigError, read_toml

Spelling = Annotated[str, StringConstraints(min_length=1, pattern=r"^\S(.*\S)?$")]
Names = Mapping[str, tuple[Spelling, ...]]
"""Spellings by language (ISO 639; `mul` for signs that no language owns, such as a flag)."""


class Strength(IntEnum):
    """What a name proves where it stands."""

    AGAINST = 0  # a word that makes the cased names of its entity weak in the whole article
    LOOK_ALIKE = 1  # not one of ours: takes the place of the name it resembles
    WEAK = 2  # ours beside a strong mention of the same side, in an article of its own language
    CASED = 3  # ours when capitalised
    OWN = 4  # ours in an article of its own language
    STRONG = 5  # ours


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entity(_Model):
    """Somebody or something that stands for a side, in office or in being from `since` to `until`.

    Outside that time its `own` and `cased` names are weak. A weak name needs a strong mention
    beside it: of its own side or, with `beside = "any"`, of any. A lowered one is weak, too: it
    counts without a capital, beside a strong mention that has none either.
    """

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    kind: str = Field(pattern=r"^[a-z-]+$")
    since: date | None = None
    until: date | None = None
    beside: Literal["own", "any"] = "own"
    note: str = ""
    names: Names = {}
    own: Names = {}
    cased: Names = {}
    weak: Names = {}
    lowered: Names = {}
    unless: Names = {}


class LookAlike(_Model):
    """Phrases that hold a name and mean something else.

    With `lower` only where the first letter is no capital, with `capital` only where it is one.
    """

    why: str
    lower: bool = False
    capital: bool = False
    phrases: Names


class GazetteerFile(_Model):
    """One file."""

    side: str = Field(default="", pattern=r"^[a-z-]*$")
    note: str = ""
    entity: tuple[Entity, ...] = ()
    look_alike: tuple[LookAlike, ...] = ()


class Name(NamedTuple):
    """One spelling in one language. Look-alikes have no entity and no side."""

    text: str
    language: str
    strength: Strength
    side: str = ""
    entity: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    beside_any: bool = False
    lower: bool = False
    capital: bool = False


def read_gazetteer(directory: Path) -> tuple[Name, ...]:
    """Every name of all files in the directory and below it. Raises ConfigError."""
    paths = sorted(directory.rglob("*.toml"))
    if not paths:
        raise ConfigError([f"{directory}: no gazetteer there (*.toml); is the path right?"])
    files = {path: read_toml(path, GazetteerFile) for path in paths}
    if mistakes := [*_sideless(files), *_torn(files)]:
        raise ConfigError(mistakes)
    return tuple(name for file in files.values() for name in _names(file))


def _names(file: GazetteerFile) -> Iterator[Name]:
    for entity in file.entity:
        for strength, names in (
            (Strength.STRONG, entity.names),
            (Strength.OWN, entity.own),
            (Strength.CASED, entity.cased),
            (Strength.WEAK, entity.weak),
            (Strength.AGAINST, entity.unless),
        ):
            for language, text in _flat(names):
                yield Name(
                    text, language, strength,
                    file.side, entity.id, entity.kind, entity.since, entity.until,
                    entity.beside == "any",
                )  # fmt: skip
        for language, text in _flat(entity.lowered):
            yield Name(text, language, Strength.WEAK, file.side, entity.id, entity.kind, lower=True)
    for look_alike in file.look_alike:
        for language, text in _flat(look_alike.phrases):
            yield Name(
                text, language, Strength.LOOK_ALIKE,
                lower=look_alike.lower, capital=look_alike.capital,
            )  # fmt: skip


def _flat(names: Names) -> Iterator[tuple[str, str]]:
    return ((language, text) for language, texts in names.items() for text in texts)


def _sideless(files: Mapping[Path, GazetteerFile]) -> Iterator[str]:
    for path, file in files.items():
        if file.entity and not file.side:
            yield f"{path}:1: side: missing; entities need one, the word for whom they stand for"


def _torn(files: Mapping[Path, GazetteerFile]) -> Iterator[str]:
    first: dict[str, tuple[Path, str, str]] = {}
    for path, file in files.items():
        for entity in file.entity:
            where, side, kind = first.setdefault(entity.id, (path, file.side, entity.kind))
            if (side, kind) != (file.side, entity.kind):
                yield (
                    f"{path}:1: entity {entity.id}: is a {file.side} {entity.kind} here and a"
                    f" {side} {kind} in {where}; make them agree or choose another id"
                )
