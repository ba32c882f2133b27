"""In which epoch of its partition's leader a record was written; Kafka marks each batch with it.

A log loses its end only where a leader begins: another broker, or the same one started again. What
it then writes is of an epoch of its own. So where what is fetched does not go on from what was
fetched before, in the same epoch, what was read may be gone, and others may stand in its place.

aiokafka 0.14 does not look at epochs, so they are read from what its client is answered. (Kafka's
own clients go further: they ask a new leader where the old one's epoch ended, KIP-320.)
"""

from collections.abc import Awaitable, Callable, Iterator
from struct import Struct
from typing import Any, NamedTuple

from aiokafka import TopicPartition
from aiokafka.protocol.fetch import FetchRequest

_BATCH = Struct(">qiib4x2xi")
"""Base offset, length of what follows, leader's epoch, version, checksum, flags, offsets in it."""

_BEFORE_LENGTH_COUNTS = 12
_WITH_EPOCHS = 2

Send = Callable[..., Awaitable[Any]]
"""aiokafka's client: to which node, and what."""


class Reach(NamedTuple):
    """Up to which offset was fetched, and in which epoch that was written."""

    offset: int
    epoch: int


class Epochs:
    """Where in its partitions something else may stand than what was read before."""

    def __init__(self) -> None:
        self._reached: dict[TopicPartition, Reach] = {}
        self._turns: set[tuple[TopicPartition, int]] = set()

    def heard(self, send: Send) -> Send:
        """The client's `send`, with us listening to what the broker answers."""

        async def sent(node: Any, request: Any, **options: Any) -> Any:
            answer = await send(node, request, **options)
            if isinstance(request, FetchRequest):
                self._fetched(request, answer)
            return answer

        return sent

    def turns(self, tp: TopicPartition, offset: int) -> frozenset[tuple[TopicPartition, int]]:
        """Where something else may begin, up to this offset."""
        return frozenset(turn for turn in self._turns if turn[0] == tp and turn[1] <= offset)

    def looked(self, turns: frozenset[tuple[TopicPartition, int]]) -> None:
        """All that was read before is there."""
        self._turns -= turns

    def forget(self) -> None:
        """What is fetched next is begun anew."""
        self._reached.clear()
        self._turns.clear()

    def _fetched(self, request: Any, answer: Any) -> None:
        asked = {
            TopicPartition(topic, partition): offset
            for topic, partitions in request.topics
            for partition, offset, _ in partitions
        }
        for topic, partitions in answer.topics:
            for partition, _error, _highwater, *_more, records in partitions:
                tp = TopicPartition(topic, partition)
                self._came(tp, asked[tp], list(_reaches(records or b"")))

    def _came(self, tp: TopicPartition, offset: int, reaches: list[Reach]) -> None:
        if not reaches:
            return
        before = self._reached.get(tp)
        if before and before != Reach(offset, reaches[0].epoch):
            self._turns.add((tp, offset))
        self._reached[tp] = reaches[-1]


def _reaches(records: bytes) -> Iterator[Reach]:
    """How far each batch reaches; none of versions without epochs, nor of what is not whole."""
    at = 0
    while len(records) - at >= _BATCH.size:
        base, length, epoch, version, last = _BATCH.unpack_from(records, at)
        at += _BEFORE_LENGTH_COUNTS + length
        if version < _WITH_EPOCHS or at > len(records):
            return
        yield Reach(base + last + 1, epoch)
