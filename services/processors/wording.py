"""An article's wording: which concepts' words stand in it, read once for all who ask."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from services.processors.concepts import Concepts
from shared.records import Field

FIELDS: tuple[Field, ...] = ("title", "summary", "text")
OPENING = 400
"""Code points at the start of each field: news says there what it is about."""


class Wording:
    """The text of an article with the concepts that its words stand for."""

    def __init__(self, fields: Mapping[Field, str], language: str, concepts: Concepts) -> None:
        """Reads nothing yet."""
        self.texts = tuple(fields.get(name, "") for name in FIELDS)
        self._language = language
        self._concepts = concepts

    @cached_property
    def opening(self) -> Sequence[Counter[str]]:
        """The concepts at the start of each field, in the order of FIELDS, with their hits."""
        return self.counts([text[:OPENING] for text in self.texts])

    def counts(self, texts: Sequence[str]) -> Sequence[Counter[str]]:
        """The concepts in each of these passages, with their hits."""
        return self._concepts.counts(texts, self._language) if texts else ()
