"""A hub, a feed and a fetcher of its own process on Kafka, killed between subscription and push."""

import asyncio
from asyncio.subprocess import Process
from pathlib import Path

import httpx

from deploy.local.node import Broker
from shared.codec import decode
from shared.kafka import Kafka
from shared.records import Article
from shared.topics import ARTICLES_RAW
from tests.integration.test_fetchers import fetching, published, until
from tests.ports import free_port
from tests.servers.hub import Hub
from tests.servers.loopback import Loopback, answer, feed

REPO = Path(__file__).parents[2]


async def start(broker: Broker, namespace: str, catalogue: Path, port: int) -> Process:
    return await fetching(
        broker,
        namespace,
        catalogue,
        NEWSWATCH_ALLOW_ADDRESSES="127.0.0.1, 127.0.0.3",
        NEWSWATCH_WEBSUB_URL=f"http://127.0.0.1:{port}",
        NEWSWATCH_WEBSUB_PORT=str(port),
    )


async def delivered(hub: Hub, topic: str, body: bytes) -> int:
    """Push as a hub does, until it is taken; how many tries it took."""
    tries = 0
    async with asyncio.timeout(120):
        while True:
            tries += 1
            try:
                if await hub.push(topic, body) == [200]:
                    return tries
            except httpx.TransportError:
                pass  # nobody there yet
            await asyncio.sleep(0.2)


async def test_a_fetcher_killed_after_it_subscribed_takes_pushes_when_it_is_back(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    hub = Hub()
    server = Loopback(lambda _: answer(feed(1), Link=f"<{hub.url}>; rel=hub"))
    async with hub.running(), server.running():
        catalogue, port = tmp_path / "feeds.toml", free_port()
        catalogue.write_text(
            f'[[feed]]\nid = "f"\nurl = "{server.url()}"\noutlet = "F"\n', encoding="utf-8"
        )
        fetcher = await start(kafka, namespace, catalogue, port)
        try:
            await until(lambda: any(one.verified for one in hub.subscribers.values()), within=120)
            await delivered(hub, server.url(), feed(1, 2))
            fetcher.kill()
            await fetcher.wait()
            polls, asked = len(server.requests), len(hub.asked)
            fetcher = await start(kafka, namespace, catalogue, port)
            tries = await delivered(hub, server.url(), feed(2, 3))
            assert tries > 1, "nobody was there at first"
        finally:
            fetcher.terminate()
            await fetcher.wait()
    titles = await asyncio.to_thread(_titles, cluster)
    assert titles == ["1", "2", "3"], "each once, in the order of the pushes"
    assert len(hub.asked) == asked, "the lease, the secret and the callback were kept"
    assert len(server.requests) == polls, "nothing was polled that was not due"


def _titles(door: Kafka) -> list[str]:
    assert published(door)
    records = list(door.read(ARTICLES_RAW))
    told = sorted((record.timestamp, decode(record.value, Article).title) for record in records)
    return [title.rpartition(" ")[2] for _, title in told]
