"""Alerting's shell: a lane a receiver, files watched, silences followed, a clean stop.

configuration ─▶ lanes (a thread each) ─▶ receivers
     ▲ changed files   ▲ silences, standings, notices
"""

import sys
import threading
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from prometheus_client import CollectorRegistry

from services.alerting.configuration import Configuration
from services.alerting.edges import edge_of
from services.alerting.hear import HEARD, Heard
from services.alerting.journal import Journal
from services.alerting.lane import Lane
from services.alerting.metrics import Metrics
from services.alerting.names import read_names
from services.alerting.partitions import too_few
from services.alerting.receivers.receiver import Receiver
from services.alerting.report import Reporter
from services.alerting.route import Directive, directives
from services.alerting.settings import AlertingSettings
from services.alerting.silence import silenced
from services.alerting.standing import Notice, Standing
from services.alerting.watch import Watched
from shared.http import OpsServer, Readiness
from shared.kafka import Kafka, NoBroker, let_go
from shared.records import StoryEvent
from shared.remade import Guard, laid_out
from shared.told import Told
from shared.topics import (
    ALERTS_DEAD,
    DELIVERIES,
    STORIES_EVENTS,
    Topic,
    every_topic,
)
from shared.vault import Vault

NEEDED = (STORIES_EVENTS, DELIVERIES, *HEARD, ALERTS_DEAD)
"""Topics that are made again if somebody deletes them."""

TICK = 0.25
RELOAD_EVERY = 1.0
"""Seconds between two looks at the files; what changed is taken over at the second."""

STOP_WITHIN = 8.0
"""Seconds that lanes have to finish once the process is asked to stop."""

LOOKED_WITHIN = 2.0
"""Seconds of them to ask the broker whether the ledger is the one that it was."""

log = structlog.get_logger("alerting")


