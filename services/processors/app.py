"""The Faust shell: runs the stages, and has a record done last of all.

    record ─▶ its turn? ─▶ stage (pure) ─▶ table writes ─▶ outputs ─▶ all on the broker ─▶ done

Faust by itself acks an event when the stream moves on, whatever became of it, and its flush before
a commit gives up after 0.1 s. Here a record is done when the broker has acknowledged every
changelog and output record that it caused, and only what is done is committed, without gaps
(`consumer.py`). A send that fails for good ends the process at once: nothing is committed, and the
record is read again by whoever comes next.

One file although it is long: whatever Faust must not decide by itself is decided here.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

import structlog

from services.processors.application import application
from services.processors.end import FATAL, die, end_frozen, leave
from services.processors.envelope import incoming, largest, put_aside
from services.processors.inflight import InFlight
from services.processors.metrics import Metrics
from services.processors.on_disk import is_ahead, is_disk, is_useless
from services.processors.pulse import Pulse
from services.processors.rescue import Rescue
from services.processors.settings import ProcessorsSettings
from services.processors.stages import Effects, Incoming, Output, Stage, StageOutcome
from services.processors.standstill import Standstill
from shared.codec import Undecodable
from shared.headers import LANE_HEADER, MAX_CARRIED
from shared.records import Lane
from shared.topics import Topic

IN_FLIGHT = 1000
"""Records whose effects are not all on the broker yet; more wait in the stream."""

STANDING = 10.0
"""Seconds between two looks at whether every partition that has records moves."""

RECOVERING_LOOKS = 9
"""So many looks in a row at a recovery of tables that reads nothing: it never will."""

DRAIN_WITHIN = 8.0
"""Seconds to finish what was begun when told to stop."""

LOOKED_WITHIN = timedelta(seconds=5)
"""How long to ask the broker whether all topics are those that they were."""

log = structlog.get_logger()


class Shell:
    """One Faust application around the stages."""

    def __init__(
        self, settings: ProcessorsSettings, metrics: Metrics, ids: Mapping[str, str]
    ) -> None:
        """`ids` are those of the topics that will be read, by name."""
        self.app = application(settings, ids)
        self._namespace = settings.namespace
        # The broker last heard of us a third of the session before we froze, at worst.
        self._longest_freeze = settings.session_timeout * 2 / 3
        self._metrics = metrics
        self._under_way = InFlight(IN_FLIGHT)
        self._tasks: set[asyncio.Task[None]] = set()
        self._topics: dict[Topic, Any] = {}
        self._laid_out: dict[str, int] = {}
        self._rescue = Rescue(self._whole, self._still)
        self._recovered: dict[str, frozenset[int]] = {}
        self._begin_anew = False
        self._begun = False
        self._recovering = Standstill(RECOVERING_LOOKS)

    def table(self, name: str, partitions: int, keyed_by: Callable[[bytes], bytes] = bytes) -> Any:
        """A table of raw bytes, kept in Kafka; its changelog is declared in shared.topics.

        `partitions`: how many its changelog and the topic that it remembers have; what the settings
        say is of topics to come. `keyed_by` gives, for a key of the table, that of the records that
        it is written for.
        """
        table = self.app.Table(name, partitions=partitions, key_type=bytes, value_type=bytes)
        table.keyed_by = keyed_by
        return table

    def run_stage(self, name: str, source: Topic, stage: Stage, table: Any = None) -> None:
        """Declare the agent that takes every record of `source` through this stage."""
        self.app.on_rebalance_complete.connect(_recover(stage), weak=False)
        if table is not None:
            self._rescue.add(self._name(source), table)
            self._laid_out[self._name(source)] = table.partitions

        @self.app.agent(self._topic(source), name=name)  # type: ignore[untyped-decorator]
        async def agent(stream: Any) -> None:
            async for event in stream.noack().events():
                await self._under_way.enter()
                try:
                    if await self.app.consumer.its_turn(event.message):
                        await self._take(name, source, stage, table, event)
                    else:
                        self._under_way.leave()
                except Exception as why:  # Faust would restart the agent behind this record
                    log.critical("cannot carry out effects", stage=name, exc_info=True)
                    self._give_up(why)

    def lags(self) -> Iterator[tuple[str, int, int]]:
        """For each partition held: records up to the high watermark that are not committed.

        None before all has begun: who asks does so in a thread of its own, and Faust would make its
        consumer there, for a loop that nobody runs.
        """
        if self._begun:
            yield from self.app.consumer.lags()

    async def _take(self, name: str, source: Topic, stage: Stage, table: Any, event: Any) -> None:
        record = incoming(event, self.app.consumer.log_of(event.message.tp))
        started = time.perf_counter()
        effects = self._decide(name, source, stage, record)
        self._metrics.seconds.labels(name).observe(time.perf_counter() - started)
        sent = await table.write(effects.writes) if effects.writes else []
        sent += [await self._send(output, effects.lane) for output in effects.outputs]
        self._later(self._settle(event, sent, name, effects.outcome))

    def _decide(self, name: str, source: Topic, stage: Stage, record: Incoming) -> Effects:
        try:
            if (size := len(record.value or b"")) <= MAX_CARRIED:  # packed, it may be any size
                effects = stage(record)
                if (size := largest(effects)) <= MAX_CARRIED:
                    return effects
                stage.recovered()
            outcome, reason = StageOutcome.TOO_LARGE, f"{size} bytes are more than a topic takes"
        except Undecodable as why:
            outcome, reason = StageOutcome.UNDECODABLE, str(why)
        except Exception as why:  # a fault of ours: the record is kept whole, the rest goes on
            if is_disk(why):
                raise
            log.exception("stage failed", stage=name, origin=record.place)
            stage.recovered()
            outcome, reason = StageOutcome.FAILED, type(why).__name__
        return put_aside(record, outcome, reason, topic=source, stage=name, at=datetime.now(UTC))

    async def _send(self, output: Output, lane: Lane) -> Any:
        headers = [(LANE_HEADER, lane.encode()), *output.headers]
        return await self._topic(output.topic).send(
            key=output.key, value=output.value, headers=headers
        )

    async def _settle(self, event: Any, sent: list[Any], name: str, outcome: StageOutcome) -> None:
        try:
            await asyncio.gather(*sent)
        except Exception:  # noqa: BLE001  whatever it is, the record is not done
            log.critical("the broker did not take a record; ending before anything is committed")
            die()
        self.app.consumer.done(event.message)
        self._metrics.records.labels(name, outcome).inc()
        self._under_way.leave()

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def lost(self, topics: frozenset[Topic]) -> None:
        """These topics were made anew: on leaving, what was lost and is held here is written again.

        Whoever then begins reads them from their beginning.
        """
        self._rescue.lost({self._name(topic) for topic in topics})
        self._begin_anew = True

    async def run_until(
        self, stop: asyncio.Event, *, ready: Callable[[], None], look: Callable[[], bool]
    ) -> int:
        """Run until told to stop; then finish what was begun, commit, and leave the group.

        `ready` is called whenever the tables are complete and records flow; `look`, in a thread,
        before partitions are given up: it may call `lost`. The exit status.
        """

        async def now_ready(*_args: Any, **_kwargs: Any) -> None:
            self._recovered = {source: self._held(source) for source in self._rescue.sources}
            ready()

        async def assigned(*_args: Any, **_kwargs: Any) -> None:
            self._recovered = {source: self._whole(source) for source in self._recovered}

        async def before_revocation(*_args: Any, **_kwargs: Any) -> None:
            await self._under_way.empty()
            await self.app.consumer.commit()  # or the next member does the same work again
            await _looked(look)
            await self._rescue.carry_out()  # or it goes by an empty changelog, and so do we

        self.app.on_rebalance_complete.connect(now_ready, weak=False)
        self.app.on_partitions_revoked.connect(before_revocation, weak=False)
        self.app.on_partitions_assigned.connect(assigned, weak=False)
        self.app.finalize()
        pulse = Pulse(self._longest_freeze, end_frozen)
        pulse.start()
        pulse.watch(asyncio.get_running_loop())
        await self._start(stop, look)
        while not stop.is_set():
            await self.app.wait_first(stop, timeout=STANDING)
            await self._check(stop, look)
        self._begun = False
        if self._begin_anew:
            await self._save(look, all_may_be_lost=True)
        drained = await self._leave()
        pulse.stop()
        status = FATAL if self._begin_anew else 0
        if not drained:
            leave(status)
        return status

    async def _start(self, stop: asyncio.Event, look: Callable[[], bool]) -> None:
        """Until all has begun, or told to stop: Faust's start lasts as long as its recovery."""
        both = starting, told = [
            asyncio.create_task(one) for one in (self.app.start(), stop.wait())
        ]
        while not (starting.done() or told.done()):
            await asyncio.wait(both, timeout=STANDING, return_when=asyncio.FIRST_COMPLETED)
            await self.app.consumer.complain()
            await self._check(stop, look)
        told.cancel()
        if starting.done():
            starting.result()
            self._begun = True

    async def _check(self, stop: asyncio.Event, look: Callable[[], bool]) -> None:
        """Does everything move, or has Faust given up? It stays alive then, and does nothing.

        Nor does it look whether the recovery of its tables goes on, or can.
        """
        if self._begun and not stop.is_set() and not self.app.crashed:
            with suppress(asyncio.CancelledError):  # Faust's thread ended under it
                await self.app.wait_first(self.app.consumer.unstick(), stop)
        if self._begun and self.app.consumer.lost_an_end:
            self._rescue.all_lost()  # what changelogs had last may be lost, too
            await self._save(look, all_may_be_lost=True)
            self._give_up(None)
        if self._begun and (added := self._added()):
            log.critical("partitions were added; ending before keys move to them", topics=added)
            self._give_up(None)
        if self.app.crashed:
            log.critical("Faust gave up; ending", why=repr(self.app.crash_reason)[:500])
            await self._save(look, all_may_be_lost=is_ahead(self.app.crash_reason))
            self._give_up(self.app.crash_reason)
        await self.app.tables.recovery.pass_over_what_is_no_record()
        to_read = self.app.tables.recovery.active_remaining_total()
        if self._recovering.lasts(to_read if self.app.in_recovery else None):
            log.critical("the recovery of tables stands still; ending", records_to_read=to_read)
            die()

    async def _save(self, look: Callable[[], bool], *, all_may_be_lost: bool) -> None:
        """Before the end: write again what is lost, also what is lost while we do.

        Where the broker does not say what is, all may be; to one that is there it does no harm.
        """
        if not await _looked(look) and all_may_be_lost:
            self._rescue.all_lost()
        while await self._rescue.carry_out():
            await _looked(look)

    def _give_up(self, why: BaseException | None) -> NoReturn:
        if is_useless(why):
            log.critical("removed unusable tables on disk; they are read from the broker again")
            self.app.discard_tables()
        die()

    async def _still(self) -> None:
        """No stage works any more."""
        self.app.flow_control.suspend()
        if not self.app.crashed:  # what it had under way would never end
            await self._under_way.empty()

    def _added(self) -> list[str]:
        """Topics that by now have more partitions than what is remembered of them."""
        count = self.app.consumer.partitions
        return [topic for topic, number in self._laid_out.items() if count(topic) > number]

    def _held(self, source: str) -> frozenset[int]:
        held: frozenset[int] = self.app.consumer.held(source)
        return held

    def _whole(self, source: str) -> frozenset[int]:
        """What is held without a break since tables were complete."""
        return self._held(source) & self._recovered.get(source, frozenset())

    async def _leave(self) -> bool:
        """Stop within DRAIN_WITHIN; whether all that was begun came to its end."""
        try:
            async with asyncio.timeout(DRAIN_WITHIN):
                self.app.flow_control.suspend()
                await self._under_way.empty()
                await self.app.commit(self.app.consumer.assignment())
                await self.app.stop()
        except TimeoutError:
            log.warning("not drained in time; what is not committed is read again")
            return False
        return True

    def _name(self, topic: Topic) -> str:
        return self._namespace + topic.name

    def _topic(self, topic: Topic) -> Any:
        if topic not in self._topics:
            self._topics[topic] = self.app.topic(
                self._name(topic),
                key_type=bytes,
                value_type=bytes,
                key_serializer="raw",
                value_serializer="raw",
                internal=False,
            )
        return self._topics[topic]


async def _looked(look: Callable[[], bool]) -> bool:
    """Whether the broker said in time which topics are lost."""
    try:
        return await asyncio.wait_for(asyncio.to_thread(look), LOOKED_WITHIN.seconds)
    except TimeoutError:
        return False


def _recover(stage: Stage) -> Callable[..., Any]:
    async def recovered(*_args: Any, **_kwargs: Any) -> None:
        stage.recovered()

    return recovered
