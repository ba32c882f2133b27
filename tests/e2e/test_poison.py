"""Records that nobody should have written, on every topic that is read: none stops anything."""

from collections import Counter
from collections.abc import Iterator

import pytest

from shared.headers import MAX_CARRIED
from shared.kafka import Kafka
from shared.topics import (
    ARTICLES_MATCHED,
    ARTICLES_RAW,
    ARTICLES_TAGGED,
    DELIVERIES,
    FEEDS_STATE,
    NOTICES,
    RECEIVERS_STATE,
    SEEN_CHANGELOG,
    SILENCES,
    STORIES_CHANGELOG,
    STORIES_EVENTS,
    Topic,
)
from tests.e2e.items import stories
from tests.e2e.world import World
from tests.eventually import eventually

pytestmark = pytest.mark.kafka

READ = (ARTICLES_RAW, ARTICLES_TAGGED, ARTICLES_MATCHED, STORIES_EVENTS)
REMEMBERED = (FEEDS_STATE, SEEN_CHANGELOG, STORIES_CHANGELOG, DELIVERIES)
SAID = (SILENCES, RECEIVERS_STATE, NOTICES)

NOTHING = b"none"  # the client sends no record without key and value, unless it is led to
KEYS = (NOTHING, b"", b"\xff\xfe", b"test", b"k" * 100_000)
VALUES = (
    None,
    b"",
    b"\x00\xff",
    b"null",
    b"[]",
    b'{"id":NaN}',
    b'{"x":' + b"[" * 100_000,
    b'{"at":"2026-01-01T00:00:00","until":"2026-01-01T00:00:00","id":"x"}',
)
HEADERS = (
    [],
    [("lane", b"\xff"), ("lane", b""), ("", b"x" * 10_000), ("deliver", b"\xff")],
)
MOMENTS = (None, 0, -9_000_000_000_000_000)  # now, 1970, and long before there were years


def poison() -> Iterator[tuple[bytes, bytes | None, list[tuple[str, bytes]], int | None]]:
    """Every value under every key, with headers and times in turn."""
    number = 0
    for key in KEYS:
        for value in VALUES:
            yield key, value, HEADERS[number % len(HEADERS)], MOMENTS[number // 2 % len(MOMENTS)]
            number += 1


def pour(kafka: Kafka, topics: tuple[Topic, ...]) -> Counter[str]:
    """All of it on each of these topics; how many records each has."""
    producer = kafka.producer(key_serializer=lambda key: None if key == NOTHING else key)
    poured: Counter[str] = Counter()
    for topic in topics:
        for number, (key, value, headers, at) in enumerate(poison()):
            if topic.retention is None and key == NOTHING:
                continue  # the broker takes none into what is compacted
            producer.send(
                kafka.name(topic), key=key, value=value, headers=headers, timestamp_ms=at,
                partition=number % 2,
            ).get(30)  # fmt: skip
            poured[topic.name] += 1
    producer.close()
    return poured


def put_aside(kafka: Kafka, topic: Topic) -> int:
    """Records of a topic; one read again after a kill is put aside again, and counts once."""
    return len({dict(letter.headers)["source"] for letter in kafka.read(topic.dead)})


def test_no_record_stops_anything_and_each_that_is_none_is_put_aside(
    cluster: Kafka, made: World
) -> None:
    first, second = stories()[:2]
    poured = pour(cluster, (*READ, *REMEMBERED, *SAID))
    made.start()
    made.feed.items.append(first)
    made.wait_told(first)

    for service in made.services.values():
        service.kill()
        service.start()
    for service in made.services.values():
        service.wait_ready()
    made.feed.items.append(second)
    made.wait_told(second)

    for topic in READ:
        eventually(
            f"all poison of {topic.name} is put aside",
            lambda topic=topic: put_aside(cluster, topic) == poured[topic.name],
        )
    for item in (first, second):  # killed after the POST, before its answer: told again, same id
        assert len({alert.id for alert in made.told(item)}) == 1


def test_a_record_that_is_small_only_while_packed_is_put_aside_by_its_beginning(
    cluster: Kafka, running: World
) -> None:
    item = stories()[0]
    large = b'{"title":"' + b"x" * (10 * MAX_CARRIED)
    producer = cluster.producer()
    producer.config["max_request_size"] = 100 * MAX_CARRIED
    for topic in READ:
        for partition in range(2):
            producer.send(cluster.name(topic), key=b"k", value=large, partition=partition).get(30)
    producer.close()
    running.feed.items.append(item)
    running.wait_told(item)
    for topic in READ:
        letters = eventually(topic.dead.name, lambda topic=topic: list(cluster.read(topic.dead)))
        assert len(letters) == 2
        for letter in letters:
            assert large.startswith(letter.value)
            said = dict(letter.headers)
            assert said["cut"].startswith(str(len(large) + 1).encode())
            assert said["reason"].startswith(b"too-large")
