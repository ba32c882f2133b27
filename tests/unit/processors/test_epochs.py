"""Where what is fetched does not go on from what was fetched before."""

from struct import pack
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from faust.types import TP

from services.processors.epochs import Epochs

TOPIC = "articles"
ARTICLES = TP(TOPIC, 0)
LENGTH, VERSION = slice(8, 12), 16
"""Where a batch says its length, and its version; the epoch stands between."""


def batch(first: int, *, records: int = 1, epoch: int = 0) -> bytes:
    """As aiokafka makes it, and a broker then marks and numbers it."""
    made = DefaultRecordBatchBuilder(2, 0, 0, 1, 0, 0, 1 << 20)
    for number in range(records):
        made.append(number, 1, b"k", b"v", [])
    written = bytes(made.build())
    return pack(">q", first) + written[LENGTH] + pack(">i", epoch) + written[VERSION:]


class Broker:
    """Answers what is fetched, and whatever else is asked."""

    def __init__(self) -> None:
        self.epochs = Epochs()
        self.said: Any = None

    async def send(self, _node: int, _request: Any, **_options: Any) -> Any:
        return self.said

    async def fetch(self, offset: int, *batches: bytes) -> frozenset[tuple[TP, int]]:
        """Where it has turned by then."""
        request = FetchRequest(1, 1, 1, 0, [(TOPIC, [(0, offset, 1)])])
        self.said = SimpleNamespace(topics=[(TOPIC, [(0, 0, 99, 99, [], b"".join(batches))])])
        assert await self.epochs.heard(self.send)(0, request) is self.said
        return self.epochs.turns(ARTICLES, 99)


@pytest.fixture
def broker() -> Broker:
    return Broker()


async def test_what_is_fetched_first_may_be_of_any_epoch(broker: Broker) -> None:
    assert not await broker.fetch(7, batch(7, epoch=3))


async def test_what_goes_on_in_the_same_epoch_is_the_same_log(broker: Broker) -> None:
    await broker.fetch(0, batch(0, records=3), batch(3))
    await broker.fetch(4)
    assert not await broker.fetch(4, batch(4))


async def test_a_new_leader_may_have_lost_what_was_read(broker: Broker) -> None:
    await broker.fetch(0, batch(0, records=3))
    turns = await broker.fetch(3, batch(3, epoch=2))
    assert turns == {(ARTICLES, 3)}
    assert not broker.epochs.turns(ARTICLES, 2), "what is before it was read"
    assert not broker.epochs.turns(TP(TOPIC, 1), 3)

    broker.epochs.looked(turns)
    assert not await broker.fetch(4, batch(4, epoch=2))


async def test_an_epoch_that_begins_within_an_answer_goes_on_from_what_is_before_it(
    broker: Broker,
) -> None:
    await broker.fetch(0, batch(0))
    assert not await broker.fetch(1, batch(1), batch(2, epoch=2))
    assert not await broker.fetch(3, batch(3, epoch=2))


async def test_what_is_fetched_elsewhere_than_it_went_on_may_be_another_log(broker: Broker) -> None:
    """So the client begins anew, in the same epoch, where there is nothing where it would go on."""
    await broker.fetch(0, batch(0, records=9))
    assert await broker.fetch(0, batch(0, records=4), batch(4, epoch=2)) == {(ARTICLES, 0)}


async def test_what_came_before_a_rebalance_says_nothing(broker: Broker) -> None:
    await broker.fetch(0, batch(0))
    broker.epochs.forget()
    assert not await broker.fetch(5, batch(5, epoch=2))


@pytest.mark.parametrize(
    "unread",
    [b"", batch(1, epoch=2)[:-1], b"\0" * 16 + b"\1" + b"\0" * 40],
    ids=["nothing", "half a batch", "one of Kafka's first versions"],
)
async def test_what_has_no_epoch_says_nothing(broker: Broker, unread: bytes) -> None:
    await broker.fetch(0, batch(0))
    assert not await broker.fetch(1, unread)
    assert not await broker.fetch(1, batch(1))


async def test_other_answers_are_not_looked_at(broker: Broker) -> None:
    broker.said = object()
    assert await broker.epochs.heard(broker.send)(0, object(), group=1) is broker.said
