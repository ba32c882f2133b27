"""How long the recovery of tables waits for the broker."""

import asyncio

from services.processors.application import Application


async def test_a_broker_that_is_away_for_long_does_not_end_the_recovery(app: Application) -> None:
    answered = asyncio.Event()
    waiting = asyncio.create_task(app.tables.recovery._wait(answered.wait(), timeout=0.01))

    await asyncio.wait([waiting], timeout=0.05)
    before = waiting.done()
    answered.set()
    await waiting

    assert not before
