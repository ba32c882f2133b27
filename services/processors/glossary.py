"""One language's words, and the concepts they stand for in a text.

    split at white space ▸ what was not met before: fold, look up, remember ▸ words, then phrases

News repeats its words, so most of a text costs a look-up in a dictionary. A phrase is looked for
where its first word stands.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from shared.text import fold

LONGEST_PREFIX = 4
_ZWNJ = "\u200c"
REMEMBERED = 1 << 13
"""Pieces remembered in a language, at most; then it begins anew."""
_BETWEEN = "\x01"
"""Parts pieces that are folded at once, which is cheaper than one by one; folding keeps it."""
_WORD = re.compile(r"[^\W_]+")
_KANA, _LAST_HAN = "\u3041", "\u9fff"
"""From here to there all letters are kana or Han characters."""

Patterns = dict[str, set[tuple[str, bool]]]
"""Folded word or phrase → the concepts it stands for, each with whether any ending may follow."""


class _Phrase(NamedTuple):
    text: str
    whole: Sequence[str]  # the concepts where the word ends with it
    begun: Sequence[str]  # and where the word goes on

    def says(self, behind: str) -> Sequence[str]:
        """Its concepts where this stands behind it."""
        return self.begun if behind[:1].isalnum() else self.whole


class _Told(NamedTuple):
    """What a piece of text says: concepts, and phrases that it opens, each with its rest."""

    concepts: Sequence[str]
    phrases: Sequence[tuple[str, _Phrase]]
    follow: tuple[str, ...]  # what the next piece begins with where one of them goes on
    reach: int  # further pieces that the longest of them reaches over


class Glossary:
    """Words and phrases with their concepts. Remembers pieces of text that it has met."""

    def __init__(self, patterns: Patterns, particles: frozenset[str]) -> None:
        self._particles = particles
        listed = [_Phrase(text, *_by_ending(concepts)) for text, concepts in patterns.items()]
        self._words = [word for word in listed if word.text.isalnum()]
        self._search = AhoCorasick(
            [word.text for word in self._words], implementation=Implementation.ContiguousNFA
        )
        self._phrases: dict[str, list[_Phrase]] = {}
        for phrase in listed:
            if not phrase.text.isalnum() and (first := _WORD.match(phrase.text)):
                self._phrases.setdefault(first[0], []).append(phrase)
        self._forget()

    def _forget(self) -> None:
        self._folds: dict[str, str] = {}
        self._told: dict[str, _Told | None] = {}

    def counts(self, texts: Iterable[str]) -> list[Counter[str]]:
        """How often words of each concept stand in each of these texts."""
        split = [text.split() for text in texts]
        try:
            return [Counter(self._said(pieces)) for pieces in split]
        except KeyError:
            self._meet(split)
            return [Counter(self._said(pieces)) for pieces in split]

    @property
    def remembered(self) -> int:
        """How many pieces of text it remembers."""
        return len(self._told)

    def _meet(self, split: Iterable[Sequence[str]]) -> None:
        """Remember the fold of each of these pieces, and what those say that say something."""
        if len(self._told) > REMEMBERED:
            self._forget()
        new = [*set(chain.from_iterable(split)).difference(self._told)]
        for piece, folded in zip(new, folded_each(new), strict=True):
            self._folds[piece] = folded
            self._told[piece] = self._read(folded)

    def _said(self, pieces: Sequence[str]) -> list[str]:
        """The concepts of these pieces, one after the other. KeyError where one was not met."""
        found: list[str] = []
        folds, last = self._folds, len(pieces)
        for place, told in enumerate(map(self._told.__getitem__, pieces), 1):
            if told:
                concepts, phrases, follow, reach = told
                found += concepts
                if phrases and place < last and folds[pieces[place]].startswith(follow):
                    found += self._in_phrases(phrases, pieces[place : place + reach])
        return found

    def _in_phrases(
        self, phrases: Sequence[tuple[str, _Phrase]], behind: Sequence[str]
    ) -> Iterator[str]:
        """The concepts of those phrases that go on in the pieces behind."""
        said = " ".join(["", *map(self._folds.__getitem__, behind)])
        for rest, phrase in phrases:
            if said.startswith(rest):
                yield from phrase.says(said[len(rest) :])

    def _read(self, folded: str) -> _Told | None:
        concepts = [*self._concepts(folded)]
        phrases: list[tuple[str, _Phrase]] = []
        for phrase, here in self._beginning(folded):
            if here.startswith(phrase.text):
                concepts += phrase.says(here.removeprefix(phrase.text))
            elif phrase.text.startswith(f"{here} "):
                phrases.append((phrase.text.removeprefix(here), phrase))
        follow = tuple({rest.split(" ", 2)[1] for rest, _ in phrases})
        reach = max((rest.count(" ") for rest, _ in phrases), default=0)
        return _Told(concepts, phrases, follow, reach) if concepts or phrases else None

    def _concepts(self, folded: str) -> Iterator[str]:
        """Those of its words. One must start where a word starts, or behind a particle."""
        padded = f" {folded} "
        for index, start, end in self._search.find_matches_as_indexes(padded, overlapping=True):
            if not _goes_on(padded, start) or self._behind_particle(padded, start):
                word = self._words[index]
                yield from word.begun if _goes_on(padded, end) else word.whole

    def _behind_particle(self, padded: str, start: int) -> bool:
        for begin in range(start - 1, max(0, start - LONGEST_PREFIX - 1), -1):
            if not padded[begin - 1].isalnum():
                return padded[begin:start] in self._particles
        return False

    def _beginning(self, folded: str) -> Iterator[tuple[_Phrase, str]]:
        """The phrases of which it has the first word, each with what stands from there on."""
        for word in _WORD.finditer(folded):
            for skipped in range(min(LONGEST_PREFIX, len(word[0]) - 1) + 1):
                if not skipped or word[0][:skipped] in self._particles:
                    for phrase in self._phrases.get(word[0][skipped:], ()):
                        yield phrase, folded[word.start() + skipped :]


def _goes_on(text: str, place: int) -> bool:
    """Whether a word goes on over this place. Chinese and Japanese put no space between words."""
    before, behind = text[place - 1], text[place]
    return before.isalnum() and behind.isalnum() and not (_unspaced(before) or _unspaced(behind))


def _unspaced(letter: str) -> bool:
    return _KANA <= letter <= _LAST_HAN


def folded_each(pieces: Iterable[str]) -> list[str]:
    """Each of these folded, with a space for each ZWNJ: Persian is written with either."""
    cleared = [piece.replace(_BETWEEN, " ") for piece in pieces]
    said = fold(_BETWEEN.join(cleared)).replace(_ZWNJ, " ")
    return [piece.strip() for piece in said.split(_BETWEEN)] if cleared else []


def _by_ending(patterns: Iterable[tuple[str, bool]]) -> tuple[list[str], list[str]]:
    """The concepts of a word that ends here, and of one that goes on."""
    whole = sorted({concept for concept, _ in patterns})
    return whole, sorted(concept for concept, open_ended in patterns if open_ended)
