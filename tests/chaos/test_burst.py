"""A burst while processors are killed and stopped: the stories are those of a calm run."""

import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from signal import SIGTERM

import pytest

from deploy.local.node import Broker
from shared.codec import encode
from shared.identity import article_id, fingerprint
from shared.kafka import Kafka
from shared.records import (
    Article,
    Language,
    Level,
    Match,
    Mention,
    Relation,
    Source,
    TaggedArticle,
    Verdict,
)
from shared.topics import ARTICLES_MATCHED, STORIES_EVENTS, every_topic
from tests.e2e.world import Service
from tests.eventually import eventually
from tests.held import held
from tests.measured import Measured
from tests.ports import free_port

pytestmark = pytest.mark.kafka

WATCHES = ("burst-one", "burst-two")
START = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("articles", "stories", "kills"),
    [
        pytest.param(400, 24, 3, id="short-form"),
        pytest.param(5000, 300, 25, id="5000-of-300", marks=pytest.mark.slow),
    ],
)
def test_kills_during_a_burst_change_no_story(
    kafka: Broker,
    namespace: str,
    tmp_path: Path,
    measured: Measured,
    articles: int,
    stories: int,
    kills: int,
) -> None:
    seed = int(os.environ.get("CHAOS_SEED", "7"))
    matches = list(burst(articles, stories, random.Random(seed)))
    calm, wild = (Kafka(kafka.servers, f"{namespace}{name}.") for name in ("calm", "wild"))
    for door in (calm, wild):
        door.create_topics(every_topic(), partitions=2)
        _publish(door, matches)

    with processors(calm, tmp_path / "calm") as (one, _):
        _wait_until_told(calm, articles, one)
    with processors(wild, tmp_path / "wild") as workers:
        chance = random.Random(seed)
        for number in range(kills):
            goal = articles * (number + 1) // (kills + 1)
            _wait_until_told(wild, goal, *workers)
            victim = chance.choice(workers)
            if chance.random() < 0.5:
                victim.kill()
            else:
                assert victim.stop() in {0, -SIGTERM}  # the latter while it is still starting
            victim.start()
        _wait_until_told(wild, articles, *workers)

    undisturbed, disturbed = events(calm), events(wild)
    books = {
        "articles": articles,
        "kills": kills,
        "events": len(undisturbed),
        "lost": len(undisturbed.keys() - disturbed.keys()),
        "extra": len(disturbed.keys() - undisturbed.keys()),
        "repeated": sum(len(told) for told in disturbed.values()) - len(disturbed),
        "ids_with_two_contents": sum(len(set(told)) > 1 for told in disturbed.values()),
    }
    measured(json.dumps(books))
    assert {event: set(told) for event, told in disturbed.items()} == {
        event: set(told) for event, told in undisturbed.items()
    }


def burst(articles: int, stories: int, chance: random.Random) -> Iterator[Match]:
    """Articles of invented stories, shuffled: each story has words and numbers of its own."""
    letters = "abdefgiklmnoprstuvz"
    lexicon = ["".join(chance.choices(letters, k=7)) for _ in range(stories * 30)]
    for number in range(articles):
        story = chance.randrange(stories)
        own = lexicon[story * 30 : story * 30 + 30]
        body = " ".join(chance.sample(own, k=24))
        yield _match(WATCHES[story % 2], number, f"{' '.join(own[:6])} {story * 31}", body)


def _match(watch: str, number: int, title: str, body: str) -> Match:
    url = f"https://outlet{number % 30}.example/{number}"
    at = START + timedelta(seconds=number)
    article = Article(
        id=article_id(url), url=url, title=title, text=body, published=at, first_seen=at,
        fingerprint=fingerprint(title, "", body),
        source=Source(feed=f"f{number % 30}", outlet=f"o{number % 30}", family=f"p{number % 30}"),
    )  # fmt: skip
    mention = Mention(
        side="iran", entity="iran", kind="country", field="title", start=0, end=4, surface=title[:4]
    )
    tagged = TaggedArticle(
        article=article, verdict=Verdict.NEW, language=Language(code="en", confidence=1.0),
        mentions=(mention,), relations={watch: Relation(level=Level.BILATERAL, score=0.9)},
    )  # fmt: skip
    return Match(watch=watch, tagged=tagged)


def _publish(door: Kafka, matches: list[Match]) -> None:
    producer = door.producer()
    for match in matches:
        producer.send(door.name(ARTICLES_MATCHED), key=match.watch.encode(), value=encode(match))
    producer.close()


def _wait_until_told(door: Kafka, articles: int, *workers: Service) -> None:
    def told() -> bool:
        """Each article causes one event or more; a repeated one counts once."""
        return held(door, STORIES_EVENTS) >= articles and len(events(door)) >= articles

    def why() -> str:
        return "\n".join([f"{len(events(door))} events", *(worker.tail() for worker in workers)])

    eventually(f"{articles} events", told, why=why)


@contextmanager
def processors(door: Kafka, home: Path) -> Iterator[tuple[Service, Service]]:
    """Two processors that share the partitions."""
    home.mkdir()
    workers = [_worker(door, home / f"{number}.log") for number in range(2)]
    try:
        for worker in workers:
            worker.start()
        yield workers[0], workers[1]
    finally:
        for worker in workers:
            worker.end()


def _worker(door: Kafka, log: Path) -> Service:
    port = free_port()
    environ = {
        "KAFKA_BOOTSTRAP_SERVERS": door.servers,
        "NEWSWATCH_NAMESPACE": door.namespace,
        "NEWSWATCH_PARTITIONS": "2",
        "NEWSWATCH_SESSION_TIMEOUT": "6",
        "NEWSWATCH_HTTP_PORT": str(port),
    }
    return Service("processors", environ, log, port)


def events(door: Kafka) -> dict[bytes, list[bytes]]:
    """Every story event by its id, as often as it was told."""
    told: dict[bytes, list[bytes]] = {}
    for record in door.read(STORIES_EVENTS):
        told.setdefault(json.loads(record.value)["id"], []).append(record.value)
    return told
