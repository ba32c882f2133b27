"""Articles that the broker acknowledged, and lost before anybody read them."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.apache import start_apache
from deploy.local.jars import Unavailable
from deploy.local.node import Broker
from services.fetcher.state import FeedState
from services.processors.judge import judge
from shared.codec import decode
from shared.kafka import NO_BROKER, Kafka
from shared.records import Article, Lane, Verdict
from shared.topics import ARTICLES_RAW, FEEDS_STATE, every_topic
from tests.cut import lost_power
from tests.eventually import PATIENCE
from tests.integration.test_fetchers import fetching, until
from tests.servers.loopback import Loopback, Request, answer, feed

pytestmark = pytest.mark.slow

PARTITIONS = 2
OLD, NEW = ("a", "b", "c"), ("d", "e")
ENTRIES = range(1, 9)
SITE = "https://{}.example"


def said(request: Request) -> bytes:
    """The feed; nothing to who says that he has it."""
    if request.header("If-None-Match"):
        return answer(status="304 Not Modified", ETag='"1"')
    return answer(feed(*ENTRIES, site=SITE.format(request.path.strip("/"))), ETag='"1"')


def listed(*feeds: str) -> set[str]:
    return {f"{SITE.format(name)}/a/{entry}" for name in feeds for entry in ENTRIES}


def write_catalogue(path: Path, server: Loopback, *feeds: str) -> None:
    tables = [
        f'[[feed]]\nid = "{name}"\nurl = "{server.url(f"/{name}")}"\noutlet = "{name}"\n'
        for name in feeds
    ]
    limits = "[defaults]\nfloor = 600\nceiling = 900\nspacing = 0\nconcurrency = 50\n"
    path.write_text(limits + "".join(tables), encoding="utf-8")


@dataclass
class Own:
    """A broker that nobody else has, to be cut off, and what it holds."""

    home: Path
    broker: Broker

    @property
    def door(self) -> Kafka:
        return Kafka(self.broker.servers)

    def articles(self) -> list[Article]:
        return [decode(record.value, Article) for record in self.door.read(ARTICLES_RAW)]

    def remembered(self) -> set[str]:
        held = self.door.read_compacted(FEEDS_STATE).values()
        return {state.feed for state in (decode(value, FeedState) for value in held) if state.marks}

    def ends(self, *topics: str) -> dict[str, int]:
        by_name = {topic.name: topic for topic in (ARTICLES_RAW, FEEDS_STATE)}
        extents = self.door.extents([by_name[name] for name in topics])
        return {
            f"{topic.name}-{partition}": offsets.stop
            for topic, found in extents.items()
            for partition, offsets in found.items()
        }

    def lose(self, ends: dict[str, int]) -> None:
        self.broker = lost_power(self.broker, self.home, ends)

    def go_on(self) -> None:
        """Others' articles come to stand where those were that are lost, and beyond."""
        others, producer = self.articles(), self.door.producer()
        for partition in range(PARTITIONS):
            for article in others[: 2 * len(ENTRIES)]:
                name, value = ARTICLES_RAW.name, article.title.encode()
                producer.send(name, key=b"other", value=value, partition=partition)
        producer.close()


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Own]:
    home = tmp_path / "broker"
    try:
        broker = await asyncio.to_thread(start_apache, home)
    except Unavailable as why:
        pytest.skip(f"Apache Kafka cannot run here: {why}")
    mine = Own(home, broker)
    await asyncio.to_thread(mine.door.create_topics, every_topic(), partitions=PARTITIONS)
    yield mine
    await asyncio.to_thread(mine.broker.stop)


@pytest.mark.parametrize(
    ("goes_on", "killed", "memory_too"),
    [(False, False, False), (True, False, False), (False, True, False), (False, True, True)],
    ids=[
        "the fetcher runs",
        "others' articles take the place",
        "the fetcher is killed with the broker",
        "its memory is lost as well",
    ],
)
async def test_what_a_feed_still_lists_comes_again(
    own: Own, tmp_path: Path, *, goes_on: bool, killed: bool, memory_too: bool
) -> None:
    path = tmp_path / "feeds.toml"
    async with Loopback(said).running() as server:
        write_catalogue(path, server, *OLD)
        settings = {"NEWSWATCH_ALLOW_ADDRESSES": "127.0.0.1/32", "NEWSWATCH_SESSION_SECONDS": "6"}
        fetcher = await fetching(own.broker, "", path, **settings)
        try:
            await until(lambda: own.remembered() == set(OLD), within=PATIENCE)
            ends = own.ends(ARTICLES_RAW.name, *[FEEDS_STATE.name] * memory_too)
            write_catalogue(path, server, *OLD, *NEW)
            await until(lambda: own.remembered() == {*OLD, *NEW}, within=PATIENCE)
            told, asked = own.articles(), len(server.requests)
            if killed:
                fetcher.kill()
                await fetcher.wait()
            await asyncio.to_thread(own.lose, ends)
            assert {article.url for article in own.articles()} == listed(*OLD)
            if goes_on:
                own.go_on()
            if killed:
                fetcher = await fetching(own.broker, "", path, **settings)
            async with asyncio.timeout(PATIENCE):
                while not await asyncio.to_thread(_came_again, own):
                    if fetcher.returncode is not None:  # as whoever supervises it does
                        assert fetcher.returncode == NO_BROKER
                        fetcher = await fetching(own.broker, "", path, **settings)
                    await asyncio.sleep(0.5)
            await until(lambda: own.remembered() == {*OLD, *NEW}, within=PATIENCE)
            again = {request.path.strip("/") for request in server.requests[asked:]}
        finally:
            if fetcher.returncode is None:
                fetcher.terminate()
                await fetcher.wait()
    assert again == set(NEW), "no other feed is asked"
    assert {_judged_again(one, told) for one in _ours(own)} == {Verdict.UNCHANGED}, "if known"


def _judged_again(article: Article, told: list[Article]) -> Verdict:
    """What judge says of it where it had read all that was told before."""
    (before,) = [one for one in told if one.id == article.id]
    seen = judge(None, before, "before", Lane.LIVE).seen
    return judge(seen, article, "again", Lane.LIVE).verdict


def _ours(own: Own) -> list[Article]:
    records = own.door.read(ARTICLES_RAW)
    return [decode(record.value, Article) for record in records if record.key != b"other"]


def _came_again(own: Own) -> bool:
    return {article.url for article in _ours(own)} == listed(*OLD, *NEW)
