"""All names, the senses they have in the languages, and what their neighbours leave of them."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from services.processors.find.capitals import ends_by_capital, in_tag
from services.processors.find.morphology import LONGEST_HEAD, LONGEST_TAIL
from services.processors.find.seen import Hit
from services.processors.find.sense import Found, Sense
from services.processors.find.stems import Stems
from shared.text import Normalised


class Lexicon:
    """The senses of every name, and which of them its place in a text leaves it."""

    def __init__(self, stems: Stems) -> None:
        self.stems = stems
        self._possible = lru_cache(maxsize=1 << 16)(self._joined)

    def look_up(self, normal: Normalised, hits: Iterable[Hit], language: str) -> Iterator[Found]:
        """Every name, of those that stand there, whose neighbours and capitals allow it."""
        text, possible, headless = normal.text, self._possible, self.stems.headless
        past = len(text)
        for stem, start, end in hits:
            head = tail = ""
            if start and text[start - 1] != " ":
                head = _head(text, start)
                if head and in_tag(normal.original, normal.origin(start, end)[0]):
                    head = ""
            if head and (headless[stem] or self._is_too_long(head, stem)):
                continue
            if end != past and text[end] != " ":
                tail = _tail(text, end)
                if tail and ends_by_capital(normal.original, normal.origin(start, end)[1]):
                    tail = ""
            for sense, free, longer in possible(stem, language, head, tail):
                if free or sense.written(normal, start, end):
                    yield Found(start, end + longer, sense)
                    break

    def _is_too_long(self, head: str, stem: int) -> bool:
        """Of a name that may stand inside a word, one letter more is looked at."""
        return len(head) > LONGEST_HEAD + self.stems.unspaced[stem]

    def _joined(
        self, stem: int, language: str, head: str, tail: str
    ) -> Sequence[tuple[Sense, bool, int]]:
        """The senses that these neighbours allow in such an article, its own language's first.

        With each whether its capitals and accents are free, and how much of the tail is its.
        """
        senses = [s for s in self.stems.senses(stem) if s.joining.accepts(head, tail)]
        own = [sense for sense in senses if language in sense.languages]
        others = [sense for sense in senses if sense not in own and sense.travels(language)]
        return [(s, s.free, len(tail) * s.joining.spaced) for s in (*own, *others)]


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
