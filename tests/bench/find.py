"""Throughput of normalise + find, and what the finder costs: JSON lines.

    python tests/bench/find.py [--seconds 3]

The articles are 2,000 characters long, in the languages of the labelled set: professional news
translations (NTREX) that name no side, and labelled items that do, filled up with the former.
"""

import argparse
import json
import resource
import sys
from collections.abc import Callable
from itertools import cycle
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parents[2]))

REPOSITORY = Path(__file__).parents[2]
LABELLED = REPOSITORY / "tests/data/gold/relation"
LENGTH = 2_000
EVERY = 20  # one article in so many mentions a side: 5 %

Article = tuple[str, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    seconds = parser.parse_args().seconds

    before, started = _resident(), process_time()
    from services.processors.find import Finder  # noqa: PLC0415  its cost is part of what is measured
    from shared.text import fold, normalise  # noqa: PLC0415  likewise

    finder = Finder.load(REPOSITORY / "deploy/config/gazetteer")
    _say("ready", seconds=round(process_time() - started, 3), megabytes=_resident() - before)

    without, with_one = _articles(named=False), _articles(named=True)
    mixed = [
        with_one[i % len(with_one)] if i % EVERY == 0 else without[i % len(without)]
        for i in range(4_000)
    ]
    for name, articles in (("5 % mention a side", mixed), ("all mention a side", with_one)):
        _rate(f"find, {name}", lambda a: finder.find({"text": a[0]}, a[1]), articles, seconds)
    for name, articles in (("no side", without), ("a side", with_one)):
        _rate(f"fold, {name}", lambda a: fold(a[0]), articles, seconds)
        _rate(f"normalise, {name}", lambda a: normalise(a[0]), articles, seconds)
    _say("done", resident_megabytes=_resident())
    for unit in ("ا", "Iran", "Iran ", "تركيا "):
        text = unit * (1_000_000 // len(unit.encode()))
        start = process_time()
        found = finder.find({"text": text}, "und")
        _say(f"1 MB of {unit!r}", seconds=round(process_time() - start, 3), mentions=len(found))


def _articles(*, named: bool) -> list[Article]:
    """An article for each labelled item of the languages that have text to fill up with."""
    items = [
        json.loads(line)
        for name in ("tune", "test")
        for line in (LABELLED / f"{name}.jsonl").open(encoding="utf-8")
    ]
    silent = [
        item for item in items
        if item["source"].startswith("NTREX") and not any(item["sides"].values())
    ]  # fmt: skip
    filling = {item["language"]: _text(item) for item in silent}
    chosen = [item for item in items if any(item["sides"].values())] if named else silent
    return [
        (f"{_text(item)}\n{filling[item['language']] * 20}"[:LENGTH], item["language"])
        for item in chosen
        if item["language"] in filling
    ]


def _text(item: dict[str, str]) -> str:
    return f"{item['title']}\n{item.get('text', '')}\n"


def _rate(
    name: str, do: Callable[[Article], object], articles: list[Article], seconds: float
) -> None:
    done, start, wall = 0, process_time(), perf_counter()
    for article in cycle(articles):
        do(article)
        done += 1
        if done % 100 == 0 and process_time() - start > seconds:
            break
    cpu = process_time() - start
    _say(
        name,
        articles_per_second_a_core=round(done / cpu),
        microseconds=round(cpu / done * 1e6, 1),
        articles=done,
        busy=round(cpu / (perf_counter() - wall), 2),
    )


def _resident() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _say(measure: str, **figures: float) -> None:
    print(
        json.dumps({"bench": "find", "measure": measure, **figures}, ensure_ascii=False), flush=True
    )


if __name__ == "__main__":
    main()
