"""Fit relate's weights: `make train-relation` writes services/processors/relate/weights.toml.

Logistic regression by Newton's method, drawn by a Gaussian towards weights set by hand
(tests/data/relation/prior.toml), on the tune split of tests/data/gold/relation and on
tests/data/relation/train.jsonl, and on what was seen of real news whose text is not kept
(tests/data/relation/met.jsonl, `tests.bench.met`); never on a test split. The same data give the
same file. Each item with its text counts thrice: as it is, with other news behind it, and with
other news before and behind it (tests/data/neutral). The items are short and to the point, and the
news is not.
What is `alone` is fitted after the rest, and moves nothing of it: to the same items and to
headlines written to mislead (tests/data/relation/headlines.jsonl).
Prints, as JSON lines, the F1 of five-fold cross-validation for several strengths of the Gaussian,
of the items with text and of real news.
"""

import json
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.processors.relate.relate import WEIGHTS
from services.processors.relate.sentences import starts
from services.processors.understand import Understanding
from services.processors.watches import chosen
from shared.records import Field
from tests.bench.relation import fields_of

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
SETS = (DATA / "gold" / "relation" / "tune.jsonl", DATA / "relation" / "train.jsonl")
MET = DATA / "relation" / "met.jsonl"
HEADLINES = DATA / "relation" / "headlines.jsonl"
NEUTRAL = DATA / "neutral"
BEFORE, BEHIND = 200, 900
"""Code points of other news put before and behind the text of an item, about."""
SHORT = 600
"""Code points up to which one reported fact is enough (LABELLING.md, 4g)."""
FOLDS = 5
REAL = 4
"""How often an item of real news counts, and a headline written to mislead; those with text count
in as many settings as they have."""
STRENGTHS = (3.0, 10.0, 20.0, 30.0, 40.0)
ALONE = 2.0
"""The same for what is `alone`, of which there is little."""
HELD = 1e9
"""The same for what does not move."""
CHOSEN = 20.0
"""Precision of the Gaussian; best for real news of sources that the weights were not fitted to."""
THRESHOLD = 0.45
"""Real news is missed more often than it is mistaken: best on the tune halves of real texts."""
LIMIT = float(np.log(THRESHOLD / (1 - THRESHOLD)))
"""The sum of weighted features at the threshold."""

Matrix = NDArray[np.float64]
Fields = Mapping[Field, str]


class Seen(NamedTuple):
    """A labelled item as relate sees it."""

    id: str
    bilateral: bool
    features: Mapping[str, float]
    real: bool = False  # its text is not kept
    misleading: bool = False  # of HEADLINES


@dataclass(frozen=True)
class Items:
    """Labelled meetings: a row an item, a column a feature."""

    names: tuple[str, ...]
    rows: Matrix
    bilateral: Matrix
    folds: NDArray[np.int64]
    real: NDArray[np.bool_]
    misleading: NDArray[np.bool_]

    def of(self, kept: NDArray[np.bool_]) -> "Items":
        """Those rows alone."""
        return Items(
            self.names, self.rows[kept], self.bilateral[kept], self.folds[kept], self.real[kept],
            self.misleading[kept],
        )  # fmt: skip


def main() -> int:
    """Cross-validate, fit, write."""
    prior_file = tomllib.loads((DATA / "relation" / "prior.toml").read_text(encoding="utf-8"))
    items = read_items(prior_file["weights"])
    prior = np.array([prior_file["weights"].get(name, 0.0) for name in items.names])
    for strength in STRENGTHS:
        print(json.dumps(cross_validated(items, prior, strength)))
    weights = trained(items, prior, CHOSEN)
    WEIGHTS.write_text(written(items.names, weights), encoding="utf-8")
    return 0


def read_items(prior: dict[str, float]) -> Items:
    """Every labelled item in which both sides are found, in each of its settings."""
    misleading = [one._replace(misleading=True) for one in _with_text([HEADLINES])]
    seen = [*_with_text(SETS), *_real(MET), *misleading * REAL]
    names = tuple(sorted({name for one in seen for name in one.features} | prior.keys()))
    return Items(
        names,
        np.array([[one.features.get(name, 0.0) for name in names] for one in seen]),
        np.array([float(one.bilateral) for one in seen]),
        np.array([number(one.id) % FOLDS for one in seen]),
        np.array([one.real for one in seen]),
        np.array([one.misleading for one in seen]),
    )


