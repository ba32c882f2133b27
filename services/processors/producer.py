"""Faust's producer, whose requests end in time.

aiokafka has one setting for how long a request may go without an answer and for how long a record
is tried. Where packets vanish without a word, the first request would have taken all of it: nothing
moved for ten minutes, and then the process ended, although the network was well again.
"""

from typing import Any

from faust.transport.drivers.aiokafka import Producer as FaustProducer

ANSWERED_WITHIN = 60.0
"""Seconds after which a request is sent again by a new connection. The largest one may take 40."""


class Producer(FaustProducer):  # type: ignore[misc]
    """Sends for Faust; a record is tried as long as before."""

    def _new_producer(self, *args: Any, **kwargs: Any) -> Any:
        client = super()._new_producer(*args, **kwargs)
        limit = int(ANSWERED_WITHIN * 1000)
        client.client._request_timeout_ms = limit  # noqa: SLF001  no public way to say it
        client._sender._request_timeout_ms = limit  # noqa: SLF001  what the broker is told
        return client
