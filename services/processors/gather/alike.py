"""Finds, among the articles of a window, those whose wording resembles a new one's."""

from collections import Counter
from itertools import islice

from msgspec import Struct

from services.processors.gather.buckets import Buckets
from services.processors.gather.minhash import bands
from services.processors.gather.sketch import (
    COPY,
    EXCERPT,
    LINK,
    Sketch,
    containment,
    resemblance,
)

_LOOK_AT = 48
"""How many candidates are verified; those that share most keys first."""
_SHARED_SAMPLES = 3
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
        self._bands.add(bands(sketch.signature), key)
        self._samples.add(sketch.samples, key)
        self._titles.add(_title(sketch), key)

    def remove(self, key: str) -> None:
        """Forget an article, if it is known."""
        if sketch := self._sketches.pop(key, None):
            self._bands.remove(bands(sketch.signature), key)
            self._samples.remove(sketch.samples, key)
            self._titles.remove(_title(sketch), key)

    def forget_oldest(self, keep: int) -> None:
        """Forget from the oldest on until `keep` are left."""
        for key in list(islice(self._sketches, max(0, len(self) - keep))):
            self.remove(key)

    def find(self, sketch: Sketch) -> list[Likeness]:
        """The known articles that resemble this one, the most alike first."""
        found = [self._compare(key, sketch) for key in self._candidates(sketch)]
        alike = [likeness for likeness in found if likeness.similarity >= LINK]
        return sorted(alike, key=lambda one: (not one.copy, -one.similarity))

    def _candidates(self, sketch: Sketch) -> list[str]:
        votes = Counter(self._bands.find(bands(sketch.signature)))
        shared = Counter(self._samples.find(sketch.samples))
        votes.update({key: n for key, n in shared.items() if n >= _SHARED_SAMPLES})
        votes.update(dict.fromkeys(self._titles.find(_title(sketch)), len(sketch.samples)))
        return [key for key, _ in votes.most_common(_LOOK_AT)]

    def _compare(self, key: str, sketch: Sketch) -> Likeness:
        known = self._sketches[key]
        similarity = resemblance(known, sketch)
        excerpt = containment(known, sketch)
        same_title = bool(sketch.title) and sketch.title == known.title
        if excerpt >= EXCERPT:
            similarity = max(similarity, excerpt)
        if same_title:
            similarity = max(similarity, _SAME_TITLE)
        return Likeness(key, round(similarity, 4), similarity >= COPY)


def _title(sketch: Sketch) -> tuple[int, ...]:
    return (sketch.title,) if sketch.title else ()
