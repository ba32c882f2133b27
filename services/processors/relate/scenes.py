"""Scenes: the sentences of an article where the two sides meet, and how they meet there.

A scene is a sentence that names both sides; where none does, the two nearest that name one each.
Of each it is known how close the sides stand, of what kinds their mentions are, which concepts'
words surround them, and how many other countries are named beside them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.processors.concepts import Concepts
from services.processors.relate.sentences import Sentence, containing, sentences
from services.processors.sides import Sides
from shared.records import Field, Mention

FIELDS: tuple[Field, ...] = ("title", "summary", "text")
MOST_SCENES = 12
"""Scenes examined; an article with more is about the two sides, or a list, anyway."""
MOST_MENTIONS = 2_000
"""Mentions examined; keeps the work on a text that repeats one name a million times bounded."""

LONGEST_AND = 12
"""Code points between the two of a pair, at most."""

FAR = 1_000
"""The gap where the sides stand in different sentences."""
LEAD = 2
"""The title and the first sentence."""

COUNTRY = "countries:"
"""Prefix of the concepts that stand for countries, by ISO code."""
WORD = "relation:"
"""Prefix of the concepts that tell how two sides meet."""

_AND = "و|and|ve|û|u|és|et|und|и|e|y|او|اور|ile|və|ilə|با|به|mit|avec|with|с|ו"
_PAIR = re.compile(rf"\W{{0,3}}(?:[-‐‑–—/&]|\b(?:{_AND})\b)?\W{{0,3}}|\s?و\s?(?:ال)?|\s?ו")


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence that names both sides, or two that name one each."""

    sentences: tuple[Sentence, ...]
    reach: int  # sentences from the first to the last: 0 where it is one
    order: int  # of the first sentence: 0 is the title, then come summary and text
    gap: int  # code points between the closest mentions of opposite sides
    paired: bool  # nothing but a hyphen, a slash or an "and" stands between them
    kinds: tuple[frozenset[str], frozenset[str]]  # kinds of the mentions of each side
    words: frozenset[str]  # concepts of `relation.toml` whose words stand here
    countries: int  # other countries named here


@dataclass(frozen=True, slots=True)
class Meeting:
    """An article as the features see it: where each side is named, and where both are."""

    sentences: Sequence[Sentence]
    named: tuple[Counter[int], Counter[int]]  # sentence → mentions, for each side
    scenes: Sequence[Scene]  # at least one
    together: int  # sentences that name both sides, also those past MOST_SCENES
    lead: frozenset[str]  # concepts of `relation.toml` whose words stand in title or first sentence
    length: int  # code points of all fields


@dataclass(frozen=True, slots=True)
class Reading:
    """An article under the eyes of one watch."""

    fields: Mapping[Field, str]
    sides: Sides
    concepts: Concepts
    language: str


Sided = tuple[int, Mention]
Place = tuple[int, ...]
"""The numbers of the sentences of a scene."""


def meeting(reading: Reading, mentions: Sequence[Mention]) -> Meeting | None:
    """How the sides meet in this article; None where one of them is not named at all."""
    sided = [
        (side, mention)
        for mention in mentions[:MOST_MENTIONS]
        if (side := reading.sides.of(mention)) is not None
    ]
    if len({side for side, _ in sided}) < len(("first", "second")):
        return None
    found, by_sentence = _placed(reading.fields, sided)
    named: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
    for number, here in by_sentence.items():
        for side, _ in here:
            named[side][number] += 1
    both = sorted(named[0].keys() & named[1].keys())
    places: list[Place] = [(number,) for number in both[:MOST_SCENES]] or [_nearest(named)]
    lead, *words = _words(reading, found, [tuple(range(min(LEAD, len(found)))), *places])
    return Meeting(
        sentences=found,
        named=named,
        scenes=[
            _scene(reading, place, found, _flat(by_sentence, place), concepts)
            for place, concepts in zip(places, words, strict=True)
        ],
        together=len(both),
        lead=_under(WORD, lead),
        length=sum(map(len, reading.fields.values())),
    )


def _nearest(named: tuple[Counter[int], Counter[int]]) -> Place:
    """The two sentences closest to each other of which one names either side."""
    places = sorted((number, side) for side in (0, 1) for number in named[side])
    opposite = ((a, b) for (a, s), (b, t) in pairwise(places) if s != t)
    return min(opposite, key=lambda pair: pair[1] - pair[0])


def _placed(
    fields: Mapping[Field, str], sided: Sequence[Sided]
) -> tuple[list[Sentence], dict[int, list[Sided]]]:
    """All sentences, and the mentions of each."""
    found: list[Sentence] = []
    by_sentence: dict[int, list[Sided]] = {}
    for field in FIELDS:
        own = sentences(field, fields.get(field, ""))
        for side, mention in sided:
            if mention.field == field:
                number = len(found) + containing(own, mention.start)
                by_sentence.setdefault(number, []).append((side, mention))
        found += own
    return found, by_sentence


def _flat(by_sentence: Mapping[int, Sequence[Sided]], place: Place) -> list[Sided]:
    return [sided for number in place for sided in by_sentence[number]]


def _scene(
    reading: Reading,
    place: Place,
    found: Sequence[Sentence],
    here: Sequence[Sided],
    concepts: Iterable[str],
) -> Scene:
    between = _between(reading, here) if len(place) == 1 else None
    return Scene(
        sentences=tuple(found[number] for number in place),
        reach=place[-1] - place[0],
        order=place[0],
        gap=FAR if between is None else len(between),
        paired=between is not None
        and len(between) < LONGEST_AND
        and bool(_PAIR.fullmatch(between)),
        kinds=(_kinds(here, 0), _kinds(here, 1)),
        words=_under(WORD, concepts),
        countries=len(_under(COUNTRY, concepts) - reading.sides.countries),
    )


def _words(
    reading: Reading, found: Sequence[Sentence], places: Sequence[Place]
) -> Sequence[Iterable[str]]:
    """Of each place, the concepts whose words stand there."""
    texts = [
        "\n".join(reading.fields[s.field][s.start : s.end] for s in (found[n] for n in place))
        for place in places
    ]
    return reading.concepts.counts(texts, reading.language)


def _between(reading: Reading, here: Sequence[Sided]) -> str:
    """What stands between the closest mentions of opposite sides in one sentence."""
    ordered = sorted(here, key=lambda sided: sided[1].start)
    opposite = ((left, right) for (s, left), (t, right) in pairwise(ordered) if s != t)
    first, second = min(opposite, key=lambda pair: pair[1].start - pair[0].end)
    return reading.fields[first.field][first.end : second.start]


def _kinds(here: Sequence[Sided], side: int) -> frozenset[str]:
    return frozenset(mention.kind for of, mention in here if of == side)


def _under(prefix: str, found: Iterable[str]) -> frozenset[str]:
    return frozenset(c.removeprefix(prefix) for c in found if c.startswith(prefix))
