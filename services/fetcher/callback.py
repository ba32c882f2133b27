"""The edge that hubs call: a small HTTP/1.1 server for the public internet, bounded in every way.

    connection ▸ request line and headers ▸ asked (GET) or told (POST) ▸ reply

One request a connection, one deadline for all of it, so many connections at once and no more: in a
crowd whoever has been longest about saying what he wants is hung up on, never one who was let say
it. No body is read before it is known who may send one; h11 does the protocol and bounds the
headers.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Self
from urllib.parse import parse_qsl

import h11
from msgspec import Struct

HEADERS_WITHIN = 10.0
ALL_WITHIN = 60.0
MOST_CONNECTIONS = 100
_HEADER_BYTES = 16_384
_CHUNK = 65_536
_LINGER = 1.0  # seconds to read on after a refusal, so that it is heard before the reset


class Call(Struct, frozen=True, kw_only=True):
    """A request without its body."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case


class Reply(Struct, frozen=True, kw_only=True):
    """What to answer."""

    status: int
    body: bytes = b""
    retry_after: int = 0


Body = Callable[[int], Awaitable[bytes]]
"""Reads the body of a request; raises TooLarge where it is more than so many bytes."""


class TooLarge(Exception):  # noqa: N818  what the body is
    """The body is larger than there is room for; the rest of it was not read."""


Asked = Callable[[Call], Awaitable[Reply]]
"""The reply to a GET."""
Told = Callable[[Call, Body], Awaitable[Reply]]
"""The reply to a POST, whose body is read if it is asked for."""


class Callback:
    """Listens while the block runs; an async context manager."""

    def __init__(
        self, host: str, port: int, *, asked: Asked, told: Told, within: float = ALL_WITHIN
    ) -> None:
        self._host, self._asked, self._told, self._within = host, asked, told, within
        self.port = port  # the one the system chose, once listening, where 0 was asked for
        self._tasks: set[asyncio.Task[None]] = set()
        self._asked_nothing: dict[_Exchange, None] = {}  # who came first is first

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, self._host, self.port, limit=_CHUNK)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_raised: object) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._tasks) >= MOST_CONNECTIONS and not self._make_room():
            writer.transport.abort()
            return
        exchange = _Exchange(reader, writer)
        self._asked_nothing[exchange] = None
        task = asyncio.ensure_future(self._serve(exchange))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _make_room(self) -> bool:
        """Hang up on who has been longest about saying what he wants; whether there was one."""
        first = next(iter(self._asked_nothing), None)
        if first is None:
            return False
        del self._asked_nothing[first]
        first.hang_up()
        return True

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (bug := task.exception()):
            raise bug  # to the loop's exception handler, which ends the process

    async def _serve(self, exchange: "_Exchange") -> None:
        try:
            async with asyncio.timeout(self._within):
                await exchange.reply(await self._reply(exchange))
        except (OSError, h11.ProtocolError):
            return  # whoever that was has hung up, or speaks no HTTP
        finally:
            self._asked_nothing.pop(exchange, None)
            exchange.close()

    async def _reply(self, exchange: "_Exchange") -> Reply:
        async with asyncio.timeout(HEADERS_WITHIN):
            call = await exchange.call()
        self._asked_nothing.pop(exchange, None)
        if call.method == "GET":
            return await self._asked(call)
        if call.method != "POST":
            return Reply(status=405)
        return await self._told(call, exchange.body)


class _Exchange:
    """One request and its reply, over one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=_HEADER_BYTES)

    async def call(self) -> Call:
        request = await self._event()
        if not isinstance(request, h11.Request):
            raise ConnectionError("no request")
        path, _, query = request.target.decode("latin-1").partition("?")
        return Call(
            method=request.method.decode("ascii"),
            path=path,
            query=dict(parse_qsl(query)),
            headers={k.decode("latin-1"): v.decode("latin-1") for k, v in request.headers},
        )

    async def body(self, most: int) -> bytes:
        if self._http.they_are_waiting_for_100_continue:
            await self._send(h11.InformationalResponse(status_code=100, headers=[]))
        body = bytearray()
        while isinstance(event := await self._event(), h11.Data):
            body += event.data
            if len(body) > most:
                raise TooLarge
        return bytes(body)

    async def reply(self, reply: Reply) -> None:
        headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(reply.body))),
            ("Connection", "close"),
            *([("Retry-After", str(reply.retry_after))] if reply.retry_after else []),
        ]
        await self._send(h11.Response(status_code=reply.status, headers=headers))
        await self._send(h11.Data(data=reply.body))
        await self._send(h11.EndOfMessage())
        if self._http.their_state is h11.SEND_BODY:
            await self._linger()

    async def _linger(self) -> None:
        try:
            async with asyncio.timeout(_LINGER):
                while await self._reader.read(_CHUNK):
                    pass
        except TimeoutError:
            return

    def close(self) -> None:
        self._writer.close()

    def hang_up(self) -> None:
        self._writer.transport.abort()

    async def _event(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(_CHUNK))
        return event

    async def _send(self, event: h11.Event) -> None:
        if data := self._http.send(event):
            self._writer.write(data)
            await self._writer.drain()
