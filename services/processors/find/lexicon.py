"""All names, the senses they have in the languages, and what their neighbours leave of them."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from services.processors.find.capitals import ends_by_capital, in_tag
from services.processors.find.gazetteer import Name, Strength
from services.processors.find.morphology import LONGEST_HEAD, LONGEST_TAIL
from services.processors.find.seen import Hit
from services.processors.find.sense import Found, Sense, senses_by_stem
from shared.text import Normalised


class Lexicon:
    """The senses of every name, and which of them its place in a text leaves it."""

    def __init__(self, names: Sequence[Name]) -> None:
        senses = senses_by_stem(names)
        self.stems = tuple(senses)
        self._senses = tuple(senses.values())
        self._longest_head = tuple(
            LONGEST_HEAD + any(not sense.joining.spaced for sense in each) for each in self._senses
        )
        self._headless = tuple(not any(s.joining.head for s in each) for each in self._senses)
        self.unspaced = frozenset(
            stem
            for stem, each in zip(self.stems, self._senses, strict=True)
            if not all(sense.joining.spaced for sense in each)
        )
        """The stems that may stand inside a word."""
        self.together = frozenset(
            stem
            for stem, each in zip(self.stems, self._senses, strict=True)
            if any(sense.joining.together for sense in each)
        )
        """The stems that a word may be written together with, in front."""
        self._possible = lru_cache(maxsize=1 << 16)(self._joined)

    def proving(self) -> dict[str, frozenset[str] | None]:
        """The stems that prove a mention by themselves; in these languages only, or in any."""
        return {
            stem: _languages(senses)
            for stem, senses in zip(self.stems, self._senses, strict=True)
            if any(sense.strength >= Strength.CASED for sense in senses)
        }

    def look_up(self, normal: Normalised, hits: Iterable[Hit], language: str) -> Iterator[Found]:
        """Every name, of those that stand there, whose neighbours and capitals allow it."""
        text, possible = normal.text, self._possible
        past = len(text)
        for stem, start, end in hits:
            head = tail = ""
            if start and text[start - 1] != " ":
                head = _head(text, start)
                if head and in_tag(normal.original, normal.origin(start, end)[0]):
                    head = ""
            if head and (self._headless[stem] or len(head) > self._longest_head[stem]):
                continue
            if end != past and text[end] != " ":
                tail = _tail(text, end)
                if tail and ends_by_capital(normal.original, normal.origin(start, end)[1]):
                    tail = ""
            for sense, free, longer in possible(stem, language, head, tail):
                if free or sense.written(normal, start, end):
                    yield Found(start, end + longer, sense)
                    break

    def _joined(
        self, stem: int, language: str, head: str, tail: str
    ) -> Sequence[tuple[Sense, bool, int]]:
        """The senses that these neighbours allow in such an article, its own language's first.

        With each whether its capitals and accents are free, and how much of the tail is its.
        """
        senses = [s for s in self._senses[stem] if s.joining.accepts(head, tail)]
        own = [sense for sense in senses if language in sense.languages]
        others = [sense for sense in senses if sense not in own and sense.travels(language)]
        return [(s, s.free, len(tail) * s.joining.spaced) for s in (*own, *others)]


def _languages(senses: Sequence[Sense]) -> frozenset[str] | None:
    own = [sense for sense in senses if sense.strength is Strength.OWN]
    if any(sense.strength in {Strength.CASED, Strength.STRONG} for sense in senses):
        return None
    return frozenset().union(*(sense.languages for sense in own))


def _head(text: str, start: int) -> str:
    """The letters joined on in front, at most one more than any head has."""
    script, place, limit = _SCRIPT_OF[text[start]], start, max(0, start - LONGEST_HEAD - 1)
    if script == _NO_LETTER:
        return ""
    while place > limit and _SCRIPT_OF[text[place - 1]] == script:
        place -= 1
    return text[place:start]


def _tail(text: str, end: int) -> str:
    """The letters joined on behind, at most one more than any tail has."""
    script, length = _SCRIPT_OF[text[end - 1]], 0
    if script == _NO_LETTER:
        return ""
    behind = text[end : end + LONGEST_TAIL + 1]
    for char in behind:
        if _SCRIPT_OF[char] != script:
            break
        length += 1
    return behind[:length]


_SCRIPTS = (0x370, 0x400, 0x530, 0x590, 0x600, 0x800, 0x8A0, 0x900)
"""Where Greek, Cyrillic, Armenian, Hebrew, Arabic, others, Arabic again, others begin."""
_ETHIOPIC = range(0x1200, 0x1400)
_LATIN_AGAIN = range(0x1E00, 0x1F00)
_NO_LETTER = -1


class _ScriptOf(dict[str, int]):
    """The script of each character, remembered as characters are met, up to MOST of them."""

    MOST = 1 << 14

    def __missing__(self, char: str) -> int:
        script = _script(char)
        if len(self) < self.MOST:
            self[char] = script
        return script


_SCRIPT_OF = _ScriptOf()


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
