"""`make bench-stories`: near-duplicates and stories, how right and how fast, as JSON lines.

    python -m tests.bench.stories FILE ECB # only real reports, whose texts are there and not here

Every figure of quality is of the test splits; what was tuned, was tuned on the tune splits.
"""

import gc
import json
import random
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from time import process_time
from typing import Any

from msgspec.structs import replace

from services.ops.__main__ import SELDOM
from services.ops.arrivals import TOGETHER, Arrival
from services.ops.dedup import findings
from services.ops.stories import Clustering
from services.processors.gather.dedup import Dedup
from services.processors.gather.reader import Reader
from services.processors.gather.score import (
    COEFFICIENTS,
    Pair,
)
from services.processors.gather.signals import Signals
from services.processors.understand import Understanding
from services.processors.watches import chosen, load_watches
from tests.bench import ecb, near_duplicates
from tests.bench.elsewhere import by_round
from tests.bench.fit_stories import crowded, real_pairs
from tests.bench.language import kept
from tests.bench.stories_gold import (
    CONFIG,
    bcubed,
    by_languages,
    clustered,
    impure,
    in_batches,
    lines,
    not_kept,
    pairwise,
    read_all,
)

Items = Sequence[Mapping[str, Any]]
_LETTERS = 2_000
_SEEDS = (11, 12, 13, 14)
_FIVE = frozenset(("ar", "de", "en", "ru", "tr"))


def main() -> None:
    """Print every figure."""
    reader = Reader.load(CONFIG)
    texts = [Path(name) for name in sys.argv[1:]]
    for folder in filter(Path.is_dir, texts):
        real = ecb.items("test", folder)
        _in_no_order("ECB+", real, reader)
        _in_no_order("ECB+, headlines", ecb.headlines(real), reader)
    for file in filter(Path.is_file, texts):
        for number, items in by_round(not_kept("test", file)).items():
            _real(f"reports of round {number}", items, reader)
    if texts:
        return
    _near_duplicates()
    _quality(reader)
    _real_pairs(reader)
    _unrelated(reader)
    _other_news(reader)
    _speed(reader)


def _near_duplicates() -> None:
    texts = near_duplicates.corpus("test")
    for name, find in (
        ("gather", near_duplicates.ours),
        ("datasketch", near_duplicates.datasketch),
    ):
        start = process_time()
        found = find(texts)
        speed = round(len(texts) / (process_time() - start))
        figures = near_duplicates.measured(texts, found)
        _print("near-duplicates", by=name, texts=len(texts), articles_per_s=speed, **figures)


def _quality(reader: Reader) -> None:
    long, short = lines("test.jsonl"), lines("short_test.jsonl")
    signals = {one.key: one for one in read_all([*long, *short], reader)}
    _report("as dated", sorted(long, key=lambda item: item["published"]), signals, reader)
    for seed in _SEEDS:
        _report(f"all events in one week, {seed}", crowded(long, seed), signals, reader)
    _report("short, in one week", short, signals, reader)
    for seed in _SEEDS:
        _report(f"short, in one week, {seed}", crowded(short, seed), signals, reader)
        _report(f"all and short, in one week, {seed}", crowded(long + short, seed), signals, reader)
    _order(long, signals, reader)
    for name in ("blurbs", "translated"):
        _real(name, lines(f"{name}_test.jsonl"), reader)


def _in_no_order(name: str, items: Items, reader: Reader) -> None:
    """Undated articles, as they come and shuffled."""
    signals = {one.key: one for one in read_all(items, reader)}
    _report(name, items, signals, reader)
    for seed in _SEEDS[:2]:
        shuffled = random.Random(seed).sample(items, len(items))
        _report(f"{name}, {seed}", shuffled, signals, reader)


def _real(name: str, items: Items, reader: Reader) -> None:
    signals = {one.key: one for one in read_all(items, reader)}
    _report(f"{name}, as dated", items, signals, reader)
    for seed in _SEEDS[:2]:
        _report(f"{name}, in one week, {seed}", crowded(items, seed), signals, reader)


def _report(timing: str, items: Items, signals: Mapping[str, Signals], reader: Reader) -> None:
    gold = {item["id"]: item["event"] for item in items}
    found = clustered(retimed(items, signals), reader)
    groups = by_languages({item["id"]: item["language"] for item in items})
    across = {name: among for name, among in groups.items() if len(set(name.split("-"))) > 1}
    by_kind: dict[str, list[tuple[str, str]]] = {"five": [], "fa": [], "others": []}
    for name, among in across.items():
        by_kind[_kind(name)] += among
    every = [pair for among in groups.values() for pair in among]
    _print(
        "stories",
        timing=timing,
        articles=len(items),
        events=len(set(gold.values())),
        stories=len(set(found.values())),
        bcubed=bcubed(found, gold),
        pairs=pairwise(found, gold, every),
        across_without_fa=pairwise(found, gold, by_kind["five"]),
        across_with_fa=pairwise(found, gold, by_kind["fa"]),
        across_with_others=pairwise(found, gold, by_kind["others"]),
        stories_with_a_stranger=round(impure(found, gold), 4),
        f1_by_languages={k: pairwise(found, gold, among)["f1"] for k, among in across.items()},
    )


