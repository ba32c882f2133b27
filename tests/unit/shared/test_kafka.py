"""How clients are made."""

from shared.kafka import Kafka


def test_each_client_tries_a_broker_that_is_away_again_every_second() -> None:
    options = Kafka("localhost:1", "")._connected(dict)

    assert options["reconnect_backoff_max_ms"] == 1_000
