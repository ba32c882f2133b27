"""Whether a process that did not run finds out, and one that was only busy is left alone."""

import asyncio
import threading

from services.processors.pulse import BEAT, Pulse


class Clock:
    def __init__(self) -> None:
        self.now = 0.0
        self._asked = threading.Semaphore(0)

    def __call__(self) -> float:
        self._asked.release()
        return self.now

    def wait_asked(self, times: int) -> None:
        """Until it was asked so many times from now on."""
        while self._asked.acquire(blocking=False):
            pass
        for _ in range(times + 2):  # a beat asks twice; the first may have begun before
            assert self._asked.acquire(timeout=10)


def test_a_gap_longer_than_allowed_is_told_with_its_length() -> None:
    clock, told = Clock(), list[float]()
    pulse = Pulse(6.0, told.append, clock)
    clock.now = 6.0
    pulse.feel()
    assert told == []
    clock.now = 6.5
    pulse.feel()
    assert told == [6.5]


def test_the_thread_finds_a_freeze_by_itself() -> None:
    clock, told, found = Clock(), list[float](), threading.Event()

    def frozen(seconds: float) -> None:
        told.append(seconds)
        found.set()

    pulse = Pulse(6.0, frozen, clock)
    pulse.start()
    clock.now = 60.0
    assert found.wait(10)
    pulse.stop()
    pulse.join()
    assert told[0] == 60.0


async def test_the_loop_finds_it_where_the_thread_has_not_woken_yet() -> None:
    clock, told, found = Clock(), list[float](), asyncio.Event()

    def frozen(seconds: float) -> None:
        told.append(seconds)
        found.set()

    pulse = Pulse(6.0, frozen, clock)  # its thread never runs
    pulse.watch(asyncio.get_running_loop())
    clock.now = 7.0
    await asyncio.wait_for(found.wait(), 10)
    pulse.stop()
    assert told[0] == 7.0


async def test_a_loop_that_is_only_busy_is_not_frozen() -> None:
    clock, told = Clock(), list[float]()
    pulse = Pulse(6.0, told.append, clock)
    pulse.start()
    pulse.watch(asyncio.get_running_loop())
    for _ in range(4):
        clock.now += 4.0
        clock.wait_asked(2)  # by the thread: the loop is held here
    await asyncio.sleep(2 * BEAT)
    pulse.stop()
    assert told == []
