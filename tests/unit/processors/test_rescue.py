"""Tables whose changelog is lost, written again."""

import asyncio
from collections.abc import Callable, Collection
from typing import Any

import pytest

from services.processors import rescue as module
from services.processors.rescue import Rescue


class Table:
    """What a rescue asks of one; its records are on the broker when `arrived` is set."""

    def __init__(self, name: str, arrived: asyncio.Event) -> None:
        self.name = self.changelog_topic_name = name
        self.written: list[Collection[int]] = []
        self._arrived = arrived
        self.meanwhile: Callable[[], object] = bool

    def write_again(self, partitions: Collection[int]) -> int:
        self.written.append(partitions)
        meanwhile, self.meanwhile = self.meanwhile, bool
        meanwhile()
        return len(partitions)

    async def send(self) -> list[Any]:
        return [self._arrived.wait()]


@pytest.fixture
async def arrived() -> asyncio.Event:
    """Set when the broker takes records."""
    return asyncio.Event()


def refused() -> None:
    """What the client says to a record for a partition that there is not."""
    raise AssertionError("Unrecognized partition")


def rescuing(*tables: Table) -> Rescue:
    async def still() -> None:
        """No stage works."""

    rescue = Rescue(lambda source: {"raw": {0, 1}}[source], still)
    for table in tables:
        rescue.add("raw", table)
    return rescue


async def test_only_what_is_lost_is_written_and_only_once(arrived: asyncio.Event) -> None:
    arrived.set()
    lost, other = Table("lost", arrived), Table("other", arrived)
    rescue = rescuing(lost, other)
    rescue.lost({"lost", "of somebody else"})

    for _again in range(2):
        await rescue.carry_out()

    assert (lost.written, other.written) == ([{0, 1}], [])


async def test_nothing_is_written_again_while_a_stage_still_works(arrived: asyncio.Event) -> None:
    """What the stage writes meanwhile could be overwritten by what was before."""
    arrived.set()
    table, idle = Table("one", arrived), asyncio.Event()
    rescue = Rescue(lambda _source: {0}, idle.wait)
    rescue.add("raw", table)
    rescue.all_lost()
    writing = asyncio.create_task(rescue.carry_out())

    await asyncio.wait([writing], timeout=0.01)
    before = list(table.written)
    idle.set()
    await writing

    assert (before, table.written) == ([], [{0}])


async def test_what_is_lost_again_while_it_is_written_is_written_again(
    arrived: asyncio.Event,
) -> None:
    arrived.set()
    table = Table("one", arrived)
    rescue = rescuing(table)
    rescue.all_lost()
    table.meanwhile = rescue.all_lost

    written = [await rescue.carry_out() for _again in range(3)]

    assert written == [True, True, False]
    assert table.written == [{0, 1}, {0, 1}]


async def test_a_table_that_cannot_be_written_does_not_keep_the_others(
    arrived: asyncio.Event,
) -> None:
    """Its changelog was made anew with fewer partitions, say."""
    arrived.set()
    tables = [Table("one", arrived), Table("two", arrived)]
    rescue = rescuing(*tables)
    rescue.all_lost()
    tables[0].meanwhile = refused

    assert await rescue.carry_out()
    assert tables[1].written == [{0, 1}]
    tables[0].meanwhile = refused
    assert not await rescue.carry_out()  # or who goes on until nothing is lost would never end


async def test_whoever_comes_while_tables_are_written_leaves_when_they_are(
    arrived: asyncio.Event,
) -> None:
    tables = [Table("one", arrived), Table("two", arrived)]
    rescue = rescuing(*tables)
    rescue.all_lost()
    first, second = (asyncio.create_task(rescue.carry_out()) for _ in range(2))

    await asyncio.wait([second], timeout=0.05)
    left_early = second.done()
    arrived.set()
    await asyncio.gather(first, second)

    assert not left_early
    assert [table.written for table in tables] == [[{0, 1}], [{0, 1}]]


async def test_what_could_not_be_written_in_time_is_tried_again_by_the_next(
    arrived: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SAVE_WITHIN", 0.01)
    table = Table("one", arrived)
    rescue = rescuing(table)
    rescue.all_lost()

    assert not await rescue.carry_out()
    arrived.set()
    assert await rescue.carry_out()

    assert table.written == [{0, 1}, {0, 1}]
