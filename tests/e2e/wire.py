"""A TCP proxy before the broker that sees each Kafka request and can kill at that very moment.

Faults are placed where a process meets the broker, not in the process: no hook in the product. The
request header is Kafka's (size int32, api key int16, api version int16, correlation id int32), as
the protocol guide gives it; nothing else of a request is parsed, its topic is looked for as bytes.
"""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum

PRODUCE = 0
OFFSET_COMMIT = 8
OF_GROUPS = frozenset({OFFSET_COMMIT, 9, 10, 11, 12, 13, 14})
"""What goes to a group's coordinator: offsets, who it is, joining, heartbeats, leaving, sharing."""


class When(StrEnum):
    BEFORE = "before"  # the broker never sees the request
    AFTER = "after"  # the broker has answered; the process never hears of it
    LOST = "lost"  # the connection stays open, and nothing comes through any more


@dataclass(frozen=True)
class Point:
    """A moment on the wire: this request, about any of these (topic or group) bytes."""

    api: int
    about: tuple[bytes, ...]
    when: When

    def is_it(self, request: bytes) -> bool:
        (api,) = struct.unpack_from(">h", request)
        return api == self.api and any(about in request for about in self.about)


@dataclass
class Trap:
    point: Point
    spring: Callable[[], None]
    sprung: threading.Event = field(default_factory=threading.Event)

    def take(self) -> bool:
        """Spring once; whether it was this call that did."""
        if self.sprung.is_set():
            return False
        self.spring()
        self.sprung.set()
        return True


class Wire:
    """Listens on `port` and passes everything to `upstream`, until closed.

    Requests of the kinds in `swallowed` are not passed on, and nobody says so.
    """

    def __init__(self, port: int, upstream: int) -> None:
        self._upstream = upstream
        self._trap: Trap | None = None
        self.swallowed: frozenset[int] = frozenset()
        self._server = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, point: Point, spring: Callable[[], None]) -> threading.Event:
        """Call `spring` the next time this moment comes; the event says that it came."""
        self._trap = Trap(point, spring)
        return self._trap.sprung

    def close(self) -> None:
        self._server.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._server.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        broker = socket.create_connection(("127.0.0.1", self._upstream))
        awaited: dict[int, Trap] = {}
        answers = threading.Thread(
            target=self._answers, args=(broker, client, awaited), daemon=True
        )
        answers.start()
        with suppress(OSError), client, broker:
            while request := _frame(client):
                if struct.unpack_from(">h", request)[0] in self.swallowed:
                    continue
                trap = self._trap
                if trap and not trap.sprung.is_set() and trap.point.is_it(request):
                    if trap.point.when is not When.AFTER and trap.take():
                        while trap.point.when is When.LOST and _frame(client):
                            pass
                        return
                    awaited[_correlation(request, 4)] = trap
                broker.sendall(struct.pack(">i", len(request)) + request)

    def _answers(
        self, broker: socket.socket, client: socket.socket, awaited: dict[int, Trap]
    ) -> None:
        with suppress(OSError), client, broker:
            while answer := _frame(broker):
                trap = awaited.pop(_correlation(answer, 0), None)
                if trap and trap.take():
                    return
                client.sendall(struct.pack(">i", len(answer)) + answer)


@dataclass(frozen=True)
class Watched:
    """A broker of its own, with a wire before it; `behind` is its address where both are known."""

    servers: str
    wire: Wire
    behind: str = ""


def _correlation(frame: bytes, offset: int) -> int:
    return int(struct.unpack_from(">i", frame, offset)[0])


def _frame(stream: socket.socket) -> bytes:
    """The next frame without its size; empty at the end of the stream."""
    size = _exactly(stream, 4)
    return _exactly(stream, struct.unpack(">i", size)[0]) if size else b""


def _exactly(stream: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = stream.recv(size - len(parts))
        if not part:
            return b""
        parts += part
    return bytes(parts)