class Alerting:
    """The whole service. `run` returns the exit status."""

    def __init__(
        self, settings: AlertingSettings, vault: Vault, files: Watched, first: Configuration
    ) -> None:
        self._settings, self._vault, self._files, self._current = settings, vault, files, first
        self._names = read_names(settings.config_dir / "gazetteer")
        self._kafka = Kafka(settings.bootstrap, settings.namespace)
        self._registry = CollectorRegistry()
        self._metrics = Metrics(self._registry)
        self._readiness = Readiness()
        self._lanes: dict[str, tuple[Lane, threading.Thread]] = {}
        self._failed: list[str] = []
        self._stopping, self._deaf = threading.Event(), threading.Event()

    def stop(self) -> None:
        """Drain and return from `run`."""
        self._readiness.not_ready("draining")
        self._stopping.set()

    def run(self, told: Told) -> int:
        """Until told to stop, or until a lane fails. 0 when every lane ended well."""
        page = OpsServer(
            self._settings.http_host, self._settings.http_port, self._registry, self._readiness
        )
        try:
            topics = laid_out(
                self._kafka,
                tuple(every_topic()),
                partitions=self._settings.partitions,
                replication=self._settings.replication,
            )
            if wrong := too_few(topics.partitions):
                print(wrong, file=sys.stderr)  # noqa: T201  for whoever started it
                return 2
            needed = {topic: own for topic, own in topics.ids.items() if topic in NEEDED}
            self._guard = Guard(self._kafka, needed, make=topics.again, remade=self._remade)
            producer = self._kafka.producer()
            told.heed(self.stop)  # until here nothing is begun
            self._heard = Heard(self._kafka)
            self._take_over(self._current, producer)
            log.info("started", receivers=sorted(self._lanes), port=page.port)
            self._guard.start()
            self._watch(producer)
            self._guard.stop()
            self._end(list(self._lanes))
            self._heard.close()
            let_go(producer, within=1.0)
        finally:
            page.close()
        log.info("stopped", failed=self._failed)
        return 1 if self._failed else 0

    def _remade(self, topics: frozenset[Topic]) -> None:
        """Of the ledger each holder has all in memory; from the guard's thread."""
        for lane, _ in list(self._lanes.values()):
            if DELIVERIES in topics:
                lane.write_again()
            if STORIES_EVENTS in topics:
                lane.read_again()
        if topics & set(HEARD):
            self._deaf.set()

    def _watch(self, producer: Any) -> None:
        """What happens beside the lanes, until it is time to stop."""
        reloads = _every(RELOAD_EVERY)
        while not self._stopping.wait(TICK) and not self._failed:
            if all(lane.ready for lane, _ in self._lanes.values()):
                self._readiness.ready()
            if reloads() and (changed := self._files.changed(self._metrics)):
                self._take_over(changed, producer)
            self._listen()

    def _listen(self) -> None:
        if not self._deaf.is_set():
            self._heard.listen()
            return
        self._deaf.clear()
        try:
            self._heard.begin_again()
        except NoBroker as error:
            self._deaf.set()
            log.warning("cannot hear silences and the like; trying again", why=str(error))

    def _take_over(self, new: Configuration, producer: Any) -> None:
        """Go on with this configuration: only lanes whose receiver changed are begun anew."""
        old, self._current = self._current, new
        stale = [n for n in self._lanes if new.receivers.get(n) != old.receivers.get(n)]
        self._end(stale if new.console == old.console else list(self._lanes))
        self._metrics.start(new.receivers)
        for name, receiver in new.receivers.items():
            if name not in self._lanes:
                self._lanes[name] = self._begin(name, receiver, producer)

    def _begin(self, name: str, receiver: Receiver, producer: Any) -> tuple[Lane, threading.Thread]:
        lane = Lane(
            name,
            receiver,
            journal=Journal(self._kafka, producer, name),
            edge=edge_of(receiver),
            reveal=self._vault.reveal,
            direct=self._direct,
            heed=self,
            reader=receiver.reader(self._current.console, self._names),
            report=Reporter(name, self._metrics),
        )
        thread = threading.Thread(target=partial(self._ride, lane), name=f"lane {name}")
        thread.start()
        return lane, thread

    def _ride(self, lane: Lane) -> None:
        try:
            lane.run()
        except Exception:
            log.exception("lane failed", receiver=lane.name)
            self._failed.append(lane.name)

    def _end(self, names: list[str]) -> None:
        """End these lanes, after a look whether what they alone know must be written again."""
        if names:
            look = threading.Thread(target=partial(self._guard.look, at_once=True), daemon=True)
            look.start()
            look.join(LOOKED_WITHIN)
        ending = [self._lanes.pop(name) for name in names]
        for lane, _ in ending:
            lane.stop()
        deadline = time.monotonic() + STOP_WITHIN
        for lane, thread in ending:
            thread.join(max(deadline - time.monotonic(), 0.0))
            if thread.is_alive():
                self._failed.append(lane.name)

    def standing(self, receiver: str) -> Standing | None:
        """What Kafka says of this receiver."""
        return self._heard.standings.get(receiver)

    def has_operator(self, receiver: str) -> bool:
        """Whether there is another receiver that tells the operator about this one."""
        return self._current.operator not in {None, receiver}

    def notices(self, receiver: str) -> Iterable[Notice]:
        """What the operator is to be told: by the operator's receiver, not about itself."""
        if receiver != self._current.operator:
            return ()
        return [notice for notice in self._heard.notices.values() if notice.about != receiver]

    def _direct(self, event: StoryEvent, receiver: str, now: datetime) -> Directive | None:
        return directives(self._current.root, event, now, self._silenced).get(receiver)

    def _silenced(self, event: StoryEvent, receiver: str, now: datetime) -> bool:
        return silenced(self._heard.silences, event, receiver, now)


def _every(seconds: float) -> Callable[[], bool]:
    """Says yes once in so many seconds."""
    last = time.monotonic()

    def now() -> bool:
        nonlocal last
        if time.monotonic() - last < seconds:
            return False
        last = time.monotonic()
        return True

    return now
