"""Makes what gather's score was trained to: usual.toml, means of languages, the coefficients.

    python -m tests.bench.fit_stories usual    # writes deploy/config/lexicon/usual.toml
    python -m tests.bench.fit_stories means    # writes services/processors/gather/means.npz
    python -m tests.bench.fit_stories FILE ECB # prints coefficients for services/…/gather/score.py

All from tune splits only. FILE holds the texts of tests/data/gold/web_stories, the folder ECB those
of ECB+ (`ecb.py`), which are not kept here; without them the fit is of what is.

The labelled events are months apart, and time alone would tell them from each other. So they are
moved into one week (`crowded`), as dense as a bad week of the real stream; an event and its near
miss stay three days apart, or as far as they were. Both timings are trained on, the short ones,
alone and among the others, and the real blurbs and translated news. Real pairs of one language
count four times, and four times more as if of a language that the lexicon lacks; the blurbs thrice;
real reports that are not kept here four times, since nothing else is as they are. Of pairs in one
language nearly all that tell one event are ECB+'s, which count whole and as headlines without text.
What a day between two weighs, reports alone can tell: without them that stays as it was.

The more stories are open, the likelier one of them is like an article by chance. So the sets are
seen once more among 500 and among all sentences of other news (`crowd_tune.jsonl`), in the pairs of
two languages that gather would then compare. Pairs of one language are not: there tags that grow
rarer with the crowd make up for it.
"""

import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from services.processors.gather import centre
from services.processors.gather.rarity import Rarity
from services.processors.gather.reader import Reader
from services.processors.gather.score import (
    AGAINST,
    COEFFICIENTS,
    FEATURES,
    Pair,
    Row,
    features,
    kind,
)
from services.processors.gather.window import Window
from tests.bench import ecb
from tests.bench.stories_gold import CONFIG, GOLD, Tagger, as_match, lines, not_kept

Items = Sequence[Mapping[str, Any]]
DATA = GOLD.parents[1]
_WEEK = timedelta(days=7)
_APART = timedelta(days=3)
_MEET = timedelta(days=8)
_START = datetime(2025, 6, 1, tzinfo=UTC)
_LEAST_SHARE = 0.01
_LEAST_SEEN = 4
_LEAST_TEXTS = 40
_RIDGE = 0.5
_DAYS, _CROWD = FEATURES.index("days"), FEATURES.index("crowd")
_LEAST_SAID = 20
"""Of so many texts a language has a mean of its own, and all texts together count as many in it."""
_REAL_COUNT = 4
_BLURBS_COUNT = 3
_REPORTS_COUNT = 4
_CROWDS = (500, None)
"""So many sentences, and all of them."""


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
    tagger = Tagger()
    return [Row(one) for one in reader.read_many([as_match(item, tagger) for item in items])]


Sample = tuple[Pair, tuple[float, ...], bool]


def pairs(items: Items, reader: Reader) -> list[Sample]:
    """Kind, features and label of every pair that may meet: a story lives a week."""
    known = rows(items, reader)
    rarity = Rarity(reader.lexicon.usual)
    events = [item["event"] for item in items]
    for row, event in zip(known, events, strict=True):
        rarity.add(row.tags, event)
    return [
        (kind(known[a], known[b]), features(known[a], known[b], rarity), events[a] == events[b])
        for a, b in combinations(range(len(known)), 2)
        if _meet(known[a], known[b])
    ]


def real_pairs(
    reader: Reader, name: str = "tgcontest_pairs_tune.jsonl", *, lexicon: bool = True
) -> list[Sample]:
    """The same of the real pairs, which have no times; without concepts on request."""
    both = [[{**pair[side], "id": f"{pair['id']}-{side}", "language": pair["language"]}
             for side in ("first", "second")] for pair in lines(name)]  # fmt: skip
    known = rows([side for pair in both for side in pair], reader)
    if not lexicon:
        known = [Row(replace(row.signals, concepts=())) for row in known]
    rarity = Rarity(reader.lexicon.usual)
    for row in known:
        rarity.add(row.tags, row.signals.key)
    return [
        (kind(a, b), features(a, b, rarity), pair["same"])
        for a, b, pair in zip(known[::2], known[1::2], lines(name), strict=True)
    ]


