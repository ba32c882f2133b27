"""A WebSub hub on loopback: takes subscriptions, asks back, pushes signed, and misbehaves.

Real requests both ways. What it was asked and what its pushes were answered stay to be looked at.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import httpx

HOST = "127.0.0.3"  # a host of its own, as hubs are
CHALLENGE = "a challenge that nobody can guess"


@dataclass
class Subscriber:
    """Who is subscribed, as the hub knows it."""

    callback: str
    topic: str
    secret: str
    verified: int = 0


@dataclass
class Hub:
    """The hub; `url` names it while it runs."""

    lease: float = 864_000
    status: str = "202 Accepted"
    asks_back: bool = True
    asked: list[dict[str, str]] = field(default_factory=list)
    subscribers: dict[tuple[str, str], Subscriber] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)  # what callbacks said that did not agree
    port: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where to subscribe."""
        return f"http://{HOST}:{self.port}/"

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Hub"]:
        """Serve while the block runs."""
        server = await asyncio.start_server(self._serve, HOST, self.port)
        self.port = server.sockets[0].getsockname()[1]
        async with httpx.AsyncClient(trust_env=False, timeout=20) as self.client:
            try:
                yield self
            finally:
                server.close()
                for task in self._tasks:
                    task.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            length = int(head.partition("content-length:")[2].split("\r\n")[0])
            form = dict(parse_qsl((await reader.readexactly(length)).decode()))
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        self.asked.append(form)
        writer.write(f"HTTP/1.1 {self.status}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()
        if self.status.startswith("2") and self.asks_back:
            task = asyncio.create_task(self._ask_back(form))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _ask_back(self, form: dict[str, str]) -> None:
        mode, topic, callback = (form[f"hub.{name}"] for name in ("mode", "topic", "callback"))
        if not await self.ask_back(callback, mode, topic):
            return
        if mode == "unsubscribe":
            del self.subscribers[callback, topic]
            return
        new = Subscriber(callback=callback, topic=topic, secret=form["hub.secret"])
        self.subscribers.setdefault((callback, topic), new).verified += 1

    async def ask_back(self, callback: str, mode: str, topic: str) -> bool:
        """Whether the callback agrees that it meant this."""
        asked = {
            "hub.mode": mode, "hub.topic": topic, "hub.challenge": CHALLENGE,
            "hub.lease_seconds": str(self.lease),
        }  # fmt: skip
        answer = await self.client.get(callback, params=asked)
        agreed = answer.is_success and answer.text == CHALLENGE
        if not agreed:
            self.refused.append(answer.status_code)
        return agreed

    async def deny(self, subscriber: Subscriber) -> int:
        """Take a subscription back."""
        del self.subscribers[subscriber.callback, subscriber.topic]
        said = {"hub.mode": "denied", "hub.topic": subscriber.topic, "hub.reason": "we close"}
        return (await self.client.get(subscriber.callback, params=said)).status_code

    async def push(self, topic: str, body: bytes, *, method: str = "sha256") -> list[int]:
        """Push to all subscribers of the topic, signed; what each answered. 410 ends one."""
        statuses = []
        for subscriber in [one for one in self.subscribers.values() if one.topic == topic]:
            signature = hmac.new(subscriber.secret.encode(), body, method).hexdigest()
            status = await self.send(subscriber.callback, body, f"{method}={signature}")
            if status == 410:
                del self.subscribers[subscriber.callback, topic]
            statuses.append(status)
        return statuses

    async def send(self, callback: str, body: bytes, signature: str | None = None) -> int:
        """Push to one callback with this signature, or none."""
        headers = {"Content-Type": "application/rss+xml"}
        if signature is not None:
            headers["X-Hub-Signature"] = signature
        return (await self.client.post(callback, content=body, headers=headers)).status_code


def origin(callback: str) -> tuple[str, int]:
    """Host and port of a callback."""
    parts = urlsplit(callback)
    return parts.hostname or "", parts.port or 0
