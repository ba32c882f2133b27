"""Finds, among the articles of a window, those whose wording resembles a new one's."""

from collections import Counter
from functools import lru_cache
from heapq import nlargest

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
)

_LOOK_AT = 48
"""How many candidates are verified; those that share most keys first."""
_SHARED_SAMPLES = 3
_EXCERPTS_SHARE = EXCERPT * MIN_SAMPLES
"""An excerpt shares more samples than this, however short it is."""
_SAME_TITLE = 0.9


class Likeness(Struct, frozen=True):
    """How the wording of a known article resembles a new one's."""

    key: str
    similarity: float
    copy: bool  # else a link: too alike for chance, too different for one text


class Wordings:
    """The sketches of the articles in the window, by what they could be found by."""

    def __init__(self) -> None:
        self._sketches: dict[str, Sketch] = {}
        self._signatures = Signatures()
        self._bands = Buckets()
        self._samples = Buckets()
        self._titles = Buckets()

    def __len__(self) -> int:
        return len(self._sketches)

    def __contains__(self, key: str) -> bool:
        return key in self._sketches

    def add(self, key: str, sketch: Sketch) -> None:
        """Remember an article; what was remembered under this key is forgotten."""
        self.remove(key)
        self._sketches[key] = sketch
        self._signatures.put(key, sketch.signature)
        self._bands.add(_bands(sketch), key)
        self._samples.add(sketch.samples, key)
        self._titles.add(_title(sketch), key)

    def remove(self, key: str) -> None:
        """Forget an article, if it is known."""
        if sketch := self._sketches.pop(key, None):
            self._signatures.drop(key)
            self._bands.remove(_bands(sketch), key)
            self._samples.remove(sketch.samples, key)
            self._titles.remove(_title(sketch), key)

    def find(self, sketch: Sketch) -> list[Likeness]:
        """The known articles that resemble this one, the most alike first."""
        votes = Counter(self._bands.find(_bands(sketch)))
        shared = Counter(self._samples.find(sketch.samples))
        votes.update({key: n for key, n in shared.items() if n >= _SHARED_SAMPLES})
        votes.update(dict.fromkeys(self._titles.find(_title(sketch)), len(sketch.samples)))
        keys = nlargest(_LOOK_AT, votes, key=votes.__getitem__)
        if not keys:
            return []
        found = zip(keys, estimates(sketch.signature, self._signatures.of(keys)), strict=True)
        alike = [
            self._compare(key, sketch, value, shared[key])
            for key, value in found
            if value >= LINK or shared[key] >= _EXCERPTS_SHARE or self._titled(key, sketch)
        ]
        likely = [one for one in alike if one.similarity >= LINK]
        return sorted(likely, key=lambda one: (not one.copy, -one.similarity))

    def _titled(self, key: str, sketch: Sketch) -> bool:
        return bool(sketch.title) and self._sketches[key].title == sketch.title

    def _compare(self, key: str, sketch: Sketch, estimated: float, shared: int) -> Likeness:
        known = self._sketches[key]
        similarity = estimated if known.short == sketch.short else 0.0
        excerpt = containment(known, sketch, shared)
        if excerpt >= EXCERPT:
            similarity = max(similarity, excerpt)
        if self._titled(key, sketch):
            similarity = max(similarity, _SAME_TITLE)
        return Likeness(key, round(similarity, 4), similarity >= COPY)


@lru_cache(maxsize=4)
def _bands(sketch: Sketch) -> list[int]:
    """Asked for twice for each article: to find and to add."""
    return bands(sketch.signature)


def _title(sketch: Sketch) -> tuple[int, ...]:
    return (sketch.title,) if sketch.title else ()
