"""topics: what an article is about, at most three, the strongest first.

Each topic is a sum over concepts (`deploy/config/topics.toml`): weight times how often the
concept's words stand in the title (counted several times over), the summary and the lead.
"""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from services.processors.concepts import Concepts
from shared.config import read_toml
from shared.records import Field

MOST = 3
LEAD = 400
"""Code points of each field that are read: news says in its lead what it is about, and more told no better."""


class TopicRules(BaseModel):
    """`topics.toml`: how much each concept says for each topic, and how much is enough."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enough: float = 2.0
    share: float = 0.4  # of the strongest topic's sum, for a second and a third
    often: int = 3  # a concept counts at most this often in one field
    fields: dict[Field, float]  # how many times over a word counts, by field
    topics: dict[str, dict[str, float]]  # topic → concept → weight


class Topics:
    """topics, with its words and weights."""

    def __init__(self, concepts: Concepts, rules: TopicRules) -> None:
        self._concepts = concepts
        self._rules = rules
        self._says: dict[str, list[tuple[str, float]]] = {}
        for topic, weights in rules.topics.items():
            for concept, weight in weights.items():
                self._says.setdefault(concept, []).append((topic, weight))

    @classmethod
    def load(cls, concepts: Concepts, file: Path) -> "Topics":
        """With the weights in this file. Raises ConfigError."""
        return cls(concepts, read_toml(file, TopicRules))

    def of(self, fields: Mapping[Field, str], language: str) -> tuple[str, ...]:
        """The topics of this article; ties keep the order of the file."""
        sums = dict.fromkeys(self._rules.topics, 0.0)
        texts = [fields.get(field, "")[:LEAD] for field in self._rules.fields]
        counts = self._concepts.counts(texts, language)
        for times, counted in zip(self._rules.fields.values(), counts, strict=True):
            for concept, count in counted.items():
                for topic, weight in self._says.get(concept, ()):
                    sums[topic] += weight * times * min(count, self._rules.often)
        floor = max(self._rules.enough, self._rules.share * max(sums.values(), default=0.0))
        strongest = sorted(sums, key=lambda topic: -sums[topic])[:MOST]
        return tuple(topic for topic in strongest if sums[topic] >= floor)
