"""`newswatch audit` names what a running Newswatch lost, until it is made up for."""

from collections.abc import Callable

import pytest
from kafka import KafkaConsumer, TopicPartition

from shared.kafka import Kafka
from shared.offsets import commit_at
from shared.topics import ALERTING_GROUPS, ARTICLES_RAW, PROCESSORS_ID, STORIES_EVENTS, Topic
from tests.e2e.items import stories
from tests.e2e.world import World
from tests.eventually import eventually
from tests.held import held

pytestmark = [
    pytest.mark.broker,
    pytest.mark.kafka,  # the fallback miscounts offsets
]


def test_what_a_group_was_made_to_skip_is_missing_until_it_is_made_up_for(running: World) -> None:
    door, items = door_of(running), stories()[:3]
    running.feed.items.append(items[0])
    running.wait_told(items[0])
    assert not faults(running)

    running.services["alerting"].stop()
    running.feed.items.append(items[1])
    eventually("it is a story", lambda: held(door, STORIES_EVENTS) == 2)
    skip(door, ALERTING_GROUPS + "sink", STORIES_EVENTS)
    running.services["processors"].stop()
    running.feed.items.append(items[2])
    eventually("it is published", lambda: held(door, ARTICLES_RAW) == 3)
    skip(door, PROCESSORS_ID, ARTICLES_RAW)

    article, event = faults(running)
    assert running.feed.article(items[2]) in article
    assert "is not on articles.tagged" in article
    assert "the ledger has no entry for event" in event

    commit(door, PROCESSORS_ID, ARTICLES_RAW, lambda offsets: offsets.start)
    running.services["processors"].start()
    running.services["alerting"].start()
    running.services["alerting"].wait_ready()
    running.newswatch("replay", "--deliver", "sink", "--since", "1h")

    for item in items[1:]:
        running.wait_told(item)
    eventually("nothing is missing", lambda: not faults(running))
    assert [len(running.told(item)) for item in items] == [1, 1, 1]


def faults(world: World) -> list[str]:
    return [fault for row in world.audit().values() for fault in row["faults"]]


def door_of(world: World) -> Kafka:
    environ = world.services["fetcher"].environ
    return Kafka(environ["KAFKA_BOOTSTRAP_SERVERS"], environ["NEWSWATCH_NAMESPACE"])


def skip(door: Kafka, group: str, topic: Topic) -> None:
    """As `kafka-consumer-groups --reset-offsets --to-latest` does."""
    commit(door, group, topic, lambda offsets: offsets.stop)


def commit(door: Kafka, group: str, topic: Topic, at: Callable[[range], int]) -> None:
    consumer = KafkaConsumer(
        bootstrap_servers=door.servers, group_id=door.namespace + group, enable_auto_commit=False
    )
    held = door.extents((topic,))[topic]
    places = {TopicPartition(door.name(topic), n): at(offsets) for n, offsets in held.items()}
    consumer.assign(list(places))
    commit_at(consumer, places)
    consumer.close()
