"""The Faust shell: runs the stages, and acknowledges a record last of all.

    record ─▶ stage (pure) ─▶ table writes ─▶ outputs ─▶ all on the broker ─▶ ack ─▶ commit

Faust by itself acks an event when the stream moves on, whatever became of it, and its flush before
a commit gives up after 0.1 s. So acks are ours here: an event is acked when the broker has
acknowledged every changelog and output record that it caused, and Faust commits only what is acked,
without gaps. A send that fails for good ends the process at once: nothing is committed, and the
record is read again by whoever comes next.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NoReturn

import faust
import structlog
from faust.types import TP

from services.processors.envelope import MAX_CARRIED, incoming, largest, put_aside
from services.processors.inorder import InOrder
from services.processors.metrics import Metrics
from services.processors.settings import ProcessorsSettings
from services.processors.stages import Effects, Incoming, Output, Stage, StageOutcome, Write
from services.processors.table import AckedTable
from shared.codec import Undecodable
from shared.headers import LANE_HEADER
from shared.records import Lane
from shared.topics import MAX_RECORD, PROCESSORS_ID, Topic

IN_FLIGHT = 1000
"""Records whose effects are not all on the broker yet; more wait in the stream."""

COMMIT_EVERY = 0.5
"""Seconds between commits; what a crash makes us read again is at most about this much."""

SEND_PATIENCE = 600.0
"""Seconds the producer goes on trying while the broker is away, before the process gives up."""

DRAIN_WITHIN = 8.0
"""Seconds to finish what was begun when told to stop."""

FATAL = 70  # EX_SOFTWARE of sysexits.h

log = structlog.get_logger()


class Shell:
    """One Faust application around the stages."""

    def __init__(self, settings: ProcessorsSettings, metrics: Metrics) -> None:
        self.app = _app(settings)
        self._namespace = settings.namespace
        self._metrics = metrics
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._tasks: set[asyncio.Task[None]] = set()
        self._topics: dict[Topic, Any] = {}
        self._order: InOrder[Any] = InOrder()
        self._mark_acked: Callable[[Any], Any] = lambda _message: None

    def table(self, name: str) -> Any:
        """A table of raw bytes, kept in Kafka; its changelog is declared in shared.topics."""
        return self.app.Table(
            name,
            partitions=self.app.conf.topic_partitions,
            key_type=bytes,
            value_type=bytes,
        )

    def run_stage(self, name: str, source: Topic, stage: Stage, table: Any = None) -> None:
        """Declare the agent that takes every record of `source` through this stage."""
        self.app.on_rebalance_complete.connect(_recover(stage), weak=False)

        @self.app.agent(self._topic(source), name=name)  # type: ignore[untyped-decorator]
        async def agent(stream: Any) -> None:
            async for event in stream.noack().events():
                await self._room.acquire()
                try:
                    await self._take(name, source, stage, table, event)
                except Exception:  # Faust would restart the agent behind this record
                    log.critical("cannot carry out effects", stage=name, exc_info=True)
                    die()

    def lags(self) -> Iterator[tuple[str, int, int]]:
        """For each partition held: records up to the high watermark that are not committed."""
        committed: Mapping[TP, int] = self.app.monitor.tp_committed_offsets
        consumer = self.app.consumer
        for partition in list(consumer.assignment()):
            highwater = consumer.highwater(partition)
            if highwater is not None and partition.topic not in self.app.tables.changelog_topics:
                done = committed.get(partition, consumer._read_offset.get(partition) or 0)  # noqa: SLF001  Faust has no public way to ask
                yield partition.topic, partition.partition, max(0, highwater - done)

    async def _take(self, name: str, source: Topic, stage: Stage, table: Any, event: Any) -> None:
        message, record = event.message, incoming(event)
        self._order.begin(message.generation_id, message.tp, message.offset, message)
        started = time.perf_counter()
        effects = self._decide(name, source, stage, record)
        self._metrics.seconds.labels(name).observe(time.perf_counter() - started)
        sent = await _written(table, effects.writes)
        sent += [await self._send(output, effects.lane) for output in effects.outputs]
        self._later(self._ack(event, sent, name, effects.outcome))

    def _decide(self, name: str, source: Topic, stage: Stage, record: Incoming) -> Effects:
        try:
            effects = stage(record)
            if (size := largest(effects)) <= MAX_CARRIED:
                return effects
            stage.recovered()
            outcome, reason = StageOutcome.TOO_LARGE, f"{size} bytes would follow from it"
        except Undecodable as why:
            outcome, reason = StageOutcome.UNDECODABLE, str(why)
        except Exception as why:  # a fault of ours: the record is kept whole, the rest goes on
            log.exception("stage failed", stage=name, origin=record.origin)
            stage.recovered()
            outcome, reason = StageOutcome.FAILED, type(why).__name__
        return put_aside(record, outcome, reason, topic=source, stage=name, at=datetime.now(UTC))

    async def _send(self, output: Output, lane: Lane) -> Any:
        headers = [(LANE_HEADER, lane.encode()), *output.headers]
        return await self._topic(output.topic).send(
            key=output.key, value=output.value, headers=headers
        )

    async def _ack(self, event: Any, sent: list[Any], name: str, outcome: StageOutcome) -> None:
        try:
            await asyncio.gather(*sent)
        except Exception:  # noqa: BLE001  whatever it is, the record must not be acked
            log.critical("the broker did not take a record; ending before anything is committed")
            die()
        self._own_ack(event.message)
        self._metrics.records.labels(name, outcome).inc()
        self._room.release()

    def _own_ack(self, message: Any) -> None:
        """Let be committed what is done up to the first message that is not."""
        generation = message.generation_id
        if generation == self.app.consumer_generation_id:
            for done in self._order.finish(generation, message.tp, message.offset):
                self._mark_acked(done)

    def _take_acks_from_faust(self) -> None:
        """Faust acks what it skips in a rebalance or while stopping; none of that was worked on."""
        consumer = self.app.consumer
        self._mark_acked = consumer.ack
        consumer.ack = lambda _message: False

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def run_until(self, stop: asyncio.Event, *, ready: Callable[[], None]) -> None:
        """Run until told to stop; then finish what was begun, commit, and leave the group.

        `ready` is called whenever the tables are complete and records flow.
        """

        async def now_ready(*_args: Any, **_kwargs: Any) -> None:
            ready()

        async def before_revocation(*_args: Any, **_kwargs: Any) -> None:
            await self.drain()

        self.app.on_rebalance_complete.connect(now_ready, weak=False)
        self.app.on_partitions_revoked.connect(before_revocation, weak=False)
        self.app.finalize()
        self._take_acks_from_faust()
        await self.app.start()
        await stop.wait()
        await self._leave()

    async def _leave(self) -> None:
        """Stop within DRAIN_WITHIN; Faust's own threads are not waited for beyond that."""
        try:
            async with asyncio.timeout(DRAIN_WITHIN):
                self.app.flow_control.suspend()
                await self.drain()
                await self.app.commit(self.app.consumer.assignment())
                await self.app.stop()
        except TimeoutError:
            log.warning("not drained in time; what is not committed is read again")

    async def drain(self) -> None:
        """Wait until every record taken is acked."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    def _topic(self, topic: Topic) -> Any:
        if topic not in self._topics:
            self._topics[topic] = self.app.topic(
                self._namespace + topic.name,
                key_type=bytes,
                value_type=bytes,
                key_serializer="raw",
                value_serializer="raw",
                internal=False,
            )
        return self._topics[topic]


def die() -> NoReturn:
    """End this process now, without a commit, a flush or a farewell."""
    os._exit(FATAL)


def _app(settings: ProcessorsSettings) -> faust.App:
    return faust.App(
        settings.namespace + PROCESSORS_ID,
        env={},  # Faust would let unprefixed variables such as BROKER_URL override what stands here
        broker=[f"kafka://{server}" for server in settings.servers.split(",")],
        autodiscover=False,
        web_enabled=False,
        Table=AckedTable,
        store="rocksdb://?driver=rocksdict" if settings.table_dir else "memory://",
        datadir=settings.table_dir or tempfile.mkdtemp(prefix="newswatch-"),
        topic_partitions=settings.partitions,
        topic_replication_factor=settings.replication,
        topic_disable_leader=True,
        topic_allow_declare=False,  # shared.topics declares every topic
        consumer_auto_offset_reset="earliest",
        broker_commit_interval=COMMIT_EVERY,
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=settings.session_timeout / 3,
        producer_acks=-1,
        producer_request_timeout=SEND_PATIENCE,
        producer_max_request_size=MAX_RECORD,
        consumer_max_fetch_size=MAX_RECORD * 2,
    )


def _recover(stage: Stage) -> Callable[..., Any]:
    async def recovered(*_args: Any, **_kwargs: Any) -> None:
        stage.recovered()

    return recovered


async def _written(table: Any, writes: tuple[Write, ...]) -> list[Any]:
    """Write to the table; the futures of the changelog records that this sends."""
    for write in writes:
        if write.value is None:
            table.pop(write.key, None)
        else:
            table[write.key] = write.value
    return await table.send() if writes else []
