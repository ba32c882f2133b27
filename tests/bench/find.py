"""Throughput of normalise + find, and what the finder costs: JSON lines.

    python tests/bench/find.py [--seconds 3]

The articles are 2,000 characters long and made of the labelled passages of tests/data/gold/relation
(tune and test, all languages): those that name neither side, and those that name one or both.
"""

import argparse
import json
import resource
import sys
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parents[2]))

REPOSITORY = Path(__file__).parents[2]
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
    """Passages of one language strung together to LENGTH characters each."""
    by_language: dict[str, list[str]] = {}
    for name in ("tune", "test"):
        for line in (REPOSITORY / f"tests/data/gold/relation/{name}.jsonl").open(encoding="utf-8"):
            item = json.loads(line)
            if any(item["sides"].values()) is named:
                by_language.setdefault(item["language"], []).append(
                    f"{item['title']}\n{item.get('text', '')}"
                )
    return [
        article for language, texts in by_language.items() for article in _long(texts, language)
    ]


def _long(texts: list[str], language: str) -> Iterator[Article]:
    for first in range(len(texts)):
        parts, length = [], 0
        for part in islice(cycle(texts), first, None):
            parts.append(part)
            length += len(part) + 1
            if length > LENGTH:
                break
        yield "\n".join(parts)[:LENGTH], language


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
    _say(name, articles_per_second_a_core=round(done / cpu),
         microseconds=round(cpu / done * 1e6, 1), articles=done, busy=round(cpu / (perf_counter() - wall), 2))  # fmt: skip


def _resident() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _say(measure: str, **figures: float) -> None:
    print(
        json.dumps({"bench": "find", "measure": measure, **figures}, ensure_ascii=False), flush=True
    )


if __name__ == "__main__":
    main()
