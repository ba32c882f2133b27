"""Finds, among the articles of a window, those whose wording resembles a new one's."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct

from services.processors.gather.buckets import Buckets
from services.processors.gather.minhash import bands, estimates
from services.processors.gather.signatures import Signatures
from services.processors.gather.sketch import (
    COPY,
    EXCERPT,
    LINK,
    MIN_SAMPLES,
    Sketch,
    containment,
    one_item,
    other_figures,
    resemblance,
)

_LOOK_AT = 48
"""How many candidates are verified; those that share most keys first."""
_SHARED_SAMPLES = 3
_EXCERPTS_SHARE = EXCERPT * MIN_SAMPLES
"""An excerpt shares more samples than this, however short it is."""
_SAME_TITLE = 0.9


class Likeness(Struct, frozen=True, gc=False):
    """How the wording of a known article resembles a new one's."""

    key: str
    similarity: float
    copy: bool  # else a link: too alike for chance, too different for one text


class _Known(Struct, frozen=True, gc=False):
    key: str
    sketch: Sketch
    order: int  # of arrival


class Wordings:
    """The sketches of the articles in the window, by what they could be found by."""

    def __init__(self) -> None:
        """Empty."""
        self._places: dict[str, int] = {}
        self._known: dict[int, _Known] = {}
        self._signatures = Signatures()
        self._bands = Buckets()
        self._samples = Buckets()
        self._titles = Buckets()
        self._arrived = 0

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def add(self, key: str, sketch: Sketch) -> None:
        """Remember an article; what was remembered under this key is forgotten."""
        self.remove(key)
        self._arrived += 1
        place = self._places[key] = self._signatures.put(sketch.signature)
        self._known[place] = _Known(key, sketch, self._arrived)
        self._bands.add(_bands(sketch), place)
        self._samples.add(sketch.samples, place)
        self._titles.add(_title(sketch), place)

    def remove(self, key: str) -> None:
        """Forget an article, if it is known."""
        place = self._places.pop(key, None)
        if place is not None:
            sketch = self._known.pop(place).sketch
            self._signatures.drop(place)
            self._bands.remove(_bands(sketch), place)
            self._samples.remove(sketch.samples, place)
            self._titles.remove(_title(sketch), place)

    def find(self, sketch: Sketch) -> list[Likeness]:
        """The known articles that resemble this one: copies before links, the most alike first.

        Of those alike to the same degree the one that shares most keys, then the earliest.
        """
        sampled = Counter(self._samples.find(sketch.samples))
        shared = {place: often for place, often in sampled.items() if often >= _SHARED_SAMPLES}
        titled = set(self._titles.find(_title(sketch)))
        votes = self._votes(sketch, shared, titled)
        found = []
        for place, similarity, copy in self._alike(sketch, _most(votes), shared, titled):
            known = self._known[place]
            if similarity >= LINK and not other_figures(sketch, known.sketch):
                rank = (not copy, -round(similarity, 4), -votes[place], known.order)
                found.append((rank, known.key))
        return [Likeness(key, -rank[1], not rank[0]) for rank, key in sorted(found)]

    def _alike(
        self, sketch: Sketch, places: Sequence[int], shared: Mapping[int, int], titled: set[int]
    ) -> Iterator[tuple[int, float, bool]]:
        """Those that may be alike, how much, and if as copies: the others need no comparing."""
        estimated = estimates(sketch.signature, self._signatures.of(places)) if places else []
        for place, estimate in zip(places, estimated, strict=True):
            often, known = shared.get(place, 0), self._known[place].sketch
            value = estimate if known.short == sketch.short else resemblance(sketch, known)
            if value >= LINK or place in titled or often >= _EXCERPTS_SHARE:
                yield place, *_compared(sketch, known, value, often)

    def _votes(
        self, sketch: Sketch, shared: Mapping[int, int], titled: Iterable[int]
    ) -> dict[int, int]:
        """How many keys candidates share with this one; an equal title counts like all samples."""
        votes = Counter(shared)
        votes.update(self._bands.find(_bands(sketch)))
        for place in titled:
            votes[place] += len(sketch.samples)
        return votes


def _compared(new: Sketch, known: Sketch, estimated: float, shared: int) -> tuple[float, bool]:
    """By wording; by title; an excerpt by what it holds."""
    both_short = new.short and known.short
    similarity = estimated
    copy = one_item(new, known, estimated) if both_short else estimated >= COPY
    excerpt = containment(known, new, shared)
    if excerpt >= EXCERPT:
        similarity, copy = max(similarity, excerpt), True
    if known.title == new.title != 0:
        similarity, copy = max(similarity, _SAME_TITLE), True
    return similarity, copy


def _most(votes: Mapping[int, int]) -> list[int]:
    """Those with most votes, as many as are looked at."""
    if len(votes) <= _LOOK_AT:
        return list(votes)
    return sorted(votes, key=votes.__getitem__, reverse=True)[:_LOOK_AT]


@lru_cache(maxsize=4)
def _bands(sketch: Sketch) -> list[int]:
    """Asked for twice, to find and to add. Short texts meet longer ones by words."""
    if sketch.runs:
        return bands(sketch.signature) + bands(sketch.by_words)
    return bands(sketch.signature)


def _title(sketch: Sketch) -> tuple[int, ...]:
    return (sketch.title,) if sketch.title else ()
