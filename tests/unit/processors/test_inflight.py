"""How much is under way at once, and when nothing is: what is given up must be finished."""

import asyncio

from services.processors.inflight import InFlight


async def done(waiting: "asyncio.Task[None]") -> bool:
    """Whether it need not wait."""
    await asyncio.wait([waiting], timeout=0.01)
    return waiting.done()


async def test_who_finds_no_room_enters_when_another_leaves() -> None:
    inside = InFlight(2)
    await inside.enter()
    await inside.enter()
    third = asyncio.create_task(inside.enter())

    assert not await done(third)
    inside.leave()
    assert await done(third)


async def test_nothing_is_under_way_once_all_that_entered_have_left() -> None:
    inside = InFlight(9)
    assert await done(asyncio.create_task(inside.empty()))

    for _again in range(2):
        await inside.enter()
        await inside.enter()
        empty = asyncio.create_task(inside.empty())
        assert not await done(empty)
        inside.leave()
        assert not await done(empty)
        inside.leave()
        assert await done(empty)
