"""Receivers that misbehave, as real servers on loopback: each a few lines over a socket."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = ip_address("127.0.0.1")

Answer = Callable[["Received", socket.socket], None]


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    number: int  # from 1, in order of arrival
    at: float
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """A server with one behaviour; `received` grows as requests come."""

    answer: Answer
    tls: ssl.SSLContext | None = None
    host: str = str(LOOPBACK)
    received: list[Received] = field(default_factory=list)
    accepted: int = 0
    closed: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._socket = socket.create_server((self.host, 0), backlog=64)
        self._lock = threading.Lock()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        scheme = "https" if self.tls else "http"
        return f"{scheme}://{self.host}:{self._socket.getsockname()[1]}/hook"

    @property
    def ids(self) -> list[str]:
        return [request.headers.get("webhook-id", "") for request in self.received]

    def close(self) -> None:
        self.closed.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while not self.closed.is_set():
                connection, _ = self._socket.accept()
                self.accepted += 1
                threading.Thread(target=self._connection, args=(connection,), daemon=True).start()

    def _connection(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            plain = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
            while (request := self._read(plain)) is not None:
                self.answer(request, plain)

    def _read(self, connection: socket.socket) -> Received | None:
        data = b""
        while b"\r\n\r\n" not in data:
            more = connection.recv(65536)
            if not more:
                return None
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        pairs = (line.split(": ", 1) for line in head.decode("latin-1").split("\r\n")[1:])
        headers = {name.lower(): value for name, value in pairs}
        while len(body) < int(headers.get("content-length", 0)):
            body += connection.recv(65536)
        with self._lock:
            request = Received(len(self.received) + 1, time.monotonic(), headers, body)
            self.received.append(request)
        return request


@contextmanager
def serving(
    answer: Answer, tls: ssl.SSLContext | None = None, host: str = str(LOOPBACK)
) -> Iterator[Server]:
    server = Server(answer, tls, host)
    try:
        yield server
    finally:
        server.close()


def say(status: int, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def always(status: int, body: bytes = b"", **headers: str) -> Answer:
    return lambda _, connection: connection.sendall(say(status, body, **headers))


def first(count: int, then_ok: bytes, **ok_headers: str) -> Answer:
    """`then_ok` (a whole answer) to the first requests, 204 to all others."""

    def answer(request: Received, connection: socket.socket) -> None:
        connection.sendall(then_ok if request.number <= count else say(204, **ok_headers))

    return answer


def slowly(seconds: float, body: bytes) -> Answer:
    """200, after a while."""

    def answer(_request: Received, connection: socket.socket) -> None:
        time.sleep(seconds)
        connection.sendall(say(200, body))

    return answer


def once(there: threading.Event, answer: Answer) -> Answer:
    """That answer, and none before it is there."""

    def waiting(request: Received, connection: socket.socket) -> None:
        there.wait()
        answer(request, connection)

    return waiting


def down_for(seconds: float) -> Answer:
    """500 until so long after the first request, then 204."""
    began: list[float] = []

    def answer(request: Received, connection: socket.socket) -> None:
        began.append(request.at)
        connection.sendall(say(500 if request.at - began[0] < seconds else 204))

    return answer


def hang(_request: Received, connection: socket.socket) -> None:
    """Never answers."""
    connection.recv(1)


def drip(_request: Received, connection: socket.socket) -> None:
    """A byte of headers now and then: each arrives inside any timeout of one read."""
    for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"y" * 10_000:
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def reset(_request: Received, connection: socket.socket) -> None:
    """Breaks off in the middle of the status line."""
    connection.sendall(b"HTTP/1.1 20")
    linger = (1).to_bytes(4, "little") + (0).to_bytes(4, "little")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    connection.close()


def huge(_request: Received, connection: socket.socket) -> None:
    """A body without an end."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(100_000):
        connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")


def self_signed(folder: Path) -> ssl.SSLContext:
    """TLS with a certificate that nobody vouches for: `certificate.pem` in the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(LOOPBACK)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    plain = serialization.NoEncryption()
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(key.private_bytes(pem, pkcs8, plain) + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def linked(part: Any) -> set[str]:
    """Every `url` in a payload: one a story, where it has no other links."""
    if isinstance(part, list):
        return {url for inner in part for url in linked(inner)}
    if not isinstance(part, dict):
        return set()
    own = {part["url"]} if "url" in part else set()
    return own | {url for inner in part.values() for url in linked(inner)}
