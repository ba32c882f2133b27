"""What a spelling means: the senses of a name, made from the gazetteer's words."""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from services.processors.find.gazetteer import Name, Strength
from services.processors.find.morphology import Joining, joining
from shared.text import Normalised, fold

_BETWEEN = "\x01"

_SHORT = 4
"""A name of at most so many letters counts only with its accents. It does not travel if it is
`own`, or in Arabic letters."""

_LONG = 6
"""A name of more letters, and a country's, counts in lower case too."""

_ARABIC = frozenset(map(chr, range(0x620, 0x700)))
_WRITTEN_ARABIC = frozenset({"ar", "fa", "ur", "ps", "ckb", "ug", "sd"})
"""Languages that have look-alikes of their own in Arabic letters."""

_FREE = frozenset({"", "country", "demonym", "capital"})
"""Kinds whose names take every form of their language, however short. Look-alikes have no kind."""

_ACRONYM = 5
"""A name in capitals of at most so many letters counts only in capitals."""


class Sense(NamedTuple):
    """What one spelling means, in the languages that write it so."""

    strength: Strength
    side: str
    entity: str
    kind: str
    since: date | None
    until: date | None
    beside_any: bool  # weak, it needs a strong mention of whatever side
    joining: Joining
    capital: bool  # counts only with a capital first letter
    acronym: bool  # counts only in capitals
    lower: bool  # counts only without a capital
    exact: str  # counts only with these accents
    languages: frozenset[str] = frozenset()

    @property
    def free(self) -> bool:
        """Whether it counts in any capitals and accents."""
        return not (self.capital or self.acronym or self.lower or self.exact)

    @property
    def lowered(self) -> bool:
        """Whether it is ours where the text writes our names without capitals."""
        return self.lower and self.strength is Strength.WEAK

    def holds(self, on: date) -> bool:
        """Whether it proves what it says on that day.

        A full name does for ever: former presidents travel, too. A short one ("ظریف:") does while
        its entity is in office.
        """
        if self.strength is Strength.STRONG:
            return True
        return (self.since or on) <= on <= (self.until or on)

    def weak(self) -> "Sense":
        """The same, proving nothing by itself."""
        return self._replace(strength=Strength.WEAK)

    def travels(self, language: str) -> bool:
        """Whether it counts in an article that is not in its language."""
        match self.strength:
            case Strength.WEAK:
                return language == "und"
            case Strength.OWN:
                return language == "und" and len(self.joining.stem) > _SHORT
            case Strength.LOOK_ALIKE if self.joining.stem[0] in _ARABIC:
                return language not in _WRITTEN_ARABIC
            case _:
                return language == "und" or not self._common

    @property
    def _common(self) -> bool:
        """Whether it is likely another word elsewhere: few Arabic letters ("يزد", "بانه")."""
        stem = self.joining.stem
        return len(stem) <= _SHORT and self.kind not in _FREE and stem[0] in _ARABIC

    def written(self, normal: Normalised, start: int, end: int) -> bool:
        """Whether the original has the capitals and accents that the name asks for."""
        if self.free:
            return True
        first, past = normal.origin(start, end)
        surface = normal.original[first:past]
        return (
            (not self.capital or surface[0].isupper())
            and (not self.acronym or surface.isupper())
            and (not self.lower or surface[0].islower())
            and (not self.exact or _plain(surface).startswith(self.exact))
        )


class Found(NamedTuple):
    """A name in a text, its ending included."""

    start: int
    end: int
    sense: Sense

    def in_original(self, normal: Normalised) -> "Found":
        """The same with its place in the text that was normalised."""
        return Found(*normal.origin(self.start, self.end), self.sense)

    def moved(self, by: int) -> "Found":
        """The same so many places further on."""
        return Found(self.start + by, self.end + by, self.sense)

    @property
    def rank(self) -> tuple[int, bool, int, Strength]:
        """Of two in one place the longer counts; then the look-alike; then the less inflected."""
        strength = self.sense.strength
        name = len(self.sense.joining.stem)
        return self.end - self.start, strength is Strength.LOOK_ALIKE, name, strength


def senses_by_stem(names: Sequence[Name]) -> dict[str, tuple[Sense, ...]]:
    """Every stem with its senses, the strongest first; equal senses of many languages are one."""
    found: dict[str, dict[Sense, set[str]]] = {}
    for name, folded in _folded(names):
        sense = _sense(name, folded)
        found.setdefault(sense.joining.stem, {}).setdefault(sense, set()).add(name.language)
    return {
        stem: tuple(
            sorted(
                (sense._replace(languages=frozenset(written)) for sense, written in each.items()),
                key=lambda sense: -sense.strength,
            )
        )
        for stem, each in found.items()
    }


def _folded(names: Sequence[Name]) -> Iterator[tuple[Name, str]]:
    """Each name with its fold; folded all at once, for most of the time goes into the calls."""
    folds = fold(_BETWEEN.join(name.text for name in names)).split(_BETWEEN)
    return zip(names, folds, strict=True)


def _sense(name: Name, folded: str) -> Sense:
    letters = [char for char in name.text if char.isalpha()]
    joined = joining(name.text, folded, name.language, free=name.kind in _FREE)
    return Sense(
        name.strength, name.side, name.entity, name.kind, name.since, name.until,
        name.beside_any, joined,
        exact=_exact(name.text, folded) if len(joined.stem) <= _SHORT else "",
        capital=name.capital
        or (name.text[0].isupper() and _minds_capitals(name, len(joined.stem))),
        acronym=len(letters) <= _ACRONYM and name.text.isupper()
        and name.strength is not Strength.LOOK_ALIKE,
        lower=name.lower,
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
