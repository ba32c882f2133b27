"""The callback's server in a crowd."""

import asyncio
from contextlib import AsyncExitStack

from services.fetcher.callback import MOST_CONNECTIONS, Body, Call, Callback, Reply

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def asked(_call: Call) -> Reply:
    return Reply(status=200, body=b"challenge")


async def told(_call: Call, body: Body) -> Reply:
    await body(1000)
    return Reply(status=200)


async def connected(server: Callback, crowd: AsyncExitStack, said: bytes = b"") -> Connection:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    crowd.callback(writer.close)
    writer.write(said)
    await writer.drain()
    return reader, writer


async def test_whoever_says_nothing_makes_room_for_a_hub_and_a_push_under_way_does_not() -> None:
    server = Callback("127.0.0.1", 0, asked=asked, told=told)
    async with server, AsyncExitStack() as crowd:
        push = b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n"
        pushed, pushing = await connected(server, crowd, push)
        assert (await pushed.readline()).startswith(b"HTTP/1.1 100")

        silent = [await connected(server, crowd) for _ in range(2 * MOST_CONNECTIONS)]
        hub, _ = await connected(server, crowd, b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await hub.read()).endswith(b"challenge")
        assert await silent[0][0].read() == b""

        pushing.write(b"news")
        assert b"HTTP/1.1 200" in await pushed.read()
