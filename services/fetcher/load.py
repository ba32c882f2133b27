"""The catalogue files read and joined; all mistakes of all files at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from services.fetcher.catalogue import Catalogue, Feed, doubled
from shared.config import ConfigError, parse_toml, said_in, text_of
from shared.contents import Contents, contents


@dataclass(frozen=True)
class Loaded:
    """The feeds, and what their files held before they were read."""

    feeds: tuple[Feed, ...]
    contents: Contents


def loaded(paths: Sequence[Path]) -> Loaded:
    """What these files hold, so that a change from here on is noticed. Raises ConfigError."""
    before = contents(paths)
    return Loaded(load(paths), before)


def load(paths: Iterable[Path], *, begun: bool = True) -> tuple[Feed, ...]:
    """The feeds of these files, in order. Raises ConfigError.

    A file that is empty is a mistake, but for whoever is about to write its first feed.
    """
    feeds: list[Feed] = []
    mistakes: list[str] = []
    for path in paths:
        try:
            text = said_in(path) if begun else text_of(path)
            feeds += parse_toml(text, Catalogue, name=str(path)).feed
        except ConfigError as error:
            mistakes += error.mistakes
    mistakes += [f"across the files: {sentence}" for sentence in doubled(tuple(feeds))]
    if mistakes:
        raise ConfigError(mistakes)
    return tuple(feeds)
