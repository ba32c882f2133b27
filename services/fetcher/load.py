"""The catalogue files read and joined; all mistakes of all files at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.fetcher.catalogue import Catalogue, Feed, doubled
from shared.config import ConfigError, read_toml

Stamps = tuple[float, ...]
"""When each file was changed last; 0 where there is none."""


def stamps(paths: Iterable[Path]) -> Stamps:
    """The stamps of these files now."""
    return tuple(path.stat().st_mtime if path.exists() else 0.0 for path in paths)


@dataclass(frozen=True)
class Loaded:
    """The feeds, and the stamps that their files had before they were read."""

    feeds: tuple[Feed, ...]
    stamps: Stamps


def loaded(paths: Sequence[Path]) -> Loaded:
    """What these files hold, so that a change from here on is noticed. Raises ConfigError."""
    before = stamps(paths)
    return Loaded(load(paths), before)


def load(paths: Iterable[Path]) -> tuple[Feed, ...]:
    """The feeds of these files, in order. Raises ConfigError."""
    feeds: list[Feed] = []
    mistakes: list[str] = []
    for path in paths:
        try:
            feeds += read_toml(path, Catalogue).feed
        except ConfigError as error:
            mistakes += error.mistakes
    mistakes += [f"across the files: {sentence}" for sentence in doubled(tuple(feeds))]
    if mistakes:
        raise ConfigError(mistakes)
    return tuple(feeds)
