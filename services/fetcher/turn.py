"""Waiting for a turn: the one place that sleeps for politeness."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from services.fetcher.catalogue import Feed
from services.fetcher.politeness import Manners, Turns


@asynccontextmanager
async def turn(
    turns: Turns, key: str, manners: Feed | Manners, clock: Callable[[], datetime]
) -> AsyncIterator[None]:
    """Wait until it is this key's turn, and give the turn back at the end of the block."""
    while later := turns.claim(key, manners, clock()):  # noqa: ASYNC110  turns come by the clock
        await asyncio.sleep(max(0.0, (later - clock()).total_seconds()))
    try:
        yield
    finally:
        turns.done(key)
