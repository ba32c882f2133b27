"""What each word tells, remembered: news repeats its words, and a look-up is all they cost then.

A word's summed weights are the lanes of one long integer, so that a text's are added by the sum
of its words' integers: a tenth of the time that arrays of so few numbers take.

Words not met before are read together, a script at a time. At most REMEMBERED words are kept, of
at most `fold.LONGEST` letters: some 30 MB; then all are forgotten and it begins anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from struct import Struct
from typing import NamedTuple

import numpy as np

from services.processors.detect.model import FOREIGN, LOWER, TELLING, Weights, weights
from services.processors.detect.scripts import script_of

REMEMBERED = 1 << 16
_LANE = "I"  # four bytes
_ZERO = 1 << 17
"""What stands for 0 in a word's lane of a language: more than any word's sum is below 0, and so
little that the lanes of all words of a text do not run over."""


class Word(NamedTuple):
    """What one word tells by itself."""

    script: str
    letters: int
    lanes: int  # a lane a language, one a letter of TELLING, one for the number of its features


class Sums(NamedTuple):
    """The lanes of several words of one script, added."""

    by_language: Sequence[int]  # each more than it is, by the same
    telling: Sequence[int]  # how often each letter of TELLING stands there
    features: int


class Memory:
    """The words met so far. Safe to share between threads."""

    def __init__(self, models: Mapping[str, Weights]) -> None:
        """Empty."""
        self._models = models
        self._known: dict[str, Word] = {}

    def told(self, words: Sequence[str]) -> list[Word]:
        """What these words tell; those not met before are read at once."""
        known = self._known
        try:
            return [known[word] for word in words]
        except KeyError:
            known = self._met(words)
            return [known[word] for word in words]

    def _met(self, words: Iterable[str]) -> dict[str, Word]:
        known, words = self._known, dict.fromkeys(words)
        new = [word for word in words if word not in known]
        if len(known) + len(new) > REMEMBERED:
            known, new = {}, list(words)
        known.update(zip(new, read(new, self._models), strict=True))
        self._known = known
        return known


@cache
def memory() -> Memory:
    """The process's own."""
    return Memory(weights())


def read(words: Sequence[str], models: Mapping[str, Weights]) -> Iterator[Word]:
    """What these words tell, one after the other; they are read a script at a time."""
    scripts = list(map(script_of, words))
    by_script: defaultdict[str, list[str]] = defaultdict(list)
    for word, script in zip(words, scripts, strict=True):
        by_script[script].append(word)
    lanes = {
        script: _lanes(of_it, models[script], TELLING.get(script, {}))
        for script, of_it in by_script.items()
        if script in models
    }
    return (
        Word(script, len(word), next(lanes[script]) if script in lanes else 0)
        for word, script in zip(words, scripts, strict=True)
    )


def _lanes(words: Sequence[str], model: Weights, telling: Iterable[str]) -> Iterator[int]:
    lower = [word.lower() for word in words]
    cased = [low != word for low, word in zip(lower, words, strict=True)]
    sums, counts = model.sums(lower)
    weight = np.where(cased, 1, LOWER)
    stands = [np.array(_stands(letter, lower, cased)) for letter in telling]
    columns = [sums * weight[:, None] + _ZERO, *stands, counts * weight]
    data = np.column_stack(columns).astype("<u4").tobytes()
    wide = len(data) // len(words)
    return (int.from_bytes(data[at : at + wide], "little") for at in range(0, len(data), wide))


def _stands(letter: str, lower: Sequence[str], cased: Sequence[bool]) -> list[bool]:
    """Whether the letter tells anything in each word."""
    if letter in FOREIGN:
        return [letter in low and not named for low, named in zip(lower, cased, strict=True)]
    return [letter in low for low in lower]


def added(words: Sequence[int], languages: int, telling: int) -> Sums:
    """The sums of these words' lanes: at least one, all of one script, no more than a text has."""
    shape = _lanes_of(languages + telling + 1)
    lanes = shape.unpack(sum(words).to_bytes(shape.size, "little"))
    return Sums(lanes[:languages], lanes[languages:-1], lanes[-1])


@cache
def _lanes_of(wide: int) -> Struct:
    return Struct("<" + _LANE * wide)
