"""The part of a text that tells its language: its letters, cut to a bounded length.

Addresses, mentions of accounts, digits and signs say nothing about the language; they are dropped.
A long text is as sure after its first thousand letters as after a million, so only those are read:
the cost has a ceiling whatever arrives.
"""

import re
from collections import Counter
from unicodedata import name

READ = 4000  # code points looked at
KEPT = 1000  # code points passed on

_ADDRESS = re.compile(
    r"https?://\S{1,2000}|www\.\S{1,2000}|\S{1,200}@\S{1,200}\.\S{1,200}|[@#]\w{1,200}"
)
_NOT_LETTERS = re.compile(r"[\W\d_]+")

_SCRIPTS: dict[str, str] = {}


def letters(text: str) -> str:
    """The words of the text's beginning, with one space between them."""
    return _NOT_LETTERS.sub(" ", _ADDRESS.sub(" ", text[:READ]))[:KEPT].strip()


def scripts(text: str) -> Counter[str]:
    """How many letters of each script the text has, by the first word of their Unicode names."""
    counts: Counter[str] = Counter()
    for letter, times in Counter(text).items():
        if letter not in _SCRIPTS:
            _SCRIPTS[letter] = name(letter, "OTHER ").split(" ", 1)[0] if letter.isalpha() else ""
        if script := _SCRIPTS[letter]:
            counts[script] += times
    return counts
