"""All names in one automaton, each with the senses it has in the languages."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import ahocorasick_rs

from services.processors.find.gazetteer import Name, Strength
from services.processors.find.morphology import LONGEST_HEAD, LONGEST_TAIL
from services.processors.find.sense import Found, Sense, senses_by_stem
from shared.text import Normalised


class Lexicon:
    """Look-up of every name in a normalised text."""

    def __init__(self, names: Sequence[Name]) -> None:
        senses = senses_by_stem(names)
        self._stems = tuple(senses)
        self._senses = tuple(senses.values())
        self._spaced = tuple(all(sense.joining.spaced for sense in each) for each in self._senses)
        self._headless = tuple(not any(s.joining.head for s in each) for each in self._senses)
        self._automaton = ahocorasick_rs.AhoCorasick(
            self._stems, implementation=ahocorasick_rs.Implementation.ContiguousNFA
        )
        self._possible = lru_cache(maxsize=1 << 16)(self._joined)

    def proving(self) -> dict[str, frozenset[str] | None]:
        """The stems that prove a mention by themselves; in these languages only, or in any."""
        return {
            stem: _languages(senses)
            for stem, senses in zip(self._stems, self._senses, strict=True)
            if any(sense.strength >= Strength.CASED for sense in senses)
        }

    def look_up(self, normal: Normalised, language: str) -> Iterator[Found]:
        """Every name whose neighbours and capitals allow it."""
        text = normal.text
        for stem, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            if self._headless[stem] and _goes_on(text, start):
                continue
            head = _head(text, start)
            if len(head) > LONGEST_HEAD and self._spaced[stem]:
                continue
            tail = _tail(text, end)
            for sense in self._possible(stem, language, head, tail):
                if sense.written(normal, start, end):
                    yield Found(start, end + len(tail) * sense.joining.spaced, sense)
                    break

    def _joined(self, stem: int, language: str, head: str, tail: str) -> tuple[Sense, ...]:
        """The senses that these neighbours allow in such an article, its own language's first."""
        senses = [s for s in self._senses[stem] if s.joining.accepts(head, tail)]
        own = [sense for sense in senses if language in sense.languages]
        others = [sense for sense in senses if sense not in own and sense.travels(language)]
        return (*own, *others)


def _languages(senses: Sequence[Sense]) -> frozenset[str] | None:
    own = [sense for sense in senses if sense.strength is Strength.OWN]
    if any(sense.strength in {Strength.CASED, Strength.STRONG} for sense in senses):
        return None
    return frozenset().union(*(sense.languages for sense in own))


def _goes_on(text: str, start: int) -> bool:
    """Whether a word of the same script runs into this place."""
    return start > 0 and _script(text[start - 1]) == _script(text[start]) != _NO_LETTER


def _head(text: str, start: int) -> str:
    """The letters joined on in front, at most one more than any head has."""
    if start == 0 or text[start - 1] == " ":
        return ""
    script, place, limit = _script(text[start]), start, max(0, start - LONGEST_HEAD - 1)
    while place > limit and _script(text[place - 1]) == script != _NO_LETTER:
        place -= 1
    return text[place:start]


def _tail(text: str, end: int) -> str:
    """The letters joined on behind, at most one more than any tail has."""
    if end == len(text) or text[end] == " ":
        return ""
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
