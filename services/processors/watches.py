"""Watches: what to look for, read from `deploy/config/watches/*.toml`. Another pair is a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.processors.sides import Side, Sides
from shared.config import ConfigError, read_toml
from shared.records import Level

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class WatchSide(BaseModel):
    """One side: the entities that stand for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    entities: tuple[Name, ...] = Field(min_length=1)
    without: tuple[Name, ...] = ()
    countries: tuple[Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")], ...] = ()

    def side(self) -> Side:
        """The side as relate takes it."""
        return Side(frozenset(self.entities), frozenset(self.without), frozenset(self.countries))


class Watch(BaseModel):
    """What to look for: two sides, how close they must be, and what else an article must be."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Name
    title: str = ""
    enabled: bool = True
    default: bool = False  # whose relation `newswatch tag` prints
    side: tuple[WatchSide, WatchSide]
    level: Level = Level.BILATERAL
    score: float = Field(default=0.0, ge=0, le=1)
    languages: tuple[str, ...] = ()  # empty: any
    topics: tuple[str, ...] = ()  # at least one of these; empty: any
    without_topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()  # feeds, outlets, families, blocs or homes; empty: any
    without_sources: tuple[str, ...] = ()
    must: tuple[Word, ...] = ()  # at least one of these words; empty: none needed
    must_not: tuple[Word, ...] = ()
    weights: dict[str, float] = {}  # added to relate's own, by feature

    @model_validator(mode="after")
    def _sides_differ(self) -> "Watch":
        first, second = self.side
        if shared := sorted({first.name, *first.entities} & {second.name, *second.entities}):
            raise ValueError(f"the two sides share {', '.join(shared)}; they must differ")
        return self

    @model_validator(mode="after")
    def _level_asks(self) -> "Watch":
        if self.level is Level.NONE:
            raise ValueError('level "none" would match everything; use bilateral or co-mention')
        return self

    @property
    def sides(self) -> Sides:
        """The sides as relate takes them."""
        first, second = self.side
        return Sides(first.side(), second.side())


def load_watches(directory: Path) -> tuple[Watch, ...]:
    """Every watch of this directory, enabled or not, in the order of file names.

    Raises ConfigError with the mistakes of all files, also where two watches share an id.
    """
    watches: dict[str, Watch] = {}
    mistakes: list[str] = []
    for file in sorted(directory.glob("*.toml")):
        try:
            watch = read_toml(file, Watch)
        except ConfigError as error:
            mistakes += error.mistakes
            continue
        if watches.setdefault(watch.id, watch) is not watch:
            mistakes.append(f"{file}:1: id: another file has a watch {watch.id!r}; choose another")
    if mistakes:
        raise ConfigError(mistakes)
    return tuple(watches.values())


def chosen(watches: Sequence[Watch], watch_id: str | None) -> Watch:
    """The watch of this id; of None the default one. Raises LookupError saying which there are."""
    if watch_id is None:
        enabled = [watch for watch in watches if watch.enabled]
        found = next((watch for watch in enabled if watch.default), next(iter(enabled), None))
    else:
        found = next((watch for watch in watches if watch.id == watch_id), None)
    if found is None:
        known = ", ".join(watch.id for watch in watches) or "none at all"
        what = f"no watch {watch_id!r}" if watch_id else "no watch is enabled"
        raise LookupError(f"{what}; there are: {known}")
    return found
