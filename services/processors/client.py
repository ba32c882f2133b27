"""The client that Faust reads with, and what we ask Kafka past it."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaTimeoutError, OffsetOutOfRangeError
from faust.transport.drivers.aiokafka import AIOKafkaConsumerThread, server_list
from faust.types import TP

SHOWN_WITHIN = 10.0
"""Seconds for the broker to show a record that it has."""


class Thread(AIOKafkaConsumerThread):  # type: ignore[misc]
    """Faust's, whose client's answers `Epochs` hears first."""

    async def time_at(self, tp: TP, offset: int) -> int | None:
        """The time of the record that stands at this offset, or next; None if the log ends before.

        It is read, by a client of its own: the stand-in is wrong where it says how far its logs
        reach, and when their records came. Raises KafkaError.
        """
        place = TopicPartition(tp.topic, tp.partition)
        servers = server_list(self.transport.url, self.transport.default_port)
        client = AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="none")
        try:
            await client.start()
            client.assign([place])
            client.seek(place, offset)
            return int((await asyncio.wait_for(client.getone(), SHOWN_WITHIN)).timestamp)
        except OffsetOutOfRangeError:
            return None
        except TimeoutError:
            raise KafkaTimeoutError(f"nothing is shown of {place} at {offset}") from None
        finally:
            await client.stop()

    def _create_worker_consumer(self, transport: Any) -> Any:
        made = super()._create_worker_consumer(transport)
        made._client.send = self.consumer.epochs.heard(made._client.send)  # noqa: SLF001  no public way
        return made
