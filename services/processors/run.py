"""Wiring: the environment read, the stages joined, run until told to stop."""

import asyncio
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import structlog
from prometheus_client import CollectorRegistry

from services.processors.app import LOOKED_WITHIN, Shell
from services.processors.end import die
from services.processors.gather.reader import Reader
from services.processors.gather.steps import watch_of
from services.processors.metrics import LagCollector, Metrics
from services.processors.on_disk import writable
from services.processors.partitions import mismatches
from services.processors.placed import Placed
from services.processors.settings import ProcessorsSettings
from services.processors.stages import Gather, Select, Tag
from services.processors.understand import Understanding
from shared.config import ConfigError
from shared.http import OpsServer, Readiness
from shared.kafka import Kafka
from shared.log import configure_logging
from shared.remade import Guard, laid_out
from shared.served import served
from shared.settings import SettingsError, read_settings
from shared.told import Told
from shared.topics import (
    ARTICLES_MATCHED,
    ARTICLES_RAW,
    ARTICLES_TAGGED,
    PROCESSORS_ID,
    SEEN_CHANGELOG,
    SEEN_TABLE,
    STORIES_CHANGELOG,
    STORIES_TABLE,
    Topic,
    every_topic,
)

WITH_OFFSETS = frozenset({ARTICLES_RAW, ARTICLES_TAGGED, ARTICLES_MATCHED})
"""Topics whose records are known by their offsets: made anew, they have other records there."""

WITH_TABLES = frozenset({SEEN_CHANGELOG, STORIES_CHANGELOG})

_DERIVED = ("application", "client", "producer", "recovery", "table")
FAUST = tuple(f"services.processors.{name}" for name in _DERIVED)
"""Faust's classes speak under the name of the module that derives from them."""

log = structlog.get_logger()


def main(told: Told) -> int:
    """The exit status: 0 after being told, 2 for what only a person can mend, which it says.

    70 is a new beginning: a topic was deleted under us (`shared/remade.py`), or a fault of ours.
    shared.kafka.NO_BROKER without one.
    """
    try:
        settings = read_settings(ProcessorsSettings, os.environ)
        if settings.table_dir:
            writable(settings.table_dir)
        configure_logging("processors", settings.log_level, chatty=FAUST)
        understanding = Understanding.load(settings.config_dir)
        reader = Reader.load(settings.config_dir)
    except (SettingsError, ConfigError) as error:
        print(error, file=sys.stderr)  # noqa: T201  there may be no log yet
        return 2
    return served(lambda: asyncio.run(run(settings, understanding, reader, told)))


async def run(
    settings: ProcessorsSettings, understanding: Understanding, reader: Reader, told: Told
) -> int:
    """Create what is missing, start, stay until told to stop; the exit status of `main`."""
    kafka = Kafka(settings.bootstrap, settings.namespace)
    topics = laid_out(
        kafka,
        tuple(every_topic()),
        partitions=settings.partitions,
        replication=settings.replication,
    )
    if wrong := list(mismatches(topics.partitions)):
        print("\n".join(wrong), file=sys.stderr)  # noqa: T201  for whoever started it
        return 2
    registry, readiness = CollectorRegistry(), Readiness()
    ids = {kafka.name(topic): own for topic, own in topics.ids.items()}
    shell = Shell(settings, Metrics(registry), ids)
    raw, matched = topics.partitions[ARTICLES_RAW], topics.partitions[ARTICLES_MATCHED]
    seen = shell.table(SEEN_TABLE, raw)
    stories = shell.table(STORIES_TABLE, matched, keyed_by=watch_of)
    shell.run_stage("tag", ARTICLES_RAW, Tag(understanding, seen, _now, _unread), seen)
    shell.run_stage("select", ARTICLES_TAGGED, Select(understanding.watches))
    gather = Placed(Gather(reader, stories, _now, _unread), matched)
    shell.run_stage("gather", ARTICLES_MATCHED, gather, stories)
    registry.register(LagCollector(settings.namespace + PROCESSORS_ID, shell.lags))
    page = OpsServer(settings.http_host, settings.http_port, registry, readiness)
    stop = asyncio.Event()
    told.heed_on(asyncio.get_running_loop(), stop.set)
    hasty = Kafka(settings.bootstrap, settings.namespace, patience=LOOKED_WITHIN)
    guard = Guard(hasty, topics.ids, make=topics.again, remade=_lost(shell, stop))
    guard.start()
    try:
        return await shell.run_until(
            stop, ready=readiness.ready, look=partial(guard.look, at_once=True)
        )
    except Exception:
        log.exception("cannot go on; ending")
        die()  # Faust's threads would keep a process alive that does nothing
    finally:
        guard.stop()
        readiness.not_ready("stopping")
        page.close()


def _lost(shell: Shell, stop: asyncio.Event) -> Callable[[frozenset[Topic]], None]:
    """What to do with topics that were made anew, from any thread: end, and begin with them."""
    loop = asyncio.get_running_loop()

    def lost(topics: frozenset[Topic]) -> None:
        if ours := topics & (WITH_OFFSETS | WITH_TABLES):
            shell.lost(ours)
            loop.call_soon_threadsafe(stop.set)

    return lost


def _now() -> datetime:
    return datetime.now(UTC)


def _unread(key: str) -> None:
    log.warning("cannot read a table entry; going on as if it had never been", key=key[:200])
