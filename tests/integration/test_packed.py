"""Records packed in each of the ways that Kafka knows: by another's producer, or by the broker."""

import asyncio
import os

import pytest
from aiokafka import AIOKafkaConsumer
from kafka.admin import KafkaAdminClient, NewTopic

from deploy.local.node import Broker
from shared.kafka import Kafka
from shared.topics import ARTICLES_RAW, MAX_RECORD

pytestmark = pytest.mark.kafka  # the fallback packs nothing anew

VALUES = [b"small", os.urandom(1000) * (MAX_RECORD // 1000 - 10), b"behind it"]


@pytest.fixture(params=["gzip", "lz4", "snappy", "zstd", "uncompressed"])
def packed(request: pytest.FixtureRequest, kafka: Broker, namespace: str) -> Kafka:
    """A broker that packs so what it keeps, as `compression.type` of many a cluster says."""
    door = Kafka(kafka.servers, namespace)
    admin = KafkaAdminClient(bootstrap_servers=kafka.servers)
    configs = {"compression.type": request.param, "max.message.bytes": str(MAX_RECORD)}
    admin.create_topics([NewTopic(door.name(ARTICLES_RAW), 1, 1, topic_configs=configs)])
    admin.close()
    producer = door.producer()
    for value in VALUES:
        producer.send(door.name(ARTICLES_RAW), value).get(timeout=60)
    producer.close()
    return door


def test_what_a_broker_packs_in_its_own_way_is_read_by_all(packed: Kafka) -> None:
    assert [record.value for record in packed.read(ARTICLES_RAW)] == VALUES
    assert asyncio.run(_as_processors_read(packed)) == VALUES


async def _as_processors_read(door: Kafka) -> list[bytes]:
    consumer = AIOKafkaConsumer(
        door.name(ARTICLES_RAW), bootstrap_servers=door.servers, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        return [(await consumer.getone()).value for _ in VALUES]
    finally:
        await consumer.stop()
