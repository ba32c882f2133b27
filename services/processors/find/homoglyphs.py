"""Words with letters of another alphabet that look the same: "Ирaн" with a Latin a.

Typed on a keyboard of the other alphabet, or by somebody who would not be found. A word of two
alphabets is written in one of them, if all its letters of the other have a twin there.
"""

import re

_TWINS = "AaBEeHIiJjKkMOoPpCcTXxYySs", "АаВЕеНІіЈјКкМОоРрСсТХхУуЅѕ"
ALIKE = "авекмнорстху"
"""The Cyrillic ones, folded, but those that few languages have."""
_WORD = re.compile("[A-Za-z\u00c0-\u024f\u0300-\u036f\u0400-\u052f]+")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_CYRILLIC = re.compile("[\u0400-\u052f]")


def unmixed(text: str) -> str:
    """The same text, as long, with each word in one alphabet where that can be."""
    return _WORD.sub(_in_one, text)


def _in_one(word: re.Match[str]) -> str:
    """In the alphabet that asks for the fewest changes, Latin where it is the same."""
    letters = word[0]
    latin, cyrillic = _LATIN.findall(letters), _CYRILLIC.findall(letters)
    ways = [(cyrillic, _TO_LATIN), (latin, _TO_CYRILLIC)]
    possible = [(away, twins) for away, twins in ways if twins.keys() >= {*map(ord, away)}]
    if not (latin and cyrillic and possible):
        return letters
    return letters.translate(min(possible, key=lambda way: len(way[0]))[1])


_TO_CYRILLIC, _TO_LATIN = str.maketrans(*_TWINS), str.maketrans(*reversed(_TWINS))
