"""topics: what an article is about, at most three, the strongest first.

Each topic is a sum over concepts (`deploy/config/topics.toml`): weight times how often the
concept's words stand in the title (counted several times over) and where summary and text open.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Schema

from services.processors.wording import FIELDS, Wording
from shared.config import read_toml
from shared.records import Field

MOST = 3


class TopicRules(BaseModel):
    """`topics.toml`: how much each concept says for each topic, and how much is enough."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    enough: float = 2.0
    share: float = 0.4  # of the strongest topic's sum, for a second and a third
    often: int = 3  # a concept counts at most this often in one field
    fields: dict[Field, float]  # how many times over a word counts, by field
    topics: dict[str, dict[str, float]] = Schema(min_length=1)  # topic → concept → weight


class Topics:
    """topics, with its weights."""

    def __init__(self, rules: TopicRules) -> None:
        self._rules = rules
        self._times = [rules.fields[field] for field in FIELDS]
        self._says: dict[str, list[tuple[str, float]]] = {}
        for topic, weights in rules.topics.items():
            for concept, weight in weights.items():
                self._says.setdefault(concept, []).append((topic, weight))

    @classmethod
    def load(cls, file: Path) -> "Topics":
        """With the weights in this file. Raises ConfigError."""
        return cls(read_toml(file, TopicRules))

    def of(self, wording: Wording) -> tuple[str, ...]:
        """The topics of this article; ties keep the order of the file."""
        sums = dict.fromkeys(self._rules.topics, 0.0)
        often, says = self._rules.often, self._says
        for times, counted in zip(self._times, wording.opening, strict=True):
            for concept, many in counted.items():
                for topic, weight in says.get(concept, ()):
                    sums[topic] += weight * times * min(many, often)
        floor = max(self._rules.enough, self._rules.share * max(sums.values()))
        enough = [topic for topic, total in sums.items() if total >= floor]
        return tuple(sorted(enough, key=lambda topic: -sums[topic])[:MOST])
