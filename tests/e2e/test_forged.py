"""Well-formed records that nobody of ours would write, on every topic, while everything runs."""

import zlib
from collections.abc import Iterator
from itertools import islice
from random import Random
from typing import Any

import msgspec
import pytest

from services.alerting.silence import Silence
from services.alerting.standing import Notice, Standing
from services.fetcher.state import FeedState
from services.processors.gather.steps import Step, Told, as_sent
from services.processors.judge import Seen
from shared.codec import decode
from shared.kafka import Kafka
from shared.records import Article, Delivery, Match, Outcome, StoryEvent, TaggedArticle
from shared.topics import (
    ALERTING_GROUPS,
    ARTICLES_MATCHED,
    ARTICLES_RAW,
    ARTICLES_TAGGED,
    DELIVERIES,
    FEEDS_STATE,
    NOTICES,
    PROCESSORS_ID,
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
from tests.forged import Forged, forgeries, json_bytes, packed_bytes, plain, with_forged
from tests.unit.alerting.stories import T0

pytestmark = pytest.mark.kafka

OF_EACH = 60
"""Forged records of each kind; by hand there were all."""

LARGE = 300_000
ORDERS = {("gone",), ("feed",)}
"""What would tell a fetcher, in well-formed words, to leave a feed alone."""

SILENCE = Silence(id="s", until=T0, made=T0, receiver="nobody", story="none")
STANDING = Standing(receiver="nobody", at=T0, disabled="gone")
NOTICE = Notice(id="n", about="nobody", at=T0, text="it is gone")
READ = {ARTICLES_RAW: Article, ARTICLES_TAGGED: TaggedArticle, ARTICLES_MATCHED: Match}


def chosen(kind: type[Any], good: Any, luck: Random) -> Iterator[tuple[Forged, Any]]:
    """So many of all forged records of a kind, as plain values."""
    able = [one for one in forgeries(kind, good) if one.place not in ORDERS]
    for one in luck.sample(able, min(OF_EACH, len(able))):
        yield one, with_forged(kind, good, one)


def forged(door: Kafka, luck: Random) -> Iterator[tuple[Topic, bytes, bytes, int]]:
    """Topic, key, value, partition; made from what is there of a story that was told."""
    for topic, kind in (READ | {STORIES_EVENTS: StoryEvent}).items():
        record = next(door.read(topic))
        for _, value in chosen(kind, plain(decode(record.value, kind)), luck):
            yield topic, record.key, json_bytes(value), record.partition
    for topic, good in ((SILENCES, SILENCE), (RECEIVERS_STATE, STANDING), (NOTICES, NOTICE)):
        for one, value in chosen(type(good), plain(good), luck):
            key = str(one.value) if one.place in {("id",), ("receiver",)} else ""
            name = (key or next(iter(plain(good).values()))).encode(errors="replace")
            yield topic, name, json_bytes(value), 0
    for topic, kind in ((DELIVERIES, Delivery), (FEEDS_STATE, FeedState), (SEEN_CHANGELOG, Seen)):
        record = next(one for one in door.read(topic) if one.value)
        for number, (_, value) in enumerate(chosen(kind, plain(decode(record.value, kind)), luck)):
            key = luck.choice((f"forged-{number}", record.key.decode()))
            if kind is Delivery and isinstance(value, dict):
                key = f"forged-{number}"
                value |= {"alert": key, "outcome": luck.choice(list(Outcome))}
            yield topic, key.encode(), json_bytes(value), record.partition
    yield from forged_steps(door, luck)


def forged_steps(door: Kafka, luck: Random) -> Iterator[tuple[Topic, bytes, bytes, int]]:
    """Steps and what they tell, in place of real ones and beside them."""
    for record in islice(door.read(STORIES_CHANGELOG), 2):
        if b"/s/" in record.key:
            step = plain(msgspec.msgpack.decode(record.value, type=Step), packed=True)
            values = [packed_bytes(value) for _, value in chosen(Step, step, luck)]
        else:
            told = plain(as_sent(record.value), packed=True)
            values = [zlib.compress(packed_bytes(value)) for _, value in chosen(Told, told, luck)]
        for number, value in enumerate(values):
            key = luck.choice((record.key, record.key[:-3] + b"%03d" % (100 + number)))
            yield STORIES_CHANGELOG, key, value, record.partition


def test_a_story_is_told_once_whatever_stands_on_any_topic(cluster: Kafka, running: World) -> None:
    first, second, third = stories()[:3]
    running.feed.items.append(first)
    running.wait_told(first)

    luck, sent = Random(7), []
    producer = cluster.producer()
    for topic, key, value, partition in list(forged(cluster, luck)):
        if len(value) < LARGE:
            name = cluster.name(topic)
            sent.append(producer.send(name, key=key, value=value, partition=partition))
    for one in sent:
        one.get(60)
    producer.close()
    running.feed.items.append(second)
    running.wait_told(second)
    eventually("all is read", lambda: all_read(cluster))

    for service in running.services.values():
        assert service.stop() == 0
        service.start()
    for service in running.services.values():
        service.wait_ready()
    running.feed.items.append(third)
    running.wait_told(third)
    eventually("all is read", lambda: all_read(cluster))

    assert [len(running.told(item)) for item in (second, third)] == [1, 1]


def all_read(door: Kafka) -> bool:
    """Whether every record is committed by whoever reads it."""
    return all(
        not held or held.stop == door.committed(group, (topic,))[topic].get(number, 0)
        for group, topics in (
            (PROCESSORS_ID, tuple(READ)),
            (ALERTING_GROUPS + "sink", (STORIES_EVENTS,)),
        )
        for topic, parts in door.extents(topics).items()
        for number, held in parts.items()
    )
