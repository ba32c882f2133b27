"""`make bench`: records a second through the processors, beside bare Faust on the same broker.

    articles.raw ─▶ processors (tag, select, gather)   ┐ in turn, on the same records,
    articles.raw ─▶ one agent that only passes them on ┘ the same broker, one process each

Prints one JSON line a run and one for the whole; `ratio` is ours over bare Faust in the same round,
so that the speed of the machine cancels out. A rate counts from the first record out to the last.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.local.apache import start_apache
from deploy.local.broker import given
from deploy.local.places import ROOT, free_port
from shared.codec import encode
from shared.identity import article_id, fingerprint
from shared.kafka import Kafka
from shared.records import Article, Source
from shared.topics import ARTICLES_RAW, ARTICLES_TAGGED, STORIES_EVENTS, Topic, every_topic
from tests.held import held

RECORDS = int(os.environ.get("BENCH_RECORDS", "4000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
ABOUT_BOTH = 0.05  # share of articles about the two sides; the rest is other news
LENGTH = 2000  # characters of an article
PASSED = Topic(name="passed", holds="what bare Faust passed on", retention=timedelta(days=1))
GOLD = ROOT / "tests" / "data" / "gold"
LIMIT = 300.0  # seconds for one run


def articles(count: int, seed: int = 1) -> Iterator[Article]:
    """Articles made of the labelled texts: other news, and stories about the two sides."""
    chance = random.Random(seed)
    other = [item for item in _lines(GOLD / "relation" / "tune.jsonl") if item["level"] == "none"]
    about = _lines(GOLD / "stories" / "tune.jsonl")
    for number in range(count):
        item = chance.choice(about if chance.random() < ABOUT_BOTH else other)
        yield _article(number, item)


def main() -> None:
    """Run the rounds and print what was measured."""
    broker = given(os.environ) or start_apache(Path(tempfile.mkdtemp(prefix="newswatch-bench-")))
    try:
        rounds = [_round(broker.servers, number) for number in range(ROUNDS)]
    finally:
        broker.stop()
    ratio = statistics.median(ours / bare for ours, bare in rounds)
    print(json.dumps({"bench": "pipeline", "rounds": ROUNDS, "ratio": round(ratio, 3)}))


def _round(servers: str, number: int) -> tuple[float, float]:
    kafka = Kafka(servers, f"bench{os.getpid()}-{number}.")
    kafka.create_topics([*every_topic(), PASSED], partitions=2)
    _fill(kafka)
    ours = _rate(kafka, servers, "services.processors", ARTICLES_TAGGED)
    bare = _rate(kafka, servers, "tests.bench.passthrough", PASSED)
    told = {"events": held(kafka, STORIES_EVENTS), "records": RECORDS}
    rates = {"processors_per_s": round(ours), "bare_faust_per_s": round(bare)}
    print(json.dumps({"bench": "pipeline", "round": number, **told, **rates}), flush=True)
    return ours, bare


def _fill(kafka: Kafka) -> None:
    producer = kafka.producer()
    for article in articles(RECORDS):
        producer.send(kafka.name(ARTICLES_RAW), key=article.id.encode(), value=encode(article))
    producer.close()


def _rate(kafka: Kafka, servers: str, module: str, target: Topic) -> float:
    """Records a second from the first on `target` to the last."""
    with _process(kafka, servers, module):
        _until(lambda: held(kafka, target) > 0)
        before, started = held(kafka, target), time.perf_counter()
        _until(lambda: held(kafka, target) >= RECORDS)
        return (RECORDS - before) / (time.perf_counter() - started)


@contextmanager
def _process(kafka: Kafka, servers: str, module: str) -> Iterator[None]:
    environ = {
        "KAFKA_BOOTSTRAP_SERVERS": servers,
        "NEWSWATCH_NAMESPACE": kafka.name(Topic(name="", holds="", retention=None)),
        "NEWSWATCH_PARTITIONS": "2",
        "NEWSWATCH_HTTP_PORT": str(free_port()),
        "NEWSWATCH_LOG_LEVEL": "WARNING",
    }
    process = subprocess.Popen([sys.executable, "-m", module], cwd=ROOT, env=os.environ | environ)
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not done in {LIMIT:.0f} s")
        time.sleep(0.1)


def _article(number: int, item: dict[str, str]) -> Article:
    url = f"https://bench.example/{number}"
    text = (item.get("text") or item["title"]).ljust(1)
    long = (f"{text}\n" * (LENGTH // len(text) + 1))[:LENGTH]
    at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=number)
    return Article(
        id=article_id(url),
        url=url,
        title=item["title"],
        text=long,
        published=at,
        first_seen=at,
        fingerprint=fingerprint(item["title"], "", f"{number}{long}"),
        source=Source(feed="bench", outlet=f"outlet {number % 40}", family=f"f{number % 40}"),
    )


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


if __name__ == "__main__":
    main()
