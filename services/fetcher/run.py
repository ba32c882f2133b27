"""Wiring: environment and catalogue in, a running fetcher out, until it is told to stop.

Mistakes of environment and catalogue are told at once, all of them. Ends with an exception when a
part dies that nothing works without; the supervisor starts it again.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry

from services.fetcher.app import Fetcher
from services.fetcher.callback import Callback
from services.fetcher.ending import Ending
from services.fetcher.load import Loaded, load, loaded
from services.fetcher.metrics import Metrics
from services.fetcher.own import Ownership, Partitions
from services.fetcher.publish import LOOKED_WITHIN, NotAcknowledged, Publisher
from services.fetcher.retrieve import Retriever
from services.fetcher.sandbox import Sandbox
from services.fetcher.settings import FetcherSettings
from services.fetcher.state import FeedState
from shared.addresses import networks
from shared.config import ConfigError
from shared.contents import Contents, Standing, contents
from shared.http import OpsServer, Readiness
from shared.kafka import Kafka
from shared.log import configure_logging
from shared.remade import Guard, Layout, laid_out
from shared.served import served
from shared.settings import SettingsError, read_settings
from shared.told import Told
from shared.topics import ARTICLES_RAW, FEEDS_STATE, Topic

LOOKS_EVERY = 2.0
"""Seconds between looks at the catalogue files for a change."""

ENDS_EVERY = 10.0
"""Seconds between looks whether the broker still has the articles that it acknowledged."""

NEEDED = (ARTICLES_RAW, FEEDS_STATE)
"""The topics that a fetcher writes to."""

log = structlog.get_logger("services.fetcher")


def main(told: Told) -> int:
    """The exit status: 0 after being told, 2 for mistakes in the settings or the catalogue.

    shared.kafka.NO_BROKER without one.
    """
    try:
        settings = read_settings(FetcherSettings, os.environ)
        first = loaded(settings.catalogues)
    except (SettingsError, ConfigError) as error:
        print(error, file=sys.stderr)  # noqa: T201  before there is a log
        return 2
    configure_logging("fetcher", settings.log_level)
    return served(lambda: asyncio.run(run(settings, first, told)))


async def run(settings: FetcherSettings, first: Loaded, told: Told) -> int:
    """Fetch until told to stop; 0."""
    registry, readiness = CollectorRegistry(), Readiness()
    ops = OpsServer(settings.http_host, settings.http_port, registry, readiness)
    ending = Ending(told)
    try:
        await _serve(settings, first, Metrics(registry), readiness, ending)
    finally:
        ops.close()
    return 0


async def _serve(
    settings: FetcherSettings,
    first: Loaded,
    metrics: Metrics,
    readiness: Readiness,
    ending: Ending,
) -> None:
    kafka = Kafka(settings.bootstrap, settings.namespace)
    publisher, topics = await asyncio.to_thread(_connect, kafka, settings)
    ending.heed()
    async with _retriever(settings) as web, Sandbox(settings.parsers) as sandbox:
        fetcher = Fetcher(
            first.feeds, partitions=topics.partitions[FEEDS_STATE], web=web, sandbox=sandbox,
            publisher=publisher, metrics=metrics, polls_at_once=settings.polls_at_once,
            public_url=settings.websub_url, articles=topics.ids.get(ARTICLES_RAW, ""),
        )  # fmt: skip
        ownership = _ownership(kafka, settings, fetcher, readiness, ending)
        guard = _guard(kafka, topics, fetcher, ending)
        ownership.start()
        guard.start()
        watching = [
            asyncio.create_task(_reload(settings.catalogues, fetcher, metrics, first.contents)),
            asyncio.create_task(_look_at_ends(fetcher, guard)),
        ]
        for task in watching:
            task.add_done_callback(ending.ended)
        log.info(
            "started", feeds=len(first.feeds), files=[str(path) for path in settings.catalogues]
        )
        async with _callback(settings, fetcher):
            await fetcher.run(ending.stopping)
        guard.stop()
        readiness.not_ready("stopping")
        for task in watching:
            task.cancel()
        await asyncio.to_thread(ownership.stop)
        await publisher.close()
    ending.check()
    log.info("stopped")


def _connect(kafka: Kafka, settings: FetcherSettings) -> tuple[Publisher, Layout]:
    topics = laid_out(
        kafka, NEEDED, partitions=settings.partitions, replication=settings.replication
    )
    return Publisher(kafka, partitions=topics.partitions[FEEDS_STATE]), topics


def _guard(kafka: Kafka, found: Layout, fetcher: Fetcher, ending: Ending) -> Guard:
    """Where articles were lost that nobody may have read, every feed is asked for all it has."""
    loop = asyncio.get_running_loop()

    def remade(topics: frozenset[Topic]) -> None:
        if ARTICLES_RAW in topics:
            asked = fetcher.afresh(guard.id_of(ARTICLES_RAW))
            asyncio.run_coroutine_threadsafe(asked, loop).add_done_callback(ending.ended)

    hasty = Kafka(kafka.servers, kafka.namespace, patience=LOOKED_WITHIN)
    guard = Guard(hasty, found.ids, make=found.again, remade=remade)
    return guard


async def _look_at_ends(fetcher: Fetcher, guard: Guard) -> None:
    """Where topics have no ids, nobody can say of which log a place is."""
    while guard.id_of(ARTICLES_RAW):
        await asyncio.sleep(ENDS_EVERY)
        try:
            await asyncio.to_thread(guard.look)  # a topic that was made anew is told of otherwise
            await fetcher.look()
        except NotAcknowledged as error:
            log.info("cannot see whether articles are there", error=str(error)[:200])


def _retriever(settings: FetcherSettings) -> Retriever:
    return Retriever(
        user_agent=settings.user_agent,
        allowed=networks(settings.allow_addresses),
        deadline=settings.deadline,
        connections=2 * settings.polls_at_once,
    )


def _callback(settings: FetcherSettings, fetcher: Fetcher) -> AbstractAsyncContextManager[object]:
    subscriber, listener = fetcher.subscriber, fetcher.listener
    if subscriber is None or listener is None:
        return nullcontext()
    return Callback(
        settings.http_host, settings.websub_port, asked=subscriber.asked, told=listener.told
    )


def _ownership(
    kafka: Kafka,
    settings: FetcherSettings,
    fetcher: Fetcher,
    readiness: Readiness,
    ending: Ending,
) -> Ownership:
    loop = asyncio.get_running_loop()

    def hold(partitions: Partitions, memory: Mapping[str, FeedState]) -> None:
        fetcher.hold(partitions, memory, lambda: ownership.given)
        readiness.ready()
        log.info("owns", partitions=sorted(partitions), remembered=len(memory))

    def assigned(partitions: Partitions, memory: Mapping[str, FeedState]) -> None:
        loop.call_soon_threadsafe(hold, partitions, memory)

    ownership = Ownership(
        kafka,
        session_seconds=settings.session_seconds,
        assigned=assigned,
        revoked=fetcher.release,
        failed=ending.broke,
    )
    return ownership


async def _reload(
    paths: tuple[Path, ...], fetcher: Fetcher, metrics: Metrics, seen: Contents
) -> None:
    """Take a changed catalogue, once it stands still; a bad one is refused, the old one stays.

    `seen`: what the files held that the old one was read from.
    """
    standing = Standing(seen)
    while True:
        await asyncio.sleep(LOOKS_EVERY)
        if not standing.changed(contents(paths)):
            continue
        try:
            fetcher.replace(feeds := load(paths))
        except ConfigError as error:
            metrics.refused.set(1)
            log.error("changed catalogue refused; the old one stays in use", why=str(error))  # noqa: TRY400  no trace: the mistake is the file's
        else:
            metrics.refused.set(0)
            log.info("changed catalogue taken over", feeds=len(feeds))
