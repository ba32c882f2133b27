"""Makes what gather's score was trained to: usual.toml and the coefficients, from tune splits only.

    python -m tests.bench.fit_stories usual    # writes deploy/config/lexicon/usual.toml
    python -m tests.bench.fit_stories          # prints coefficients for services/…/gather/score.py

The labelled events are months apart, and time alone would tell them from each other. So they are
moved into one week (`crowded`), as dense as a bad week of the real stream; an event and its near
miss stay three days apart, or as far as they were. Both timings are trained on.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.processors.find import Finder
from services.processors.gather import Reader
from services.processors.gather.score import Pair, Rarity, Row, features, kind
from tests.bench.stories_gold import CONFIG, GOLD, as_match, lines

Items = Sequence[Mapping[str, Any]]
_WEEK = timedelta(days=7)
_APART = timedelta(days=3)
_START = datetime(2025, 6, 1, tzinfo=UTC)
_LEAST_SHARE = 0.01
_RIDGE = 0.5


def crowded(items: Items, seed: int = 5) -> list[dict[str, Any]]:
    """The items with all their events in one week, in the new order of publication."""
    first = _first_times(items)
    moved = _new_times(first, _near_misses(items), random.Random(seed))
    shifted = [
        {**item, "published": (_at(item) - first[item["event"]] + moved[item["event"]]).isoformat()}
        for item in items
    ]
    return sorted(shifted, key=lambda item: item["published"])


def _at(item: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(item["published"])


def _first_times(items: Items) -> dict[str, datetime]:
    times: dict[str, datetime] = {}
    for item in items:
        times[item["event"]] = min(_at(item), times.get(item["event"], _at(item)))
    return times


def _near_misses(items: Items) -> dict[str, str]:
    return {item["event"]: item["near_miss_of"] for item in items if item.get("near_miss_of")}


def _new_times(
    first: Mapping[str, datetime], near: Mapping[str, str], chance: random.Random
) -> dict[str, datetime]:
    moved: dict[str, datetime] = {}
    for event in sorted(first, key=lambda one: (one in near, one)):
        moved[event] = _START + _WEEK * chance.random()
        other = near.get(event)
        if other in moved:
            apart = min(_APART, abs(first[event] - first[other]))
            late = moved[other] + apart * (1 + chance.random())
            moved[event] = late if abs(moved[event] - moved[other]) < apart else moved[event]
    return moved


def rows(items: Items, reader: Reader) -> list[Row]:
    """The labelled articles as the score sees them."""
    finder = Finder.load(CONFIG / "gazetteer")
    return [Row(one) for one in reader.read_many([as_match(item, finder) for item in items])]


Sample = tuple[Pair, tuple[float, ...], bool]


def pairs(items: Items, reader: Reader) -> list[Sample]:
    """Kind, features and label of every pair."""
    known = rows(items, reader)
    rarity = Rarity(reader.lexicon.usual)
    for row in known:
        rarity.add(row)
    events = [item["event"] for item in items]
    return [
        (kind(known[a], known[b]), features(known[a], known[b], rarity), events[a] == events[b])
        for a, b in combinations(range(len(known)), 2)
    ]


def real_pairs(reader: Reader, name: str = "tgcontest_pairs_tune.jsonl") -> list[Sample]:
    """The same of the real pairs, which have no times."""
    finder = Finder.load(CONFIG / "gazetteer")
    rarity = Rarity(reader.lexicon.usual)
    found = []
    for pair in lines(name):
        sides = [
            Row(reader.read(as_match({**pair[side], "id": f"{pair['id']}-{side}",
                                      "language": pair["language"]}, finder)))
            for side in ("first", "second")
        ]  # fmt: skip
        for side in sides:
            rarity.add(side)
        found.append((sides, pair["same"]))
    return [(kind(a, b), features(a, b, rarity), same) for (a, b), same in found]


def fit(
    values: NDArray[np.float64], labels: NDArray[np.bool_], ridge: float = _RIDGE
) -> NDArray[np.float64]:
    """Logistic regression by Newton's method; the first feature is the intercept, not penalised.

    Sharing something is never evidence against: a feature but time that would weigh less than
    nothing is left out, and the rest fitted again.
    """
    used = np.ones(values.shape[1], bool)
    while True:
        weights = np.zeros(values.shape[1])
        weights[used] = _newton(values[:, used], labels, ridge)
        wrong = weights[:-1] < 0
        wrong[0] = False
        if not wrong.any():
            return weights
        used[:-1] &= ~wrong


def _newton(
    values: NDArray[np.float64], labels: NDArray[np.bool_], ridge: float
) -> NDArray[np.float64]:
    weights = np.zeros(values.shape[1])
    penalty = np.full(values.shape[1], ridge)
    penalty[0] = 1e-6
    for _ in range(50):
        chance = 1 / (1 + np.exp(-values @ weights))
        slope = values.T @ (chance - labels) + penalty * weights
        curve = (values.T * (chance * (1 - chance))) @ values + np.diag(penalty)
        weights -= np.linalg.solve(curve, slope)
    return weights


def usual(reader: Reader) -> dict[str, float]:
    """How usual each tag is: in news between the two countries, and in other news."""
    finder = Finder.load(CONFIG / "gazetteer")
    relation = (GOLD.parent / "relation" / "tune.jsonl").read_text("utf-8").splitlines()
    texts = lines("tune.jsonl") + [json.loads(line) for line in relation]
    for pair in lines("tgcontest_pairs_tune.jsonl"):
        texts += [
            {**pair[side], "id": f"{pair['id']}-{side}", "language": pair["language"]}
            for side in ("first", "second")
        ]
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(Row(reader.read(as_match(text, finder))).tags)
    return {
        tag: round(count / len(texts), 4)
        for tag, count in sorted(counted.items())
        if count / len(texts) >= _LEAST_SHARE and tag[0] in "ec"
    }


def write_usual(shares: Mapping[str, float]) -> None:
    """Put the shares where gather reads them."""
    head = (
        "# How usual a tag is: the share of articles that have it (e: an entity, c: a concept).\n"
        "# Made by tests/bench/fit_stories.py from the tune splits of tests/data/gold.\n"
    )
    body = "".join(f'"{tag}" = {share}\n' for tag, share in shares.items())
    (CONFIG / "lexicon" / "usual.toml").write_text(head + body, encoding="utf-8")


def main() -> None:
    """See the module."""
    reader = Reader.load(CONFIG)
    if sys.argv[1:] == ["usual"]:
        write_usual(usual(reader))
        return
    items = lines("tune.jsonl")
    samples = [one for timing in (items, *(crowded(items, n) for n in (5, 6)))
               for one in pairs(timing, reader)]  # fmt: skip
    samples += 2 * real_pairs(reader)
    for which in Pair:
        own = [(values, label) for pair, values, label in samples if pair is which]
        weights = fit(np.array([values for values, _ in own]), np.array([y for _, y in own]))
        print(f"    Pair.{which.name}: {tuple(weights.round(2).tolist())},")


if __name__ == "__main__":
    main()
