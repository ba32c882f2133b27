"""What gather knows of an article: everything scores and stories are made of, and no more.

These records live in the stories' table as MessagePack, a few kilobytes an article.
"""

from datetime import datetime, timedelta

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from services.processors.gather.centre import centred
from services.processors.gather.sketch import Sketch
from shared.records import Count, Level, Quote, StoryArticle

Vector = NDArray[np.float32]
DIMENSIONS = 384
FORMER_DIMENSIONS = 512
"""Of the model before; what it said is nothing to this one."""

LATE = timedelta(days=3)
"""An article first seen this long after it was published is history, not news."""


class Signals(Struct, frozen=True, kw_only=True):
    """One revision of one article, read.

    `vector` is 384 x int8, what the model says times 127; empty for a copy, which nobody compares.
    """

    told: StoryArticle
    sketch: Sketch
    vector: bytes = b""
    entities: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    title_numbers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    title_concepts: tuple[str, ...] = ()
    title_stems: tuple[str, ...] = ()  # beginnings of the title's longer words
    stems: tuple[str, ...] = ()  # the same of the lead
    persons: tuple[str, ...] = ()  # those of the entities that are people
    named: tuple[str, ...] = ()  # entities; those that only stand for a side, as that side
    topics: tuple[str, ...] = ()
    level: Level = Level.NONE
    quote: Quote | None = None
    essence: str = ""  # hash of the content without counters and clocks
    withdrawn: bool = False  # the article says of itself that it has been taken back
    length: Count = 0  # words of title, summary and text

    @property
    def key(self) -> str:
        """The article's id."""
        return self.told.id

    @property
    def at(self) -> datetime:
        """When it became known: published, unless that lies after we saw it."""
        return min(self.told.published, self.told.first_seen)

    @property
    def embedding(self) -> Vector:
        """The embedding without its language's mean, unit length; zeros if there is none."""
        if not self.vector:
            return np.zeros(DIMENSIONS, np.float32)
        vector = np.frombuffer(self.vector, np.int8).astype(np.float32) / np.float32(127)
        return centred(vector, self.told.language)


def is_of_former_model(signals: Signals) -> bool:
    """Whether another model embedded the article, before an upgrade."""
    return len(signals.vector) == FORMER_DIMENSIONS


def packed(vector: Vector) -> bytes:
    """A unit vector as int8: what is compared live is exactly what a recovery restores."""
    scaled = vector / max(float(np.linalg.norm(vector)), 1e-9) * 127
    return bytes(np.rint(scaled).clip(-127, 127).astype(np.int8))


def is_late(signals: Signals) -> bool:
    """Whether an article reached us so late that it must not open news."""
    return signals.told.first_seen - signals.told.published > LATE


def later(known: Signals, revision: Signals) -> Signals:
    """A revision's signals, its place in the story kept."""
    told = replace(
        revision.told,
        role=known.told.role,
        similarity=known.told.similarity,
        revisions=known.told.revisions + 1,
    )
    return replace(revision, told=told)
