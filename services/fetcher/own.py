"""The edge that shares the feeds out: who holds a partition of `feeds.state` owns its feeds.

Members of one consumer group; when one dies, the others get its partitions within the session
timeout, read the memory of its feeds and go on where it stopped. Nothing is consumed or committed:
the group is for ownership alone.

The client tells of changes in a thread of its own, also while the memory of what came before is
still being read: what was lost meanwhile is not in `given` any more.
"""

import threading
from collections.abc import Callable, Mapping
from queue import SimpleQueue

import structlog

from services.fetcher.state import FeedState, is_sound
from shared.codec import Undecodable, decode
from shared.kafka import Kafka
from shared.topics import FEEDS_STATE

log = structlog.get_logger("services.fetcher")

GROUP = "fetcher"
HEARTBEATS = 20
"""In a session. A member hears at a heartbeat that another one is gone: few would make it late."""

Partitions = frozenset[int]
Assigned = Callable[[Partitions, Mapping[str, FeedState]], None]


class Ownership(threading.Thread):
    """A member of the group, in a thread of its own until `stop`.

    `assigned` is called with new partitions and the memory in them; `revoked` with lost ones,
    before anybody else has them. `failed` is called when the thread dies: nothing is owned then.
    """

    def __init__(
        self,
        kafka: Kafka,
        *,
        session_seconds: float,
        assigned: Assigned,
        revoked: Callable[[Partitions], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        super().__init__(name="ownership", daemon=True)
        self._kafka, self._session = kafka, int(session_seconds * 1000)
        self._assigned, self._revoked, self._failed = assigned, revoked, failed
        self._noted: SimpleQueue[Partitions] = SimpleQueue()
        self._given: Partitions = frozenset()  # changed in the client's thread alone
        self._stopping = threading.Event()

    @property
    def given(self) -> Partitions:
        """What the group says is ours, at this moment."""
        return self._given

    def run(self) -> None:
        """Take part until stopped."""
        try:
            self._take_part()
        except BaseException as error:  # noqa: BLE001  the shell crashes the process with it
            self._failed(error)

    def stop(self) -> None:
        """Leave the group, so that others need not wait for the session to end."""
        self._stopping.set()
        self.join(timeout=3)

    def _take_part(self) -> None:
        consumer = self._kafka.member(
            FEEDS_STATE,
            group=GROUP,
            assigned=self._gain,
            revoked=self._lose,
            session_timeout_ms=self._session,
            heartbeat_interval_ms=self._session // HEARTBEATS,
        )
        try:
            while not self._stopping.is_set():
                consumer.poll(timeout_ms=250)
                consumer.pause(*consumer.assignment())  # ownership is all that is wanted
                while not self._noted.empty():
                    fresh = self._noted.get()
                    self._assigned(fresh, self._memory(fresh))
        finally:
            consumer.close()

    def _gain(self, partitions: Partitions) -> None:
        self._given |= partitions
        self._noted.put(partitions)

    def _lose(self, partitions: Partitions) -> None:
        self._given -= partitions
        self._revoked(partitions)

    def _memory(self, partitions: Partitions) -> Mapping[str, FeedState]:
        memory: dict[str, FeedState] = {}
        if not partitions:
            return memory
        for value in self._kafka.read_compacted(FEEDS_STATE, partitions).values():
            try:
                state = decode(value, FeedState)
            except Undecodable as error:
                log.warning("a feed's memory cannot be read", error=str(error)[:200])
                continue  # a feed without memory is polled afresh: nothing is lost by it
            if is_sound(state):
                memory[state.feed] = state
            else:
                log.warning(
                    "ignored a feed's memory that no poll can have left", feed=state.feed[:200]
                )
        return memory
