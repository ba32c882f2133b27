"""What is read ahead is counted by weight, whatever comes and goes."""

import asyncio
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from mode.utils.queues import FlowControlEvent

from services.processors.buffer import UNIT, Buffer


def event(size: int) -> Any:
    return SimpleNamespace(message=SimpleNamespace(value=bytes(size)))


def buffer(room: int = 0, flow: FlowControlEvent | None = None) -> Buffer:
    flow = flow or FlowControlEvent(initially_suspended=False)
    return Buffer(room, flow_control=flow, clear_on_resume=True)


def test_a_record_of_a_megabyte_takes_the_room_of_hundreds() -> None:
    one = buffer()

    one.put_nowait(event(1_000_000))

    assert one.qsize() == 1 + 1_000_000 // UNIT


def test_a_tombstone_counts_once() -> None:
    one = buffer()

    one.put_nowait(SimpleNamespace(message=SimpleNamespace(value=None)))

    assert one.qsize() == 1


def test_reading_is_paused_at_the_weight_and_goes_on_when_it_has_gone() -> None:
    one, said = buffer(room=100), list[str]()

    def put(size: int) -> None:
        one.put_nowait_enhanced(
            event(size),
            on_pressure_high=lambda: said.append("pause"),
            on_pressure_drop=drop,
        )

    def drop() -> None:
        said.append("go on")

    put(100 * UNIT)
    put(10)
    assert said == ["pause"]

    one.get_nowait()
    one.get_nowait()
    assert said == ["pause", "go on"]


@given(st.lists(st.integers(0, 5 * UNIT), max_size=20), st.integers(0, 25), st.booleans())
def test_an_empty_one_weighs_nothing(sizes: list[int], taken: int, cleared: bool) -> None:  # noqa: FBT001
    flow = FlowControlEvent()
    one = buffer(flow=flow)
    for size in sizes:
        one.put_nowait(event(size))
    for _ in range(min(taken, len(sizes))):
        one.get_nowait()
    if cleared:
        flow.clear()

    left = [] if cleared else sizes[taken:]
    assert one.qsize() == sum(1 + size // UNIT for size in left)
    assert one.empty() == (not left)


def test_a_flow_that_goes_on_loses_nothing_that_was_read_just_before() -> None:
    flow = FlowControlEvent()
    one = buffer(flow=flow)
    one.put_nowait(event(10))

    flow.resume()

    assert one.qsize() == 1


def test_who_waits_for_room_gets_it_when_a_large_record_goes() -> None:
    async def scene() -> None:
        one = buffer(room=10)
        await one.put(event(20 * UNIT))
        waiting = asyncio.ensure_future(one.put(event(1)))
        await asyncio.sleep(0)
        assert not waiting.done()
        one.get_nowait()
        await asyncio.wait_for(waiting, 5)

    asyncio.run(scene())
