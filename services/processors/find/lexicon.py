"""All names in one automaton, each with the senses it has in the languages."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import ahocorasick_rs

from services.processors.find.gazetteer import Name, Strength
from services.processors.find.morphology import LONGEST_HEAD, LONGEST_TAIL, Joining, joining
from shared.text import Normalised, fold

_BETWEEN = "\x01"

_SHORT = 4
"""A name of at most so many letters counts only with its accents, and does not travel if `own`."""

_LONG = 6
"""A name of more letters, and a country's, counts in lower case too."""

_FREE = frozenset({"", "country", "demonym", "capital"})
"""Kinds whose names take every form of their language, however short. Look-alikes have no kind."""

_ACRONYM = 5
"""A name in capitals of at most so many letters counts only in capitals."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What one spelling means, in the languages that write it so."""

    strength: Strength
    side: str
    entity: str
    kind: str
    since: date | None
    until: date | None
    joining: Joining
    capital: bool  # counts only with a capital first letter
    acronym: bool  # counts only in capitals
    exact: str  # counts only with these accents
    languages: frozenset[str] = frozenset()

    def holds(self, on: date | None) -> bool:
        """Whether the entity is what it is on that day; always, if no day is given."""
        return on is None or (self.since or on) <= on <= (self.until or on)


@dataclass(frozen=True, slots=True)
class Found:
    """A name in a normalised text, its ending included."""

    start: int
    end: int
    sense: Sense

    @property
    def rank(self) -> tuple[int, bool, int, Strength]:
        """Of two in one place the longer counts; then the look-alike; then the less inflected."""
        strength = self.sense.strength
        name = len(self.sense.joining.stem)
        return self.end - self.start, strength is Strength.LOOK_ALIKE, name, strength

    def weak(self) -> "Found":
        """The same, proving nothing by itself."""
        return replace(self, sense=replace(self.sense, strength=Strength.WEAK))


class Lexicon:
    """Look-up of every name in a normalised text."""

    def __init__(self, names: Iterable[Name]) -> None:
        senses: dict[str, dict[Sense, set[str]]] = {}
        for name, folded in _folded(tuple(names)):
            sense = _sense(name, folded)
            languages = senses.setdefault(sense.joining.stem, {}).setdefault(sense, set())
            languages.add(name.language)
        self._stems = tuple(senses)
        self._senses = tuple(
            tuple(
                sorted(
                    (replace(s, languages=frozenset(ls)) for s, ls in senses[stem].items()),
                    key=lambda sense: -sense.strength,
                )
            )
            for stem in self._stems
        )
        self._automaton = ahocorasick_rs.AhoCorasick(
            self._stems, implementation=ahocorasick_rs.Implementation.ContiguousNFA
        )
        self._preferred = lru_cache(maxsize=1 << 16)(self._by_language)

    def proving(self) -> Iterator[str]:
        """The stems that prove a mention by themselves."""
        for stem, senses in zip(self._stems, self._senses, strict=True):
            if any(sense.strength >= Strength.CASED for sense in senses):
                yield stem

    def look_up(self, normal: Normalised, language: str) -> Iterator[Found]:
        """Every name whose neighbours and capitals allow it."""
        text = normal.text
        for stem, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            head, tail = _head(text, start), _tail(text, end)
            for sense in self._preferred(stem, language):
                if sense.joining.accepts(head, tail) and _written(sense, normal, start, end):
                    yield Found(
                        start,
                        end + len(tail) * sense.joining.spaced,
                        sense,
                    )
                    break

    def _by_language(self, stem: int, language: str) -> tuple[Sense, ...]:
        """The language's own senses first; another language's weak and own names do not count."""
        senses = self._senses[stem]
        own = [sense for sense in senses if language in sense.languages]
        others = [sense for sense in senses if sense not in own and _travels(sense, language)]
        return (*own, *others)


def _travels(sense: Sense, language: str) -> bool:
    """Whether a name counts in an article that is not in its language."""
    match sense.strength:
        case Strength.WEAK:
            return language == "und"
        case Strength.OWN:
            return language == "und" and len(sense.joining.stem) > _SHORT
        case _:
            return True


def _folded(names: Sequence[Name]) -> Iterator[tuple[Name, str]]:
    """Each name with its fold; folded all at once, for most of the time goes into the calls."""
    folds = fold(_BETWEEN.join(name.text for name in names)).split(_BETWEEN)
    return zip(names, folds, strict=True)


def _sense(name: Name, folded: str) -> Sense:
    letters = [char for char in name.text if char.isalpha()]
    joined = joining(name.text, folded, name.language, free=name.kind in _FREE)
    return Sense(
        name.strength, name.side, name.entity, name.kind, name.since, name.until, joined,
        exact=_exact(name.text, folded) if len(joined.stem) <= _SHORT else "",
        capital=name.text[0].isupper() and _minds_capitals(name, len(joined.stem)),
        acronym=len(letters) <= _ACRONYM and name.text.isupper()
        and name.strength is not Strength.LOOK_ALIKE,
    )  # fmt: skip


def _minds_capitals(name: Name, length: int) -> bool:
    """Whether a name that is written with a capital counts only with one."""
    if name.strength is Strength.LOOK_ALIKE:
        return False
    plain = name.strength is Strength.STRONG and (length > _LONG or name.kind == "country")
    return not plain


def _exact(text: str, folded: str) -> str:
    """The spelling that a short name asks for, if it has accents: "Irã" is no "IRA"."""
    plain = _plain(text)
    return plain if "a" <= folded[0] <= "z" and plain != folded else ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _written(sense: Sense, normal: Normalised, start: int, end: int) -> bool:
    """Whether the original has the capitals and accents that the name asks for."""
    if not (sense.capital or sense.acronym or sense.exact):
        return True
    first, past = normal.origin(start, end)
    surface = normal.original[first:past]
    return (
        (not sense.capital or surface[0].isupper())
        and (not sense.acronym or surface.isupper())
        and (not sense.exact or _plain(surface).startswith(sense.exact))
    )


def _head(text: str, start: int) -> str:
    """The letters joined on in front, at most one more than any head has."""
    script, place, limit = _script(text[start]), start, max(0, start - LONGEST_HEAD - 1)
    while place > limit and _script(text[place - 1]) == script != _NO_LETTER:
        place -= 1
    return text[place:start]


def _tail(text: str, end: int) -> str:
    """The letters joined on behind, at most one more than any tail has."""
    script, place, limit = _script(text[end - 1]), end, min(len(text), end + LONGEST_TAIL + 1)
    while place < limit and _script(text[place]) == script != _NO_LETTER:
        place += 1
    return text[end:place]


_SCRIPTS = (0x370, 0x400, 0x530, 0x590, 0x600, 0x800, 0x8A0, 0x900)
"""Where Greek, Cyrillic, Armenian, Hebrew, Arabic, others, Arabic again, others begin."""
_ETHIOPIC = range(0x1200, 0x1400)
_LATIN_AGAIN = range(0x1E00, 0x1F00)
_NO_LETTER = -1


@lru_cache(maxsize=1 << 14)
def _script(char: str) -> int:
    """A number for the script of a letter or vowel sign: a word goes on while it is the same."""
    if not char.isalpha() and unicodedata.category(char) not in {"Mn", "Mc"}:
        return _NO_LETTER
    code = ord(char)
    if code in _LATIN_AGAIN:
        return 0
    if code < _SCRIPTS[-1]:
        return sum(code >= first for first in _SCRIPTS)
    return code >> 8 if code not in _ETHIOPIC else _ETHIOPIC.start
