"""The catalogue files read and joined; all mistakes of all files at once."""

from collections.abc import Iterable
from pathlib import Path

from services.fetcher.catalogue import Catalogue, Feed, doubled
from shared.config import ConfigError, read_toml


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
