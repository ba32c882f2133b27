"""Concepts and their words by language: what relate and topics look for in a stretch of text.

They are data (`deploy/config/concepts/*.toml`): a table a concept, a list of words a language.
A concept is called by its file and its table: `[border]` in `relation.toml` is `relation:border`.
A word that ends in `*` matches any word that starts with it; any other matches as a whole word.
Arabic, Kurdish, Persian and Hebrew words also match behind the particles that are written onto
them. Everything is compared folded (`shared.text.fold`), so that spelling variants are one word.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import RootModel

from services.processors.glossary import Glossary, Patterns, folded_each
from shared.config import read_toml
from shared.keep import Keep, anew

Words = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Concept → language → words."""

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

_ANY = ""
"""In place of a language: text in one without a word of its own."""
_ANY_PREFIX = frozenset().union(*PREFIXES.values())


class Listed(NamedTuple):
    """All words folded, by language, and the files that their concepts are from."""

    files: set[str]
    patterns: dict[str, Patterns]

    @classmethod
    def of(cls, words: Words) -> "Listed":
        """These words."""
        return cls(_files(words), _patterns(words))


class Concepts:
    """Concepts, ready to be looked for in any of their languages."""

    def __init__(self, listed: Listed) -> None:
        """A glossary a language: its own words of each file, those of all for a file it lacks.

        Each is made when its first text comes: a reader of one language's news needs one.
        """
        self._files = listed.files
        self._listed = listed.patterns
        self._made: dict[str, Glossary] = {}

    @classmethod
    def load(cls, directory: Path, keep: Keep = anew) -> "Concepts":
        """The concepts of this directory's files. Raises ConfigError."""
        return cls(keep(directory, Listed, lambda: Listed.of(_read(directory))))

    def counts(self, texts: Sequence[str], language: str) -> list[Counter[str]]:
        """How often words of each concept stand in each of these texts, as they are given."""
        known = language if language in self._listed else _ANY
        if known not in self._made:
            self._made[known] = self._glossary(known)
        return self._made[known].counts(texts)

    def _glossary(self, language: str) -> Glossary:
        own = self._listed.get(language, {})
        lacking = self._files - _files({concept for said in own.values() for concept, _ in said})
        if not lacking:
            return Glossary(own, PREFIXES.get(language, frozenset()))
        listed = {word: {*concepts} for word, concepts in own.items()}
        for patterns in self._listed.values():
            for word, concepts in patterns.items():
                if others := [one for one in concepts if _file(one[0]) in lacking]:
                    listed.setdefault(word, set()).update(others)
        return Glossary(listed, _ANY_PREFIX)


def _read(directory: Path) -> Words:
    return {
        f"{file.stem}:{concept}": words
        for file in sorted(directory.glob("*.toml"))
        for concept, words in read_toml(file, _File).root.items()
    }


class _File(RootModel[dict[str, dict[str, tuple[str, ...]]]]):
    """A concept file: a table a concept, a list of words a language."""


def _files(concepts: Iterable[str]) -> set[str]:
    """The files that these concepts are from."""
    return {_file(concept) for concept in concepts}


@lru_cache(maxsize=1 << 12)
def _file(concept: str) -> str:
    return concept.rpartition(":")[0]


def _patterns(words: Words) -> dict[str, Patterns]:
    """By language: folded word → the concepts it stands for, each with whether it is open-ended."""
    listed = [
        (language, concept, word)
        for concept, by_language in words.items()
        for language, of_it in by_language.items()
        for word in of_it
    ]
    patterns: dict[str, Patterns] = {}
    folds = folded_each(word.removesuffix("*") for _, _, word in listed)
    for (language, concept, word), said in zip(listed, folds, strict=True):
        of_language = patterns.setdefault(language, {})
        of_language.setdefault(said, set()).add((concept, word.endswith("*")))
    return patterns