def in_a_crowd(items: Items, crowd: Items, reader: Reader) -> list[Sample]:
    """The same of the pairs in two languages that gather would compare if all came together.

    And of all that tell one event. Each sentence of the crowd is a story of its own; whether two of
    one article, or of an article and its opening, tell one event is left open.
    """
    chance = random.Random(len(crowd))
    alone = {one["id"] for one in crowd}
    amid = [{**one, "published": chance.choice(items)["published"]} for one in crowd]
    event = {one["id"]: one["event"] for one in (*items, *amid)}
    known = {row.signals.key: row for row in rows([*items, *amid], reader)}
    window = Window(reader.lexicon.usual)
    for key, row in known.items():
        window.put(row, key if key in alone else event[key])
    proposed = {
        frozenset((key, other.signals.key))
        for key, row in known.items()
        for other in window.candidates(row)
    }
    told = {
        frozenset((one["id"], other["id"]))
        for one, other in combinations(items, 2)
        if one["event"] == other["event"]
    }
    samples: list[Sample] = []
    for a, b in sorted(map(sorted, proposed | told)):
        one, other, same = known[a], known[b], event[a] == event[b]
        left_open = same and not alone.isdisjoint((a, b))
        if kind(one, other) is not Pair.WITHIN and _meet(one, other) and not left_open:
            samples.append((kind(one, other), features(one, other, window.rarity), same))
    return samples


def _meet(one: Row, other: Row) -> bool:
    """Whether both may be open at once: a story lives a week."""
    return abs(one.signals.at - other.signals.at) <= _MEET


def fit(
    values: NDArray[np.float64], labels: NDArray[np.bool_], fixed: Mapping[int, float]
) -> NDArray[np.float64]:
    """Logistic regression by Newton's method; the first feature is the intercept, not penalised.

    Sharing something is never evidence against, differing never evidence for: a feature that would
    weigh the wrong way is left out, and the rest fitted again. `fixed`: what features weigh, by
    their places, that are not to be fitted.
    """
    signs = np.array([-1.0 if name in AGAINST else 1.0 for name in FEATURES])
    signs[0] = 0.0
    used, held = np.ones(values.shape[1], bool), np.zeros(values.shape[1])
    for place, weight in fixed.items():
        used[place], held[place] = False, weight
    while True:
        weights = held.copy()
        weights[used] = _newton(values[:, used], labels, values @ held)
        wrong = weights * signs < 0
        if not wrong.any():
            return weights
        used &= ~wrong


def _newton(
    values: NDArray[np.float64], labels: NDArray[np.bool_], held: NDArray[np.float64]
) -> NDArray[np.float64]:
    weights = np.zeros(values.shape[1])
    penalty = np.full(values.shape[1], _RIDGE)
    penalty[0] = 1e-6
    for _ in range(50):
        chance = 1 / (1 + np.exp(-values @ weights - held))
        slope = values.T @ (chance - labels) + penalty * weights
        curve = (values.T * (chance * (1 - chance))) @ values + np.diag(penalty)
        weights -= np.linalg.solve(curve, slope)
    return weights


def means(reader: Reader) -> dict[str, NDArray[np.float16]]:
    """What the embeddings of ordinary texts have in common, by language and in all of them.

    And how they lie to it: see `centre`.
    """
    tagger = Tagger()
    said: dict[str, list[NDArray[np.float32]]] = defaultdict(list)
    for one in reader.read_many([as_match(text, tagger) for text in _texts()]):
        said[one.told.language].append(np.frombuffer(one.vector, np.int8) / np.float32(127))
    every = np.mean([vector for vectors in said.values() for vector in vectors], axis=0)
    made = {centre.ANY: every}
    for language, vectors in sorted(said.items()):
        if len(vectors) >= _LEAST_SAID:
            all_of_it = np.sum(vectors, axis=0) + _LEAST_SAID * every
            made[language] = all_of_it / (len(vectors) + _LEAST_SAID)
    away = [np.array(vectors) - made.get(one, every) for one, vectors in said.items()]
    made[centre.DIRECTIONS] = _directions(np.concatenate(away))
    return {name: numbers.astype(np.float16) for name, numbers in made.items()}


def _directions(away: NDArray[np.float32]) -> NDArray[np.float32]:
    """Where the differences lie along, each by the fourth root of how far; the mean added once."""
    _, sizes, directions = np.linalg.svd(away, full_matrices=False)
    variance = sizes**2 / len(away)
    scaled: NDArray[np.float32] = directions * ((variance + variance.mean()) ** -0.25)[:, None]
    return scaled


def usual(reader: Reader) -> dict[str, float]:
    """How usual each tag is: in news between the two countries, and in other news.

    Entities, concepts and numbers among all texts; names and stems in the language where they are
    most so.
    """
    texts = list(_texts())
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for text, row in zip(texts, rows(texts, reader), strict=True):
        counted[text["language"]].update({*row.tags, _TEXTS})
    every: Counter[str] = sum(counted.values(), Counter())
    shares = {
        tag: count / every[_TEXTS] if tag[0] in "ecn" else _most(tag, counted.values())
        for tag, count in every.items()
        if tag[0] in "ecnws"
    }
    return {tag: round(share, 4) for tag, share in sorted(shares.items()) if share >= _LEAST_SHARE}


