"""A web server on loopback that says byte for byte what a test wants, and remembers what it heard.

A script is a function from a Request to the bytes of the whole response, or to an asynchronous
generator of pieces; it is asked for every request, so it may answer the second otherwise than the
first. The connection closes after each answer.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Request:
    """One request, headers in the order and spelling they came in."""

    path: str
    headers: list[tuple[str, str]]
    at: float

    def header(self, name: str) -> str | None:
        """The value of this header, or None where it was not sent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


Script = Callable[[Request], bytes | AsyncIterator[bytes]]


@dataclass
class Loopback:
    """The server; `url` names it while it runs."""

    script: Script
    host: str = "127.0.0.1"
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    most_at_once: int = 0
    port: int = 0
    _now: int = 0

    def url(self, path: str = "/feed") -> str:
        """A URL of this server."""
        return f"http://{self.host}:{self.port}{path}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Loopback"]:
        """Serve while the block runs."""
        server = await asyncio.start_server(self._serve, self.host, self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            request = _request(await reader.readuntil(b"\r\n\r\n"))
            self.requests.append(request)
            said = self.script(request)
            if isinstance(said, bytes):
                writer.write(said)
            else:
                async for piece in said:
                    writer.write(piece)
                    await writer.drain()
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client hung up: what some tests are about
        finally:
            self._now -= 1
            writer.close()


def _request(head: bytes) -> Request:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    pairs = [line.split(": ", 1) if ": " in line else [line.rstrip(":"), ""] for line in lines]
    return Request(
        path=first.split()[1],
        headers=[(name, value) for name, value in pairs],
        at=asyncio.get_running_loop().time(),
    )


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole response; header names are given with _ for -."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    named.setdefault("Content-Length", str(len(body)))
    lines = [f"HTTP/1.1 {status}", *(f"{n}: {v}" for n, v in named.items()), "Connection: close"]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def feed(
    *numbers: int, words: str = "Ankara and Tehran talk", site: str = "https://news.example"
) -> bytes:
    """An RSS document with an item for each number."""
    items = "".join(
        f"<item><title>{words} {n}</title><link>{site}/a/{n}</link><guid>{site}/a/{n}</guid></item>"
        for n in numbers
    )
    return f'<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'.encode()
