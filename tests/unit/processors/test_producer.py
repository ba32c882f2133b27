"""How long the processors' producer waits, and for what."""

from services.processors.application import SEND_PATIENCE, Application
from services.processors.producer import ANSWERED_WITHIN


async def test_a_lost_request_is_sent_again_long_before_its_records_are_given_up(
    app: Application,
) -> None:
    client = app.producer._new_producer()

    assert client.client._request_timeout_ms == 1000 * ANSWERED_WITHIN
    assert client._sender._request_timeout_ms == 1000 * ANSWERED_WITHIN
    assert client._message_accumulator._batch_ttl == SEND_PATIENCE
    assert 5 * ANSWERED_WITHIN < SEND_PATIENCE