def _kind(languages: str) -> str:
    both = set(languages.split("-"))
    if "fa" in both:
        return "fa"
    return "five" if both <= _FIVE else "others"


def retimed(items: Items, signals: Mapping[str, Signals]) -> list[Signals]:
    """The items' signals, published and seen when the items say."""
    return [
        replace(one, told=replace(one.told, published=at, first_seen=at))
        for one, at in (
            (signals[item["id"]], datetime.fromisoformat(item["published"])) for item in items
        )
    ]


def _order(items: Items, signals: Mapping[str, Signals], reader: Reader) -> None:
    """The same articles of one week in another order, up to an hour or a day late."""
    week = crowded(items, _SEEDS[0])
    in_order = clustered(retimed(week, signals), reader)
    chance = random.Random(1)
    for hours in (1, 24):
        delayed = sorted(
            retimed(week, signals),
            key=lambda one: one.told.published.timestamp() + chance.random() * hours * 3600,
        )
        again = clustered(delayed, reader)
        _print("order of arrival", late_up_to_h=hours, against_in_order=bcubed(again, in_order))


def _real_pairs(reader: Reader) -> None:
    outcomes = [
        (sum(c * f for c, f in zip(COEFFICIENTS[Pair.WITHIN], values, strict=True)) >= 0, same)
        for _, values, same in real_pairs(reader, "tgcontest_pairs_test.jsonl")
    ]
    right = sum(said and same for said, same in outcomes)
    precision = right / max(1, sum(said for said, _ in outcomes))
    recall = right / max(1, sum(same for _, same in outcomes))
    _print(
        "real pairs of one language, without times (tgcontest)",
        pairs=len(outcomes),
        precision=round(precision, 4),
        recall=round(recall, 4),
        f1=round(2 * precision * recall / (precision + recall), 4),
    )


def _unrelated(reader: Reader) -> None:
    """Lines of one moment that tell nothing in common: what is joined is joined by chance."""
    items = [
        {"id": str(number), "language": line.code, "title": "", "text": line.text}
        for number, line in enumerate(kept("headlines"))
    ]
    found = clustered(read_all(items, reader), reader)
    stories = len(set(found.values()))
    _print("unrelated lines", lines=len(found), joined_by_chance=len(found) - stories)


def _other_news(reader: Reader) -> None:
    """Sentences of one moment of many articles: what stories hold sentences of two."""
    items = lines("crowd_test.jsonl")
    found = clustered(read_all(items, reader), reader)
    gold = {item["id"]: item["event"] for item in items}
    _print(
        "sentences of other news",
        sentences=len(items),
        stories=len(set(found.values())),
        stories_with_a_stranger=round(impure(found, gold), 4),
    )


def arrivals(count: int) -> list[Arrival]:
    """Articles of 2,000 characters made of real sentences; every third is an edited copy."""
    chance = random.Random(3)
    texts = [text for text in near_duplicates.corpus("tune") if not text.of]
    sentences = [part for text in texts for part in text.body.split(". ") if len(part) > 20]
    made: list[Arrival] = []
    for number in range(count):
        if made and number % 3 == 0:
            before = chance.choice(made[-500:])
            title, body = before.title, f"ANKARA (Wire) — {before.text}"[:_LETTERS]
        else:
            title, body = chance.choice(texts).title + f" {number}", ""
            while len(body) < _LETTERS:
                words = chance.choice(sentences).split()
                body += " ".join(words[chance.randrange(len(words)) :]) + f" {number}. "
        made.append(
            Arrival(
                id=number,
                title=title,
                text=body[:_LETTERS],
                url=f"https://outlet{number % 97}.example/news/{number}/?utm_source=rss",
                published=f"2026-03-{1 + number // 3600:02}T{number // 150 % 24:02}:00:00Z",
            )
        )
    return made


def _speed(reader: Reader) -> None:
    gc.set_threshold(*SELDOM)  # as the commands do
    made = arrivals(3_000)
    judge = Dedup(20_000)
    start = process_time()
    for batch in in_batches(made, TOGETHER):
        list(findings(judge, batch))
    _print("speed", of="dedup", articles_per_cpu_s=round(len(made) / (process_time() - start)))
    watch = chosen(load_watches(CONFIG / "watches"), None)
    understanding = Understanding.load(CONFIG, ())  # as `stories --all` does
    clustering = Clustering(reader, understanding, watch, everything=True)
    start = process_time()
    for batch in in_batches(made[:1_500], TOGETHER):
        list(clustering.place(batch))
    _print("speed", of="stories --all", articles_per_cpu_s=round(1_500 / (process_time() - start)))


def _print(what: str, **figures: Any) -> None:
    print(json.dumps({"bench": what, **figures}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    sys.exit(main())
