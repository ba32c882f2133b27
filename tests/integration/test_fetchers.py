"""Two fetchers share the feeds; one is killed; the other takes over, and nothing is lost."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.apache import start_apache
from deploy.local.jars import Unavailable
from deploy.local.node import Broker
from shared.codec import decode
from shared.kafka import Kafka
from shared.records import Article
from shared.topics import ARTICLES_RAW, FEEDS_STATE, every_topic
from tests.measured import Measured
from tests.servers.loopback import Loopback, Request, answer, feed

FEEDS = 12
SESSION = 6.0
AWAY = 45
WINDOW = 30
REPO = Path(__file__).parents[2]


class Newsroom:
    """Feeds that have one more entry every time they are asked, while news is on."""

    def __init__(self) -> None:
        self.latest: Counter[str] = Counter()
        self.asked: dict[str, float] = {}
        self.by: dict[str, set[str]] = {}
        self.news = True

    def said(self, request: Request) -> bytes:
        name = request.path.strip("/")
        self.asked[name] = request.at
        self.by.setdefault(request.header("User-Agent") or "", set()).add(name)
        self.latest[name] += self.news
        newest = self.latest[name]
        numbers = range(max(1, newest - WINDOW), newest + 1)
        return answer(feed(*numbers, site=f"https://{name}.example"))

    def served(self) -> set[str]:
        return {
            f"https://{name}.example/a/{number}"
            for name, newest in self.latest.items()
            for number in range(1, newest + 1)
        }


async def until(condition: Callable[[], bool], *, within: float) -> float:
    """Wait until the condition holds; the seconds it took. Fails after `within`."""
    began = asyncio.get_running_loop().time()
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110  the condition is another process's doing
            await asyncio.sleep(0.05)
    return asyncio.get_running_loop().time() - began


async def start(broker: Broker, namespace: str, catalogue: Path, name: str) -> Process:
    return await fetching(
        broker,
        namespace,
        catalogue,
        NEWSWATCH_ALLOW_ADDRESSES="127.0.0.1/32",
        NEWSWATCH_CONTACT_URL=f"https://{name}.example/",
        NEWSWATCH_SESSION_SECONDS=str(SESSION),
    )


async def fetching(broker: Broker, namespace: str, catalogue: Path, **settings: str) -> Process:
    """A fetcher of its own process, with these settings beside those that all tests need."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.fetcher", cwd=REPO, stdout=DEVNULL,
        env={
            "PATH": os.environ["PATH"],
            "KAFKA_BOOTSTRAP_SERVERS": broker.servers,
            "NEWSWATCH_NAMESPACE": namespace,
            "NEWSWATCH_FEEDS": str(catalogue),
            "NEWSWATCH_HTTP_PORT": "0",
            "NEWSWATCH_PARSERS": "1",
        } | settings,
    )  # fmt: skip


def catalogue(folder: Path, server: Loopback) -> Path:
    path = folder / "feeds.toml"
    tables = [
        f'[[feed]]\nid = "f{n}"\nurl = "{server.url(f"/f{n}")}"\noutlet = "F{n}"\n'
        for n in range(FEEDS)
    ]
    limits = "[defaults]\nfloor = 1\nceiling = 1\nspacing = 0\nconcurrency = 50\n"
    path.write_text(limits + "".join(tables), encoding="utf-8")
    return path


def published(door: Kafka) -> Counter[str]:
    consumer = door.consumer(ARTICLES_RAW, group="ledger")
    urls: Counter[str] = Counter()
    try:
        quiet = 0
        while quiet < 5:
            batches = consumer.poll(timeout_ms=1000)
            quiet = 0 if batches else quiet + 1
            for records in batches.values():
                urls.update(decode(record.value, Article).url for record in records)
    finally:
        consumer.close()
    return urls


@pytest.mark.kafka
async def test_one_of_two_fetchers_is_killed_and_the_other_takes_over_with_nothing_lost(
    kafka: Broker,
    cluster: Kafka,
    namespace: str,
    tmp_path: Path,
    measured: Measured,
) -> None:
    newsroom = Newsroom()
    everything = {f"f{n}" for n in range(FEEDS)}
    async with Loopback(newsroom.said).running() as server:
        path = catalogue(tmp_path, server)
        first, second = [await start(kafka, namespace, path, name) for name in ("one", "two")]
        try:
            names = [f"Newswatch/0.1 (+https://{name}.example/)" for name in ("one", "two")]
            await until(
                lambda: (
                    all(newsroom.by.get(name) for name in names)
                    and everything == set().union(*newsroom.by.values())
                ),
                within=60,
            )
            newsroom.by.clear()
            await until(lambda: set().union(*newsroom.by.values()) >= everything, within=60)
            orphans = newsroom.by[names[0]] - newsroom.by.get(names[1], set())
            assert orphans, "the first fetcher has feeds of its own"

            first.send_signal(signal.SIGKILL)
            await first.wait()
            newsroom.by.clear()
            takeover = await until(
                lambda: newsroom.by.get(names[1], set()) >= everything, within=60
            )
            newsroom.news = False
            newsroom.by.clear()
            await until(lambda: newsroom.by.get(names[1], set()) >= everything, within=60)
        finally:
            for process in (first, second):
                if process.returncode is None:
                    process.terminate()
        assert await asyncio.wait_for(second.wait(), 10) == 0, "SIGTERM ends it well"
    urls = await asyncio.to_thread(published, cluster)
    twice = sum(urls.values()) - len(urls)
    measured(
        f"takeover of {len(orphans)} feeds in {takeover:.1f} s (session {SESSION:g} s); "
        f"{len(newsroom.served())} entries served, {len(urls)} published, {twice} resent"
    )
    assert set(urls) == newsroom.served()
    assert twice <= 3 * FEEDS, "at most what was under way when the feeds changed hands"


