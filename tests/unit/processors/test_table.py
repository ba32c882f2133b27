"""What is remembered is on the changelog, too, in the order and the partition of what it is of."""

from typing import Any

import pytest
from msgspec import Struct

from services.processors.application import Application
from services.processors.partitions import partition_of
from services.processors.stages import Write
from services.processors.table import AckedTable

PARTITIONS = 3


class Future(Struct):
    """A record that is to be sent."""

    message: Any  # as Faust has it: itself
    key: bytes
    value: bytes | None
    partition: int | None


class Changelog:
    """In the place of a changelog's topic: what it was sent."""

    def __init__(self) -> None:
        self.sent: list[Future] = []

    def as_future_message(
        self, *, key: bytes, value: bytes | None, partition: int | None, **_more: Any
    ) -> Future:
        future = Future(None, key, value, partition)
        future.message = future
        return future

    async def publish_message(self, future: Future, *, wait: bool) -> None:
        assert not wait  # or a stage would do one record for each answer of the broker
        self.sent.append(future)


@pytest.fixture
def table(app: Application, monkeypatch: pytest.MonkeyPatch) -> AckedTable:
    made: AckedTable = app.Table("a", partitions=PARTITIONS, key_type=bytes, value_type=bytes)
    made._changelog_topic = Changelog()
    monkeypatch.setattr(made, "partition_for_key", lambda _key: 1)  # that of the record at hand
    return made


def sent(table: AckedTable) -> list[tuple[bytes, bytes | None]]:
    changelog: Any = table.changelog_topic
    return [(one.key, one.value) for one in changelog.sent]


async def test_what_is_written_and_deleted_is_sent_once_and_in_order(table: AckedTable) -> None:
    writes = [Write(b"a", b"1"), Write(b"b", b"2"), Write(b"a", None), Write(b"never there", None)]

    first = await table.write(writes)
    second = await table.write([Write(b"c", b"3")])

    assert dict(table) == {b"b": b"2", b"c": b"3"}
    assert sent(table)[:3] == [(write.key, write.value) for write in writes[:3]]
    assert sent(table)[-1] == (b"c", b"3")
    assert [future.key for future in second] == [b"c"]
    assert len(first) + len(second) == len(sent(table))


async def test_of_a_lost_changelog_only_what_is_held_is_written_again(table: AckedTable) -> None:
    """Each entry goes where the record's key put it: a watch's entries lie where its matches do."""
    table.keyed_by = lambda key: key.split(b"/")[0]
    entries = [Write(b"%d/s/%d" % (watch, n), b"step") for watch in range(9) for n in range(2)]
    await table.write(entries)
    before = len(sent(table))

    how_many = table.write_again({0, 2})
    again = await table.send()

    assert 0 < how_many == len(again) == len(sent(table)) - before < len(entries)
    placed = {entry.key: partition_of(entry.key.split(b"/")[0], PARTITIONS) for entry in entries}
    assert {one.key: one.partition for one in again} == {
        key: number for key, number in placed.items() if number in {0, 2}
    }