_TEXTS = "# texts"


def _most(tag: str, counted: Iterable[Counter[str]]) -> float:
    """The largest share of a language's texts that have the tag."""
    return max(
        (of[tag] / max(of[_TEXTS], _LEAST_TEXTS) for of in counted if of[tag] >= _LEAST_SEEN),
        default=0.0,
    )


def _texts() -> Iterator[dict[str, Any]]:
    """Everything that may be tuned on, what relate was trained on, and ordinary news."""
    yield from lines("tune.jsonl")
    yield from lines("short_tune.jsonl")
    for path in (GOLD.parent / "relation" / "tune.jsonl", DATA / "relation" / "train.jsonl"):
        for line in path.read_text("utf-8").splitlines():
            yield json.loads(line)
    for pair in lines("tgcontest_pairs_tune.jsonl"):
        for side in ("first", "second"):
            yield {**pair[side], "id": f"{pair['id']}-{side}", "language": pair["language"]}
    for path in sorted((DATA / "neutral").glob("*.txt")):
        for number, text in enumerate(path.read_text("utf-8").splitlines()):
            yield {"id": f"{path.stem}-{number}", "language": path.stem, "title": "", "text": text}


def write_usual(shares: Mapping[str, float]) -> None:
    """Put the shares where gather reads them."""
    head = (
        "# How usual a tag is: the share of articles that have it (e: an entity, c: a concept,\n"
        "# n: a number); for w (what may be a name) and s (a stem) where that is largest.\n"
        "# Made by tests/bench/fit_stories.py from the tune splits of tests/data/gold\n"
        "# and the ordinary news of tests/data/neutral.\n"
    )
    body = "".join(f'"{tag}" = {share}\n' for tag, share in shares.items())
    (CONFIG / "lexicon" / "usual.toml").write_text(head + body, encoding="utf-8")


def main() -> None:
    """See the module."""
    reader = Reader.load(CONFIG)
    if sys.argv[1:] == ["usual"]:
        write_usual(usual(reader))
        return
    if sys.argv[1:] == ["means"]:
        file = Path(centre.__file__).with_name(centre.MEANS)
        np.savez_compressed(file, allow_pickle=False, **means(reader))
        return
    texts = [Path(name) for name in sys.argv[1:]]
    reports = [one for file in filter(Path.is_file, texts) for one in not_kept("tune", file)]
    samples = _samples(reader, reports, [folder for folder in texts if folder.is_dir()])
    for which in Pair:
        own = [(values, label) for pair, values, label in samples if pair is which]
        values, labels = np.array([one for one, _ in own]), np.array([same for _, same in own])
        fixed = {} if reports else {_DAYS: COEFFICIENTS[which][_DAYS]}
        if which is Pair.WITHIN:
            fixed[_CROWD] = 0.0
        weights = fit(values, labels, fixed)
        print(f"    Pair.{which.name}: {tuple(weights.round(2).tolist())},")


def _samples(reader: Reader, reports: Items, folders: Iterable[Path]) -> list[Sample]:
    items, short = lines("tune.jsonl"), lines("short_tune.jsonl")
    blurbs, translated = lines("blurbs_tune.jsonl"), lines("translated_tune.jsonl")
    amid = [crowded(items + short, 8), crowded(translated, 6), crowded(blurbs, 6)]
    timings = [items, *(crowded(items, n) for n in (5, 6)), short,
               *(crowded(items + short, n) for n in (7, 8)), crowded(translated, 5)]  # fmt: skip
    for folder in folders:
        real = ecb.items("tune", folder)
        whole_and_short = [real, ecb.headlines(real)]
        timings += whole_and_short
        amid += whole_and_short
    samples = [one for timing in timings for one in pairs(timing, reader)]
    for seed in (5, 6):
        samples += _BLURBS_COUNT * pairs(crowded(blurbs, seed), reader)
    for lexicon in (True, False):
        samples += _REAL_COUNT * real_pairs(reader, lexicon=lexicon)
    if reports:
        for timing in (reports, crowded(reports, 5), crowded(reports, 6)):
            samples += _REPORTS_COUNT * pairs(timing, reader)
    crowd = lines("crowd_tune.jsonl")
    for among in amid:
        for count in _CROWDS:
            samples += in_a_crowd(among, crowd[:count], reader)
    return samples


if __name__ == "__main__":
    main()
