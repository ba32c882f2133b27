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

from ahocorasick_rs import AhoCorasick, Implementation
from pydantic import RootModel

from shared.config import read_toml
from shared.text import fold

Words = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Concept → language → words."""

LONGEST_PREFIX = 4
_BETWEEN = "\x01"
"""Parts texts that are folded at once, which is cheaper than one by one; folding keeps it."""

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

    def counts(self, texts: Sequence[str], language: str) -> list[Counter[str]]:
        """How often words of each concept stand in each of these texts, as they are given."""
        automaton = self._by_language.get(language, self._any)
        joined = _BETWEEN.join(text.replace(_BETWEEN, " ") for text in texts)
        return [automaton.counts(folded) for folded in _spaced(fold(joined)).split(_BETWEEN)]


class _File(RootModel[dict[str, dict[str, tuple[str, ...]]]]):
    """A concept file: a table a concept, a list of words a language."""


class _Automaton:
    def __init__(
        self, patterns: Mapping[str, set[tuple[str, bool]]], particles: frozenset[str]
    ) -> None:
        listed = [(word, *_by_ending(patterns[word])) for word in patterns]
        self._whole = [whole for _, whole, _ in listed]
        self._open = [begun for _, _, begun in listed]
        self._particles = particles
        self._search = AhoCorasick([word for word, *_ in listed], implementation=Implementation.DFA)

    def counts(self, folded: str) -> Counter[str]:
        """Concept → hits. A word must start where a word starts, or behind a particle."""
        found: list[str] = []
        padded = f" {folded} "
        for index, start, end in self._search.find_matches_as_indexes(padded, overlapping=True):
            if padded[start - 1].isalnum() and not (
                self._particles and self._behind_particle(padded, start)
            ):
                continue
            found += self._open[index] if padded[end].isalnum() else self._whole[index]
        return Counter(found)

    def _behind_particle(self, padded: str, start: int) -> bool:
        for begin in range(start - 1, max(0, start - LONGEST_PREFIX - 1), -1):
            if not padded[begin - 1].isalnum():
                return padded[begin:start] in self._particles
        return False


def _by_ending(patterns: Iterable[tuple[str, bool]]) -> tuple[list[str], list[str]]:
    """The concepts of a word that ends here, and of one that goes on."""
    whole = sorted({concept for concept, _ in patterns})
    return whole, sorted(concept for concept, open_ended in patterns if open_ended)


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
