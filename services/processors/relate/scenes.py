"""Scenes: the sentences of an article where the two sides meet, and how they meet there.

A scene is a sentence that names both sides; where none does, the two nearest that name one each.
Of each it is known how close the sides stand, of what kinds their mentions are, which concepts'
words surround them, how many other countries are named beside them, and whether one leads it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate, pairwise

from msgspec import Struct

from services.processors.relate.sentences import containing, extent, headline_starts, starts
from services.processors.sides import Sides
from services.processors.wording import FIELDS, Wording
from shared.records import Mention, Span

MOST_SCENES = 8
"""Scenes examined; an article with more is about the two sides, or a list, anyway."""
LONGEST_AND = 12
"""Code points between the two of a pair, at most."""
FAR = 1_000
"""The gap where the sides stand in different sentences."""

COUNTRY = "countries:"
"""Prefix of the concepts that stand for countries, by ISO code."""
WORD = "relation:"
"""Prefix of the concepts that tell how two sides meet."""
OUTSIDER = "relation:outsider"
LED = 120
"""Code points of a sentence that are looked at for who leads it, at most."""

_CONJUNCTIONS = (
    "و|and|ve|û|u|és|et|und|и|e|y|او|اور|ile|və|ilə|با|به|mit|avec|with|с|ו|en|och|og|i|oraz|și|"
    "та|й|και|և|და|और|dan|va|және|和|与|與|及|と|와|과"
)
_ARTICLES = "the|l|la|le|der|die|das|den|dem|des|il|el|o|a|η|ο|το|τη|την|τον|της|του|de|het"
_LIST = re.compile(r"\s*[,،、;؛]\s*")
_PAIR = re.compile(
    rf"\W{{0,3}}(?:[-‐‑–—/&]|\b(?:{_CONJUNCTIONS})\b(?:\W{{1,3}}(?:{_ARTICLES})\b)?)?\W{{0,3}}"
    r"|\s?و\s?(?:ال)?|\s?ו"
)


Sided = tuple[int, Mention]
Place = tuple[int, ...]
"""The numbers of the sentences of a scene."""


class Scene(Struct, frozen=True):
    """A sentence that names both sides, or two that name one each."""

    spans: tuple[Span, ...]
    place: Place  # 0 is the title, then come the sentences of summary and text
    gap: int  # code points between the closest mentions of opposite sides
    paired: bool  # nothing but a hyphen, a slash or an "and" stands between them
    listed: bool  # nothing but a comma does
    kinds: tuple[frozenset[str], frozenset[str]]  # kinds of the mentions of each side
    words: frozenset[str]  # concepts of `relation.toml` whose words stand here
    others: frozenset[str]  # other countries named here
    named: int = 0  # where it names a side first

    @property
    def countries(self) -> int:
        """How many other countries it names."""
        return len(self.others)


class Meeting(Struct, frozen=True):
    """An article as the features see it: where each side is named, and where both are."""

    sentences: int
    titles: int  # sentences and headlines of the title, the first ones
    named: tuple[Counter[int], Counter[int]]  # sentence → mentions, for each side
    scenes: Sequence[Scene]  # at least one
    together: int  # sentences that name both sides, also those past MOST_SCENES
    lead: frozenset[str]  # concepts of `relation.toml` whose words stand where fields open
    headline_countries: int  # other countries named in the title
    countries: int  # other countries named where fields open or in a scene
    length: int  # code points of all fields
    led: Callable[[Scene], bool] = lambda _: False  # whether another country is named first in it


class Reading:
    """An article under the eyes of one watch: its sentences are numbered over all fields."""

    def __init__(self, wording: Wording, sides: Sides) -> None:
        self.wording = wording
        self.sides = sides
        title, *others = wording.texts
        self.begun = [headline_starts(title), *map(starts, others)]
        self.firsts = dict(zip(FIELDS, accumulate(map(len, self.begun), initial=0), strict=False))
        self.sentences = sum(map(len, self.begun))

    def number(self, mention: Mention) -> int:
        """The number of the sentence that this mention stands in."""
        begun = self.begun[FIELDS.index(mention.field)]
        return self.firsts[mention.field] + containing(begun, mention.start)

    def span(self, number: int) -> Span:
        """The sentence of this number."""
        field = max(range(len(FIELDS)), key=lambda n: (self.firsts[FIELDS[n]] <= number, n))
        first = self.firsts[FIELDS[field]]
        start, end = extent(self.begun[field], number - first, self.wording.texts[field])
        return Span(field=FIELDS[field], start=start, end=end)

    def said(self, span: Span) -> str:
        """The text of a span."""
        return self.wording.texts[FIELDS.index(span.field)][span.start : span.end]

    def others(self, found: Iterable[str]) -> frozenset[str]:
        """The countries that these concepts stand for, but for the sides'."""
        return _under(COUNTRY, found) - self.sides.countries

    def led(self, scene: Scene) -> bool:
        """Whether a scene names another country or an outsider before it names a side."""
        sentence = scene.spans[0]
        end = min(scene.named, sentence.start + LED)
        if end <= sentence.start:
            return False
        before = Span(field=sentence.field, start=sentence.start, end=end)
        [found] = self.wording.counts([self.said(before)])
        return OUTSIDER in found or bool(self.others(found))


