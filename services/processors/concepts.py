"""Concepts and their words by language: what relate and topics look for in a stretch of text.

They are data (`deploy/config/concepts/*.toml`): a table a concept, a list of words a language.
A concept is called by its file and its table: `[border]` in `relation.toml` is `relation:border`.
A word that ends in `*` matches any word that starts with it; any other matches as a whole word.
Arabic, Kurdish, Persian and Hebrew words also match behind the particles that are written onto
them. Everything is compared folded (`shared.text.fold`), so that spelling variants are one word.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import RootModel

from services.processors.glossary import Glossary, spaced
from shared.config import read_toml
from shared.text import fold

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
        """A glossary a language, and one of all for text in any other."""
        languages = {language for by_language in words.values() for language in by_language}
        self._by_language = {
            language: Glossary(_patterns(words, language), PREFIXES.get(language, frozenset()))
            for language in languages
        }
        self._any = Glossary(_patterns(words, None), _ANY_PREFIX)

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


def _patterns(words: Words, language: str | None) -> dict[str, set[tuple[str, bool]]]:
    """Folded word → the concepts it stands for, each with whether it is open-ended."""
    patterns: dict[str, set[tuple[str, bool]]] = {}
    for concept, by_language in words.items():
        for name, listed in by_language.items():
            if language in (None, name):
                for word in listed:
                    folded = spaced(fold(word.removesuffix("*")))
                    patterns.setdefault(folded, set()).add((concept, word.endswith("*")))
    return patterns