@pytest.mark.kafka
async def test_all_are_killed_and_started_again_and_nothing_is_asked_before_it_is_due(
    kafka: Broker, namespace: str, cluster: Kafka, tmp_path: Path
) -> None:
    newsroom = Newsroom()
    everything = {f"f{n}" for n in range(FEEDS)}
    async with Loopback(newsroom.said).running() as server:
        path = catalogue(tmp_path, server)
        slow = "floor = 600\nceiling = 900"
        text = path.read_text(encoding="utf-8").replace("floor = 1\nceiling = 1", slow)
        path.write_text(text, encoding="utf-8")
        first = await start(kafka, namespace, path, "one")
        await until(lambda: set(newsroom.asked) == everything, within=90)
        known = await asyncio.to_thread(_remembered, cluster, everything)
        first.kill()
        await first.wait()
        asked = len(server.requests)
        url = server.url("/canary")
        canary = f'[[feed]]\nid = "canary"\nurl = "{url}"\noutlet = "C"\nfloor = 1\nceiling = 1\n'
        path.write_text(text + canary, encoding="utf-8")
        second = await start(kafka, namespace, path, "two")
        try:
            await until(lambda: newsroom.latest["canary"] >= 3, within=90)
        finally:
            second.terminate()
            await second.wait()
    assert known == everything
    others = [r.path for r in server.requests[asked:] if r.path != "/canary"]
    assert others == []


def _remembered(door: Kafka, feeds: set[str]) -> set[str]:
    known: set[str] = set()
    while known != feeds:
        known = {key.decode() for key in door.read_compacted(FEEDS_STATE)}
    return known


async def _away(broker: Broker, home: Path, how: str) -> Broker:
    """The broker after it was away for AWAY seconds."""
    assert broker.pid is not None
    os.killpg(broker.pid, signal.SIGSTOP if how == "hung" else signal.SIGKILL)
    await asyncio.sleep(AWAY)  # what is tested
    if how == "hung":
        os.killpg(broker.pid, signal.SIGCONT)
        return broker
    port = int(broker.servers.rpartition(":")[2])
    return await asyncio.to_thread(start_apache, home, port=port)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["hung", "killed"])
async def test_a_broker_that_is_away_for_45_seconds_costs_no_entry(
    how: str, tmp_path: Path, measured: Measured
) -> None:
    try:
        broker = await asyncio.to_thread(start_apache, tmp_path / "broker")
    except Unavailable as why:
        pytest.skip(f"Apache Kafka cannot run here: {why}")
    newsroom, everything = Newsroom(), {f"f{n}" for n in range(FEEDS)}
    door = Kafka(broker.servers, "")
    await asyncio.to_thread(door.create_topics, every_topic(), partitions=2)
    try:
        async with Loopback(newsroom.said).running() as server:
            fetcher = await start(broker, "", catalogue(tmp_path, server), "one")
            try:
                await until(lambda: set(newsroom.asked) == everything, within=60)
                broker = await _away(broker, tmp_path / "broker", how)
                await _all_asked(newsroom, everything)
                newsroom.news = False
                await _all_asked(newsroom, everything)
                assert fetcher.returncode is None, "it stayed up"
            finally:
                if fetcher.returncode is None:
                    fetcher.terminate()
                    await fetcher.wait()
        urls = await asyncio.to_thread(published, door)
    finally:
        await asyncio.to_thread(broker.stop)
    served, resent = newsroom.served(), sum(urls.values()) - len(urls)
    measured(f"{how} for {AWAY} s: {len(served)} served, {len(urls)} published, {resent} resent")
    assert set(urls) == served


async def _all_asked(newsroom: Newsroom, everything: set[str]) -> None:
    """Twice: what was under way at the first is done by the second."""
    for _ in range(2):
        newsroom.by.clear()
        await until(lambda: set().union(*newsroom.by.values()) >= everything, within=180)
