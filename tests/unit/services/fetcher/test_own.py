"""Who owns which feeds while the group changes its mind."""

from collections.abc import Callable, Mapping
from threading import Event
from typing import Any

from services.fetcher.memory import Memory
from services.fetcher.own import Ownership, Partitions
from services.fetcher.state import FeedState
from shared.topics import Topic

BOTH = frozenset({0, 1})


class Group:
    """A Kafka whose group says what a test says, and whose state is slow to read."""

    def __init__(self) -> None:
        self.joined, self.reading, self.may_read = Event(), Event(), Event()

    def member(
        self,
        _topic: Topic,
        *,
        assigned: Callable[[Partitions], None],
        revoked: Callable[[Partitions], None],
        **_options: Any,
    ) -> "Group":
        self.assign, self.revoke = assigned, revoked
        self.joined.set()
        return self

    def read_compacted(self, _topic: Topic, _partitions: Partitions) -> dict[bytes, bytes]:
        self.reading.set()
        assert self.may_read.wait(10)
        return {}

    def poll(self, timeout_ms: int) -> None:
        Event().wait(timeout_ms / 1000)

    def pause(self, *_partitions: int) -> None:
        pass

    def assignment(self) -> tuple[int, ...]:
        return ()

    def close(self) -> None:
        pass


class Nowhere:
    async def publish(self, _articles: object) -> None:
        raise AssertionError

    async def remember(self, _state: object) -> None:
        raise AssertionError


def test_a_partition_that_another_got_while_its_memory_was_read_is_not_owned() -> None:
    group, memory = Group(), Memory(Nowhere(), partitions=2)
    handed: list[Partitions] = []
    both_handed = Event()

    def hold(partitions: Partitions, states: Mapping[str, FeedState]) -> None:
        memory.hold(partitions, states, lambda: ownership.given)
        handed.append(partitions)
        if len(handed) == 2:
            both_handed.set()

    def failed(error: BaseException) -> None:
        raise error

    ownership = Ownership(
        group,  # type: ignore[arg-type]
        session_seconds=6,
        assigned=hold,
        revoked=memory.release,
        failed=failed,
    )
    ownership.start()
    assert group.joined.wait(10)
    group.assign(BOTH)
    assert group.reading.wait(10)
    group.revoke(BOTH)  # another joins, before the first memory is read
    group.assign(frozenset({0}))
    group.may_read.set()
    assert both_handed.wait(10)
    ownership.stop()

    assert handed == [BOTH, frozenset({0})]
    assert memory.holds(0)
    assert not memory.holds(1)
