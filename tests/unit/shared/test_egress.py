"""Against real sockets: a listener that counts says whether a connection was ever opened."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest

from shared.addresses import networks
from shared.egress import ForbiddenAddress, GuardedTransport


class Listener:
    """A web server on loopback that answers every request alike and counts connections."""

    def __init__(self, answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") -> None:
        self.answer = answer
        self.connections = 0
        self.port = 0

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(self.answer)
        await writer.drain()
        writer.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Listener"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "localhost", "[::1]",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
)  # fmt: skip
async def test_no_notation_of_loopback_is_ever_connected_to(host: str) -> None:
    async with (
        Listener().running() as target,
        httpx.AsyncClient(transport=GuardedTransport(), trust_env=False) as client,
    ):
        with pytest.raises((ForbiddenAddress, httpx.InvalidURL)):
            await client.get(f"http://{host}:{target.port}/")
        assert target.connections == 0


async def test_a_name_that_leads_inside_is_refused_and_says_so() -> None:
    transport = GuardedTransport(resolver=lambda _host, _port: ["8.8.8.8", "127.0.0.1"])
    async with Listener().running() as target, httpx.AsyncClient(transport=transport) as client:
        with pytest.raises(ForbiddenAddress, match=r"feed\.example is 127\.0\.0\.1 \(loopback\)"):
            await client.get(f"http://feed.example:{target.port}/")
        assert target.connections == 0


async def test_a_name_is_asked_for_once_so_a_second_answer_changes_nothing() -> None:
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    transport = GuardedTransport(resolver=rebinding, allowed=networks("127.0.0.1/32"))
    async with Listener().running() as first, httpx.AsyncClient(transport=transport) as client:
        assert (await client.get(f"http://feed.example:{first.port}/")).text == "ok"
        assert asked == ["feed.example"]
        with pytest.raises(ForbiddenAddress):
            await client.get(f"http://feed.example:{first.port}/")
        assert first.connections == 1


async def test_a_redirect_inside_is_refused() -> None:
    inside = Listener()
    async with inside.running():
        location = f"http://127.0.0.2:{inside.port}/latest/meta-data".encode()
        outside = Listener(
            b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n"
        )
        transport = GuardedTransport(allowed=networks("127.0.0.1/32"))
        async with outside.running(), httpx.AsyncClient(transport=transport) as client:
            with pytest.raises(ForbiddenAddress):
                await client.get(f"http://127.0.0.1:{outside.port}/", follow_redirects=True)
        assert (outside.connections, inside.connections) == (1, 0)


async def test_a_door_to_one_port_opens_no_other() -> None:
    async with Listener().running() as open_, Listener().running() as shut:
        transport = GuardedTransport(allowed=networks(f"127.0.0.1:{open_.port}"))
        async with httpx.AsyncClient(transport=transport) as client:
            assert (await client.get(f"http://127.0.0.1:{open_.port}/")).text == "ok"
            with pytest.raises(ForbiddenAddress):
                await client.get(f"http://127.0.0.1:{shut.port}/")
        assert shut.connections == 0
