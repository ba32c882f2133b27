"""How long the recovery of tables waits for the broker."""

import asyncio

import pytest

from services.processors.application import application
from services.processors.settings import ProcessorsSettings


@pytest.mark.asyncio
async def test_a_broker_that_is_away_for_long_does_not_end_the_recovery() -> None:
    app = application(ProcessorsSettings(KAFKA_BOOTSTRAP_SERVERS="localhost:1"), {})
    answered = asyncio.Event()
    waiting = asyncio.create_task(app.tables.recovery._wait(answered.wait(), timeout=0.01))

    await asyncio.wait([waiting], timeout=0.05)
    before = waiting.done()
    answered.set()
    await waiting

    assert not before
