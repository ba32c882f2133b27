"""Words of the news by what they mean, in several languages: deploy/config/lexicon/news.toml.

A word means a concept if it begins with one of the concept's stems in its language; a stem of three
letters allows for an ending of two, a shorter one must be the whole word. Arabic words are tried
without their article too.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from pydantic import RootModel

from services.processors.gather.names import name, strip_clitics
from shared.config import read_toml
from shared.text import fold

_SHORT = 3
_ENDING = 2
_LONGEST = 14
_REMEMBERED = 1 << 16


class LexiconFile(RootModel[dict[str, dict[str, str]]]):
    """Concept → language → stems, separated by spaces."""


class UsualFile(RootModel[dict[str, float]]):
    """Tag → the share of articles that have it."""


class Lexicon:
    """What a word means, by its beginning, and how usual that is."""

    def __init__(
        self,
        concepts: Mapping[str, Mapping[str, str]],
        usual: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        """Concept → language → stems separated by spaces; `usual` as in Rarity."""
        self.usual = usual
        self._known: dict[tuple[str, str], tuple[str | None, str]] = {}
        self._stems: dict[str, dict[str, str]] = {}
        for concept, by_language in concepts.items():
            for language, stems in by_language.items():
                known = self._stems.setdefault(language, {})
                for stem in stems.split():
                    known.setdefault(fold(stem).replace("\u200c", ""), concept)

    @classmethod
    def load(cls, config_dir: Path) -> "Lexicon":
        """The lexicon of this configuration; ConfigError tells what is wrong where."""
        directory = config_dir / "lexicon"
        return cls(
            read_toml(directory / "news.toml", LexiconFile).root,
            read_toml(directory / "usual.toml", UsualFile).root,
        )

    def meaning(self, word: str, language: str) -> tuple[str | None, str]:
        """A word's concept, and its skeleton if it may be a name; remembered, as news repeats."""
        known = self._known.get((word, language))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self.concept(fold(word), language), name(word, language)
            self._known[word, language] = known
        return known

    def concept(self, word: str, language: str) -> str | None:
        """The concept that this folded word means in this language."""
        stems = self._stems.get(language)
        return _look_up(word, stems) if stems else None


def _look_up(word: str, stems: Mapping[str, str]) -> str | None:
    if concept := _longest(word, stems):
        return concept
    bare = strip_clitics(word)
    return _longest(bare, stems) if bare != word else None


def _longest(word: str, stems: Mapping[str, str]) -> str | None:
    if concept := stems.get(word):
        return concept
    for length in range(min(len(word) - 1, _LONGEST), _SHORT, -1):
        if concept := stems.get(word[:length]):
            return concept
    return stems.get(word[:_SHORT]) if len(word) <= _SHORT + _ENDING else None
