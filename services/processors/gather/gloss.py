"""A text word by word in English, for the embedding model where it was not trained on the language.

The model knows sixteen languages; of others any two texts look alike to it. A word's gloss is what
`deploy/config/lexicon/english` says of it by hand, else the lexicon's concept, else what Wiktionary
says, of the word without its ending if need be. A word without a gloss is left out: letters that
the model was not trained on are noise to it.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from services.processors.gather.lexicon import NOTHING, PERSIAN_PLURAL, Lexicon, readings, spelling
from shared.config import ConfigError, text_of

Words = dict[str, str]
"""Word, as `spelling` has it → English."""

CONCEPTS = "concepts"
"""The page of the concepts whose names are not English."""
_WIKTIONARY = "wiktionary"
_LINE = re.compile(r"(?m)^(?P<word>[^\t\n#][^\t\n]*)\t(?P<english>[^\t\n]+)$")
_NO_LINE = re.compile(r"(?m)^(?!#|[^\t\n]+\t[^\t\n]+$).+$")
_WORD = re.compile(r"[\w\u064b-\u065f\u0670\u0900-\u0963]+|[.!?]")
_PERSIAN_VERB = re.compile(r"^ن?مي(?=\w{2})")
_JOINER = "\u200c"
_MUTE = "-"
"""The gloss of a word that says nothing."""
_LATIN = frozenset(("az", "ku"))
"""Languages in the model's own letters, where what has a capital and no gloss may be a name."""
_CUTS = (1, 2, 3, 4)
"""How long an ending may be."""
_SHORTEST = 4
_LEMMA_ENDINGS = (1, 2)
"""What a dictionary's own form ends with that others lack."""
_REMEMBERED = 1 << 16


class _Known(NamedTuple):
    """One language's words."""

    by_hand: Words
    forms: Words  # all of them, and what is left of the longer ones without their own endings


class Glosses:
    """English words for those of other languages."""

    def __init__(
        self, lexicon: Lexicon, by_hand: Mapping[str, str], wiktionary: Mapping[str, str]
    ) -> None:
        """Language → its page: lines of a word, a tab and its English.

        A language's page is read when its first text comes.
        """
        self._lexicon = lexicon
        self._by_hand = by_hand
        self._wiktionary = wiktionary
        self._concepts = _words(by_hand.get(CONCEPTS, ""))
        self._languages = frozenset((*by_hand, *wiktionary)) - {CONCEPTS}
        self._known = cache(self._read)
        self._gloss = lru_cache(maxsize=_REMEMBERED)(self._of_word)

    @classmethod
    def load(cls, config_dir: Path, lexicon: Lexicon) -> "Glosses":
        """The glosses of this configuration; ConfigError tells what is wrong where."""
        directory = config_dir / "lexicon" / "english"
        return cls(lexicon, _pages(directory), _pages(directory / _WIKTIONARY))

    def english(self, text: str, language: str) -> str:
        """The text's words in English; the text itself if the language has no glosses."""
        if language not in self._languages:
            return text
        glosses = (self._gloss(one, language) for one in _WORD.findall(text.replace(_JOINER, "")))
        return " ".join(one for one in glosses if one)

    def _of_word(self, word: str, language: str) -> str:
        if not word[0].isalpha():
            return word
        gloss = self._find(word, language)
        if gloss is None:
            named = word[0].isupper() if language in _LATIN else word.isascii()
            return word if named else ""
        return "" if gloss == _MUTE else gloss

    def _find(self, word: str, language: str) -> str | None:
        spelt, known = spelling(word, language), self._known(language)
        return (
            known.by_hand.get(spelt)
            or self._concept(word, language)
            or _bent(spelt, language, known.forms)
        )

    def _concept(self, word: str, language: str) -> str | None:
        meant = self._lexicon.concepts(word, language)
        if not meant or NOTHING in meant:
            return None
        return self._concepts.get(meant[0]) or meant[0].replace("-", " ")

    def _read(self, language: str) -> _Known:
        by_hand = _words(self._by_hand.get(language, ""))
        return _Known(by_hand, _forms(_words(self._wiktionary.get(language, "")) | by_hand))


def _bent(spelt: str, language: str, forms: Words) -> str | None:
    """The gloss of the word itself, or of that which it is with the least added."""
    bare = _persian(spelt) if language == "fa" else [*readings(spelt, language)]
    cut = (one[:-cut] for cut in _CUTS for one in bare if len(one) - cut >= _SHORTEST)
    return next((forms[one] for one in (*bare, *cut) if one in forms), None)


def _persian(spelt: str) -> list[str]:
    """Arabic particles are none of its words, plurals and the beginnings of verbs are."""
    return [spelt, PERSIAN_PLURAL.sub("", spelt), _PERSIAN_VERB.sub("", spelt)]


def _forms(words: Words) -> Words:
    forms = dict(words)
    for word, english in words.items():
        for cut in _LEMMA_ENDINGS:
            if len(word) - cut >= _SHORTEST:
                forms.setdefault(word[:-cut], english)
    return forms


def _words(page: str) -> Words:
    return {found["word"]: found["english"] for found in _LINE.finditer(page)}


def _pages(directory: Path) -> dict[str, str]:
    return {path.stem: _page(path) for path in sorted(directory.glob("*.tsv"))}


def _page(path: Path) -> str:
    """Raises ConfigError."""
    page = text_of(path)
    mistakes = [page.count("\n", 0, found.start()) + 1 for found in _NO_LINE.finditer(page)]
    if mistakes:
        told = [f"{path}:{line}: a word, a tab and its English are wanted" for line in mistakes]
        raise ConfigError(told)
    return page