def _with_text(files: Sequence[Path]) -> Iterator[Seen]:
    understanding = Understanding.load(ROOT / "deploy" / "config")
    for row in (json.loads(line) for file in files for line in lines_of(file)):
        for fields in settings(row) if row["level"] != "none" else ():
            if found := features_of(understanding, fields, row["language"]):
                yield Seen(row["id"], row["level"] == "bilateral" and told(fields, found), found)


def _real(met: Path) -> Iterator[Seen]:
    for row in map(json.loads, lines_of(met)):
        yield from [Seen(row["digest"], row["bilateral"], row["features"], real=True)] * REAL


def told(fields: Fields, found: Mapping[str, float]) -> bool:
    """Whether the item is more than one sentence in passing of what it is set among (rule 4g)."""
    return sum(map(len, fields.values())) <= SHORT or "passing" not in found


def settings(row: Mapping[str, str]) -> Iterator[Fields]:
    """The item alone; with other news behind it; with other news before and behind it."""
    fields = fields_of(row)
    yield fields
    file = NEUTRAL / f"{row['language']}.txt"
    if file.exists() and fields["text"]:
        before, behind = other_news(file.read_text(encoding="utf-8"), number(row["id"]))
        yield fields | {"text": f"{fields['text']}\n{behind}"}
        yield fields | {"text": f"{before}\n{fields['text']}\n{behind}"}


def other_news(news: str, chosen_by: int) -> tuple[str, str]:
    """Two stretches of whole sentences."""
    begun = starts(news)
    first = begun[chosen_by * 7 % (len(begun) // 2)]
    past = next(start for start in begun if start >= first + BEFORE)
    end = next((start for start in begun if start >= past + BEHIND), len(news))
    return news[first:past], news[past:end]


def number(name: str) -> int:
    """The same for the same name: 0 to 255."""
    return blake2b(name.encode(), digest_size=1).digest()[0]


def lines_of(file: Path) -> list[str]:
    """The lines of a file."""
    return file.read_text(encoding="utf-8").splitlines()


def features_of(understanding: Understanding, fields: Fields, language: str) -> dict[str, float]:
    """The features of one labelled item, as the pipeline sees it."""
    said = understanding.understand(fields, prior=language)
    watch = chosen(understanding.watches, None)
    return dict(understanding.features(fields, said, watch))


def trained(items: Items, prior: Matrix, strength: float) -> Matrix:
    """The weights: first of all features but those of what is alone, then of those."""
    alone = np.array([name.startswith("alone") for name in items.names])
    rest = fitted(items.of(~items.misleading), prior, np.where(alone, HELD, strength))
    return fitted(items, rest, np.where(alone, ALONE, HELD))


def fitted(items: Items, prior: Matrix, strength: Matrix) -> Matrix:
    """The weights of greatest posterior probability; `strength` by feature."""
    weights = prior.copy()
    for _ in range(30):
        chances = 1 / (1 + np.exp(-np.clip(items.rows @ weights, -30, 30)))
        slope = items.rows.T @ (items.bilateral - chances) - strength * (weights - prior)
        spread = items.rows * (chances * (1 - chances))[:, None]
        bend = items.rows.T @ spread + np.diag(strength)
        weights = weights + np.linalg.solve(bend, slope)
    return weights


def cross_validated(items: Items, prior: Matrix, strength: float) -> dict[str, float]:
    """Figures on items that the weights were not fitted to."""
    said = np.zeros(len(items.bilateral), dtype=bool)
    for fold in range(FOLDS):
        held = items.folds == fold
        weights = trained(items.of(~held), prior, strength)
        said[held] = items.rows[held] @ weights >= LIMIT
    plain = ~items.real & ~items.misleading
    return {
        "strength": strength,
        "items": len(said),
        "bilateral": float(items.bilateral.sum()),
        "f1": f1(said[plain], items.bilateral[plain]),
        "f1 of real news": f1(said[items.real], items.bilateral[items.real]),
        "f1 of misleading headlines": f1(said[items.misleading], items.bilateral[items.misleading]),
    }


def f1(said: NDArray[np.bool_], bilateral: Matrix) -> float:
    """The harmonic mean of precision and recall."""
    return round(float(2 * (said @ bilateral) / (said.sum() + bilateral.sum())), 4)


def written(names: Sequence[str], weights: Matrix) -> str:
    """The weights as the file that relate reads."""
    lines = [
        "# relate's linear model: score = logistic(sum of weight × feature), see features.py.",
        "# Written by `make train-relation`; change tests/data/relation/prior.toml instead.",
        "",
        f"threshold = {THRESHOLD}",
        "",
        "[weights]",
        *(
            f'"{name}" = {weight:.3f}'
            for name, weight in zip(names, weights, strict=True)
            if round(float(weight), 3)
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
