"""Words of the news by what they mean, in several languages: deploy/config/lexicon.

A word means a concept if it begins with one of the concept's stems in its language; a stem of three
letters allows for an ending of two, one of four for one of four; a shorter one and one with a full
stop behind it must be the whole word. A stem of several concepts means all of them. The concept
`nothing` holds words that only begin like others or say nothing, not even as names. Arabic and
Hebrew words are tried without their article and particles too, Persian ones without their plural.
Where no spaces are written, words are looked for all along the letters that stand together.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pydantic import RootModel

from services.processors.gather.chinese import simplified
from services.processors.gather.names import names, strip_clitics
from shared.config import read_toml
from shared.keep import Keep, anew
from shared.text import fold

_ENDINGS = {3: 2, 4: 4}
"""How long an ending may follow a stem of so many letters; any may follow a longer one."""
COUNTRY = "country-"
"""How the concepts that are countries begin."""
_NOTHING = "nothing"
_FILES = ("news.toml", "countries.toml")
_WHOLE = "."
_OWN_LETTERS = frozenset(("tr", "az", "ku"))
"""Languages in which a letter without its mark is another letter."""
_ONE_I = str.maketrans({"ı": "i", "\u0307": None})
_SHORTEST = 3
_LONGEST = 14
_ANY = 1_000
_COMPOUND, _PART = frozenset(("de", "nl")), 4
"""Languages that write compounds as one word, and how long a last part must be to be looked up."""
_HEBREW = re.compile(r"(?=[\u05d0-\u05ea])ו?[שכ]?[הבלמ]?(?=\w{2})")
_PERSIAN_PLURAL = re.compile(r"(?<=\w{2})ها(?:ي|يي|يش|يشان)?$")
_UNSPACED = frozenset(("zh", "ja"))
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
        self._known: dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...]]] = {}
        self._stems = {language: _Stems(stems) for language, stems in _stems(concepts).items()}

    @classmethod
    def load(cls, config_dir: Path, keep: Keep = anew) -> "Lexicon":
        """The lexicon of this configuration; ConfigError tells what is wrong where."""
        directory = config_dir / "lexicon"
        read = keep(directory, _Read, lambda: _read(directory))
        lexicon = cls({}, read.usual)
        lexicon._stems = {language: _Stems(stems) for language, stems in read.stems.items()}
        return lexicon

    def meaning(self, word: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """A word's concepts, and its skeletons if it may be a name; remembered, as news repeats."""
        known = self._known.get((word, language))
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._read(word, language)
            self._known[word, language] = known
        return known

    def _read(self, word: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        meant = self.concepts(word, language)
        return ((), ()) if _NOTHING in meant else (meant, names(word, language))

    def concepts(self, word: str, language: str) -> tuple[str, ...]:
        """The concepts that this word means in this language: of a compound its parts'."""
        stems = self._stems.get(language)
        if not stems:
            return ()
        word = spelling(word, language)
        if language in _UNSPACED:
            return stems.within(word)
        found = next((one for one in map(stems.begin, _readings(word, language)) if one), None)
        if found is None:
            return ()
        rest = word[found.length :].removeprefix("s")
        if language not in _COMPOUND or len(rest) < _PART or not (last := stems.begin(rest)):
            return found.concepts
        return tuple(dict.fromkeys((*found.concepts, *last.concepts)))


class _Read(NamedTuple):
    """The files, read."""

    stems: dict[str, dict[str, tuple[str, ...]]]
    usual: dict[str, float]


def _read(directory: Path) -> _Read:
    concepts: dict[str, dict[str, str]] = {}
    for file in _FILES:
        for concept, words in read_toml(directory / file, LexiconFile).root.items():
            known = concepts.setdefault(concept, {})
            known.update({of: f"{known.get(of, '')} {stems}" for of, stems in words.items()})
    return _Read(_stems(concepts), read_toml(directory / "usual.toml", UsualFile).root)


def _stems(
    concepts: Mapping[str, Mapping[str, str]],
) -> dict[str, dict[str, tuple[str, ...]]]:
    """By language: stem → its concepts."""
    stems: dict[str, dict[str, tuple[str, ...]]] = {}
    for concept, by_language in concepts.items():
        for language, words in by_language.items():
            known = stems.setdefault(language, {})
            for stem in (spelling(one, language) for one in words.split()):
                known[stem] = tuple(dict.fromkeys((*known.get(stem, ()), concept)))
    return stems


def spelling(word: str, language: str) -> str:
    """The word as the lexicon compares it: folded, but Turkish "öldü" is dead and "oldu" was.

    Dotted and dotless i are one, for who writes in capitals mixes them up.
    """
    if language in _OWN_LETTERS:
        return unicodedata.normalize("NFC", word.casefold().translate(_ONE_I))
    folded = fold(word).replace("\u200c", "")
    return simplified(folded) if language == "zh" else folded


class _Found(NamedTuple):
    concepts: tuple[str, ...]
    length: int


class _Stems(dict[str, tuple[str, ...]]):
    """Stem → concepts, of one language."""

    def begin(self, word: str) -> _Found | None:
        """The longest stem that the word may begin with."""
        if concepts := self.get(f"{word}{_WHOLE}") or self.get(word):
            return _Found(concepts, len(word))
        for length in range(min(len(word) - 1, _LONGEST), _SHORTEST - 1, -1):
            concepts = self.get(word[:length])
            if concepts and len(word) - length <= _ENDINGS.get(length, _ANY):
                return _Found(concepts, length)
        return None

    def within(self, letters: str) -> tuple[str, ...]:
        """The concepts of the stems one after another, the longest where several begin."""
        found: dict[str, None] = {}
        place = 0
        while place < len(letters):
            stem = self._at(letters[place : place + _LONGEST])
            found.update(dict.fromkeys(self.get(stem, ())))
            place += len(stem) or 1
        return tuple(found)

    def _at(self, letters: str) -> str:
        """The longest stem that these letters begin with, or none."""
        begun = (letters[:length] for length in range(len(letters), 0, -1))
        return next((one for one in begun if one in self), "")


def _readings(word: str, language: str) -> Iterator[str]:
    """How a spelt word may be looked up: as it is, then without what is written onto it."""
    yield word
    if language == "fa" and (one := _PERSIAN_PLURAL.sub("", word)) != word:
        yield one
    if (bare := strip_clitics(word)) != word:
        yield bare
    if found := _HEBREW.match(word):
        yield from (word[cut:] for cut in range(1, found.end() + 1))