def meeting(wording: Wording, mentions: Sequence[Mention], sides: Sides) -> Meeting:
    """How the sides meet in this article. The mentions must name both."""
    reading = Reading(wording, sides)
    named: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
    by_sentence: dict[int, list[Sided]] = {}
    for mention in mentions:
        if (side := sides.of(mention)) is not None:
            number = reading.number(mention)
            named[side][number] += 1
            by_sentence.setdefault(number, []).append((side, mention))
    both = sorted(named[0].keys() & named[1].keys())
    places: list[Place] = [(number,) for number in both[:MOST_SCENES]] or [_nearest(named)]
    scenes = _scenes(reading, places, by_sentence)
    opening = set().union(*wording.opening)
    return Meeting(
        sentences=reading.sentences,
        titles=len(reading.begun[0]),
        named=named,
        scenes=scenes,
        together=len(both),
        lead=_under(WORD, opening),
        headline_countries=len(reading.others(wording.opening[0])),
        countries=len(reading.others(opening).union(*(scene.others for scene in scenes))),
        length=sum(map(len, wording.texts)),
        led=reading.led,
    )


def _nearest(named: tuple[Counter[int], Counter[int]]) -> Place:
    """The two sentences closest to each other of which one names either side."""
    places = sorted((number, side) for side in (0, 1) for number in named[side])
    opposite = ((a, b) for (a, s), (b, t) in pairwise(places) if s != t)
    return min(opposite, key=lambda pair: pair[1] - pair[0])


def _scenes(
    reading: Reading, places: Sequence[Place], by_sentence: Mapping[int, Sequence[Sided]]
) -> list[Scene]:
    spans = [tuple(map(reading.span, place)) for place in places]
    texts = ["\n".join(map(reading.said, own)) for own in spans]
    counts = reading.wording.counts(texts)
    return [
        _scene(reading, place, own, [sided for n in place for sided in by_sentence[n]], found)
        for place, own, found in zip(places, spans, counts, strict=True)
    ]


def _scene(
    reading: Reading,
    place: Place,
    spans: tuple[Span, ...],
    here: Sequence[Sided],
    found: Iterable[str],
) -> Scene:
    between = _between(reading, here) if len(place) == 1 else None
    gap = FAR if between is None else len(between)
    tie = "" if between is None or gap >= LONGEST_AND else between
    listed = bool(_LIST.fullmatch(tie))
    return Scene(
        spans=spans,
        place=place,
        gap=gap,
        paired=gap == 0 or (bool(tie) and not listed and bool(_PAIR.fullmatch(tie))),
        listed=listed,
        kinds=(_kinds(here, 0), _kinds(here, 1)),
        words=_under(WORD, found),
        others=reading.others(found),
        named=here[0][1].start,
    )


def _between(reading: Reading, here: Sequence[Sided]) -> str:
    """What stands between the closest mentions of opposite sides in one sentence."""
    ordered = sorted(here, key=lambda sided: sided[1].start)
    opposite = ((left, right) for (s, left), (t, right) in pairwise(ordered) if s != t)
    first, second = min(opposite, key=lambda pair: pair[1].start - pair[0].end)
    return reading.said(Span(field=first.field, start=first.end, end=second.start))


def _kinds(here: Sequence[Sided], side: int) -> frozenset[str]:
    return frozenset(mention.kind for of, mention in here if of == side)


def _under(prefix: str, found: Iterable[str]) -> frozenset[str]:
    return frozenset(name for concept in found if (name := _after(prefix, concept)))


@cache
def _after(prefix: str, concept: str) -> str:
    """What follows the prefix, if it stands there."""
    return concept.removeprefix(prefix) if concept.startswith(prefix) else ""
