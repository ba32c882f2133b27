"""Concepts and their words by language: what relate and topics look for in a stretch of text.

They are data (`deploy/config/concepts/*.toml`): a table a concept, a list of words a language.
A concept is called by its file and its table: `[border]` in `relation.toml` is `relation:border`.
A word that ends in `*` matches any word that starts with it; any other matches as a whole word.
Arabic, Kurdish, Persian and Hebrew words also match behind the particles that are written onto
them. Everything is compared folded (`shared.text.fold`), so that spelling variants are one word.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind
from pydantic import RootModel

from shared.config import read_toml
from shared.text import fold

Words = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Concept → language → words."""

LONGEST_PREFIX = 4
_ARABIC = "و ف ب ك ل س ال وال فال بال كال لل ولل وب ول وس فل بل ولال وبال"
_HEBREW = "ו ה ב ל כ מ ש וה וב ול וכ ומ וש בה לה מה שה שב שמ שו ולה ובה ומה"
PREFIXES: Mapping[str, frozenset[str]] = {
    language: frozenset(particles.split())
    for language, particles in (
        ("ar", _ARABIC),
        ("fa", "و ب مي نمي"),
        ("ckb", "و ب د ده"),
        ("ps", "و"),
        ("he", _HEBREW),
    )
}
"""What is written onto the front of a word, folded."""

_ANY_PREFIX = frozenset().union(*PREFIXES.values())


class Spot(NamedTuple):
    """A concept's word, at code points of the folded text."""

    concept: str
    start: int
    end: int


class Concepts:
    """Concepts, ready to be looked for in any of their languages."""

    def __init__(self, words: Words) -> None:
        """Builds one automaton a language, and one of all for text in any other."""
        languages = {language for by_language in words.values() for language in by_language}
        self._by_language = {
            language: _Automaton(_patterns(words, language), PREFIXES.get(language, frozenset()))
            for language in languages
        }
        self._any = _Automaton(_patterns(words, None), _ANY_PREFIX)

    @classmethod
    def load(cls, directory: Path) -> "Concepts":
        """The concepts of this directory's files. Raises ConfigError."""
        return cls(
            {
                f"{file.stem}:{concept}": words
                for file in sorted(directory.glob("*.toml"))
                for concept, words in read_toml(file, _File).root.items()
            }
        )

    def spot(self, folded: str, language: str) -> list[Spot]:
        """Every word of every concept in this folded text, in order of appearance."""
        return self._by_language.get(language, self._any).spot(_spaced(folded))


class _File(RootModel[dict[str, dict[str, tuple[str, ...]]]]):
    """A concept file: a table a concept, a list of words a language."""


class _Automaton:
    def __init__(
        self, patterns: Mapping[str, set[tuple[str, bool]]], prefixes: Iterable[str]
    ) -> None:
        self._words = tuple(patterns)
        self._concepts = tuple(tuple(sorted(patterns[word])) for word in self._words)
        self._prefixes = frozenset(prefixes)
        self._search = AhoCorasick(self._words, matchkind=MatchKind.Standard)

    def spot(self, folded: str) -> list[Spot]:
        spots: list[Spot] = []
        hits = self._search.find_matches_as_indexes(folded, overlapping=True)
        for index, start, end in hits:
            if start and folded[start - 1].isalnum() and not self._behind_particle(folded, start):
                continue
            whole = end == len(folded) or not folded[end].isalnum()
            spots += [
                Spot(concept, start, end)
                for concept, open_ended in self._concepts[index]
                if whole or open_ended
            ]
        return spots

    def _behind_particle(self, folded: str, start: int) -> bool:
        for begin in range(start - 1, max(-1, start - LONGEST_PREFIX - 1), -1):
            if begin == 0 or not folded[begin - 1].isalnum():
                return folded[begin:start] in self._prefixes
        return False


def _spaced(folded: str) -> str:
    """With a space for each ZWNJ: Persian is written with either."""
    return folded.replace("\u200c", " ")


def _patterns(words: Words, language: str | None) -> dict[str, set[tuple[str, bool]]]:
    """Folded word → the concepts it stands for, each with whether it is open-ended."""
    patterns: dict[str, set[tuple[str, bool]]] = {}
    for concept, by_language in words.items():
        for name, listed in by_language.items():
            if language in (None, name):
                for word in listed:
                    folded = _spaced(fold(word.removesuffix("*")))
                    patterns.setdefault(folded, set()).add((concept, word.endswith("*")))
    return patterns
