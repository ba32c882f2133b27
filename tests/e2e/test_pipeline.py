"""The whole way: feed ▸ fetcher ▸ Kafka ▸ Faust ▸ Kafka ▸ alerting ▸ signed webhook."""

import uuid
from typing import Any

import pytest

from shared.kafka import Kafka
from shared.topics import ARTICLES_RAW, Topic
from tests.e2e.items import look_alikes, stories
from tests.e2e.world import World
from tests.eventually import eventually

pytestmark = pytest.mark.broker


def test_each_story_is_told_once_by_a_signed_webhook_and_nothing_else_is(running: World) -> None:
    items = stories()
    running.feed.items += items[:8]
    running.feed.items += look_alikes()
    for item in items[:8]:
        running.wait_told(item)

    running.feed.items += items[:3]  # repeated by the feed
    running.feed.items += items[8:]  # and newer ones, which must overtake nothing
    for item in items[8:]:
        running.wait_told(item)

    assert not running.sink.refused
    assert sorted(alert.article for alert in running.sink.received) == sorted(
        running.feed.article(item) for item in items
    )
    assert len({alert.id for alert in running.sink.received}) == len(items)
    eventually("the audit says so", lambda: _told(running.audit()) == len(items))


def _told(audit: dict[str, dict[str, Any]]) -> int:
    """How many the ledger calls told; the rest must have come to its end, too."""
    assert not any(row["faults"] for row in audit.values())
    return int(audit["sink"]["fates"].get("told", 0))


def test_every_service_drains_and_exits_with_0_when_told_to_stop(running: World) -> None:
    item = stories()[0]
    running.feed.items.append(item)
    running.wait_told(item)

    statuses = {name: service.stop() for name, service in running.services.items()}

    assert statuses == dict.fromkeys(running.services, 0)


def test_what_a_service_did_stands_on_its_page(running: World) -> None:
    running.feed.items += stories()[:2]
    for item in stories()[:2]:
        running.wait_told(item)

    def counted(service: str, sample: str) -> bool:
        return sample in running.services[service].page("/metrics")

    eventually(
        "two records passed each stage",
        lambda: all(
            counted(
                "processors", f'newswatch_records_total{{outcome="passed",stage="{stage}"}} 2.0'
            )
            for stage in ("tag", "select", "gather")
        ),
    )
    assert counted("alerting", 'newswatch_alert_latency_seconds_count{receiver="sink"}')


def test_what_is_no_article_goes_whole_to_the_dead_topic_and_the_next_is_told(
    running: World, cluster: Kafka
) -> None:
    garbage = b'{"id": 7, \xff'
    producer = cluster.producer()
    for partition in (0, 1):
        producer.send(cluster.name(ARTICLES_RAW), value=garbage, key=b"k", partition=partition)
    producer.close()
    item = stories()[0]
    running.feed.items.append(item)
    running.wait_told(item)

    dead = eventually("two dead letters", lambda: _all_of(cluster, ARTICLES_RAW.dead, 2))

    assert [record.value for record in dead] == [garbage, garbage]
    headers = {name: value.decode() for name, value in dead[0].headers}
    assert headers["stage"] == "tag"
    assert headers["reason"].startswith("undecodable: not a Article")
    raw = cluster.name(ARTICLES_RAW)
    sources = {dict(record.headers)["source"].decode() for record in dead}
    assert sources == {f"{raw}-0-0", f"{raw}-1-0"}


def _all_of(cluster: Kafka, topic: Topic, count: int) -> list[Any]:
    """The records of this topic once there are so many of them, else nothing."""
    consumer = cluster.consumer(topic, group=f"test-{uuid.uuid4()}")
    found = [record for records in consumer.poll(timeout_ms=5000).values() for record in records]
    consumer.close()
    return found if len(found) >= count else []
