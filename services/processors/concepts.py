"""Concepts and their words by language: what relate and topics look for in a stretch of text.

They are data (`deploy/config/concepts/*.toml`): a table a concept, a list of words a language.
A concept is called by its file and its table: `[border]` in `relation.toml` is `relation:border`.
A word that ends in `*` matches any word that starts with it; any other matches as a whole word.
Arabic, Kurdish, Persian and Hebrew words also match behind the particles that are written onto
them. Everything is compared folded (`shared.text.fold`), so that spelling variants are one word.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import RootModel

from services.processors.glossary import Glossary, Patterns, folded_each
from shared.config import read_toml

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

_ANY_PREFIX = frozenset().union(*PREFIXES.values())


class Concepts:
    """Concepts, ready to be looked for in any of their languages."""

    def __init__(self, words: Words) -> None:
        """A glossary a language that has words of every file, one of all for text in any other."""
        patterns, files = _patterns(words), _files(words)
        self._by_language = {
            language: Glossary(listed, PREFIXES.get(language, frozenset()))
            for language, listed in patterns.items()
            if _files(concept for concept, by in words.items() if language in by) == files
        }
        together: Patterns = {}
        for listed in patterns.values():
            for word, concepts in listed.items():
                together.setdefault(word, set()).update(concepts)
        self._any = Glossary(together, _ANY_PREFIX)

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

    def counts(self, texts: Sequence[str], language: str) -> list[Counter[str]]:
        """How often words of each concept stand in each of these texts, as they are given."""
        return self._by_language.get(language, self._any).counts(texts)


class _File(RootModel[dict[str, dict[str, tuple[str, ...]]]]):
    """A concept file: a table a concept, a list of words a language."""


def _files(concepts: Iterable[str]) -> set[str]:
    """The files that these concepts are from."""
    return {concept.rpartition(":")[0] for concept in concepts}


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
