"""The decision: features, weights, one logistic score, a level, and the spans that decided."""

from collections.abc import Mapping, Sequence
from math import exp
from pathlib import Path

from msgspec import Struct
from pydantic import BaseModel, ConfigDict

from services.processors.relate.features import Features, deciding, features
from services.processors.relate.scenes import Scene, meeting
from services.processors.sides import Sides
from services.processors.wording import Wording
from shared.config import read_toml
from shared.records import Level, Mention, Relation, Span

WEIGHTS = Path(__file__).with_name("weights.toml")
MOST_EVIDENCE = 3
MOST_MENTIONS = 2_000
"""Mentions examined; keeps the work on a text that repeats one name a million times bounded."""
NONE = Relation(level=Level.NONE, score=0.0)


class Weights(BaseModel):
    """The linear model: a weight a feature, and the score from which a meeting is bilateral."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: float = 0.5
    weights: dict[str, float]


class Weighed(Struct, frozen=True):
    """A relation with the reasons for it: each feature's part in the sum."""

    relation: Relation
    parts: Mapping[str, float]


class Relating:
    """relate, with its weights."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    @classmethod
    def load(cls, weights: Path = WEIGHTS) -> "Relating":
        """With the weights in this file. Raises ConfigError."""
        return cls(read_toml(weights, Weights))

    def relate(
        self,
        wording: Wording,
        mentions: Sequence[Mention],
        sides: Sides,
        own: Mapping[str, float] | None = None,
    ) -> Weighed:
        """The relation of the sides in this article; `own` weights are added to the model's."""
        examined = mentions[:MOST_MENTIONS]
        if not sides.both(examined):
            return Weighed(NONE, {})
        met = meeting(wording, examined, sides)
        ranked = deciding(met)
        parts = self._parts(features(met, ranked), own or {})
        score = round(logistic(sum(parts.values())), 4)
        level = Level.BILATERAL if score >= self._weights.threshold else Level.CO_MENTION
        return Weighed(Relation(level=level, score=score, evidence=_evidence(ranked)), parts)

    def _parts(self, values: Features, own: Mapping[str, float]) -> dict[str, float]:
        model = self._weights.weights
        return {
            name: weight * value
            for name, value in values.items()
            if (weight := model.get(name, 0.0) + own.get(name, 0.0))
        }


def logistic(total: float) -> float:
    """The logistic function, safe for any finite total."""
    return 1 / (1 + exp(-max(-40.0, min(40.0, total))))


def _evidence(ranked: Sequence[Scene]) -> tuple[Span, ...]:
    """The sentences that decided, in their order."""
    chosen = sorted(ranked[:MOST_EVIDENCE], key=lambda scene: scene.place)
    return tuple(span for scene in chosen for span in scene.spans)
