"""How clients are made."""

import pytest

from shared.kafka import Kafka, NoBroker
from shared.topics import STORIES_EVENTS


def test_each_client_tries_a_broker_that_is_away_again_every_second() -> None:
    options = Kafka("localhost:1", "")._connected(dict)

    assert options["reconnect_backoff_max_ms"] == 1_000


def test_an_address_that_is_none_is_said_to_be_none() -> None:
    with pytest.raises(NoBroker, match="'localhost:kafka' names no broker; write HOST:PORT"):
        Kafka("localhost:kafka").partitions([STORIES_EVENTS])
