"""The page every service shows its operator: /metrics, /healthz, /readyz.

`/healthz` answers 200 while the process lives. `/readyz` answers 200 once the service says it is
ready, and 503 with the reason before that and while it drains. Whoever connects and says nothing,
or a byte now and then, is hung up on. In a crowd that is whoever came first: a scrape is done in
milliseconds, so nobody keeps it out by coming early.
"""

import re
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CollectorRegistry, make_wsgi_app

MOST_CONNECTIONS = 32
HUNG_UP_AFTER = 10.0
"""Seconds that a request and its answer may take together."""

LEFT_WITHIN = 1.0
"""Seconds that somebody who was hung up on takes to be gone, at most."""

_NO_VERSION = re.compile(r"version=(?!\d{1,9}(?:\.\d{1,9}){0,3}\s*(?:[;,]|$))", re.ASCII)

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class NoPage(RuntimeError):  # noqa: N818  reads as what is the case
    """The page cannot be where it is to be: another program is, or there is no such place."""


class Readiness:
    """Whether a service can do its work now, and if not, why."""

    def __init__(self) -> None:
        self._reason: str | None = "starting"

    @property
    def reason(self) -> str | None:
        """Why not, or None when ready."""
        return self._reason

    def ready(self) -> None:
        """From now on `/readyz` answers 200."""
        self._reason = None

    def not_ready(self, reason: str) -> None:
        """From now on `/readyz` answers 503 with this reason."""
        self._reason = reason


class OpsServer:
    """Serves the operator's page from a thread of its own until closed."""

    def __init__(
        self,
        host: str,
        port: int,
        registry: CollectorRegistry,
        readiness: Readiness,
        *,
        hung_up_after: float = HUNG_UP_AFTER,
    ) -> None:
        """Raises NoPage."""
        application = _application(registry, readiness)
        try:
            kind = _Server6 if ":" in host else _Server
            self._server = make_server(host, port, application, kind, handler_class=_Quiet)
        except OSError as error:
            way_out = "end what is there, or set NEWSWATCH_HTTP_HOST or NEWSWATCH_HTTP_PORT"
            raise NoPage(f"{host}:{port}: {error.strerror}; {way_out}") from error
        self._server.hung_up_after = hung_up_after
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on; the one the system chose where 0 was asked for."""
        return int(self._server.server_port)

    def close(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = MOST_CONNECTIONS
    hung_up_after = HUNG_UP_AFTER

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._inside: dict[socket.socket, None] = {}  # who came first is first
        super().__init__(*args, **kwargs)

    def verify_request(self, request: Any, _client_address: Any) -> bool:
        if not self._free.acquire(blocking=False):
            _hang_up(next(iter(list(self._inside)), request))
            if not self._free.acquire(timeout=LEFT_WITHIN):
                return False  # it is closed at once
        self._inside[request] = None
        return True

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        end = threading.Timer(self.hung_up_after, _hang_up, [request])
        end.daemon = True
        end.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            end.cancel()
            self._inside.pop(request, None)
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # they hung up, or we did
            super().handle_error(request, client_address)


class _Server6(_Server):
    address_family = socket.AF_INET6


def _hang_up(request: socket.socket) -> None:
    with suppress(OSError):
        request.shutdown(socket.SHUT_RDWR)


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """A scrape every few seconds is not news."""


def _application(
    registry: CollectorRegistry, readiness: Readiness
) -> Callable[..., Iterable[bytes]]:
    metrics = make_wsgi_app(registry)

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        match environ["PATH_INFO"]:
            case "/metrics":
                return metrics(_plainly_asked(environ), start_response)  # type: ignore[no-any-return]
            case "/healthz":
                return _plain(start_response, "200 OK", "alive")
            case "/readyz" if readiness.reason is None:
                return _plain(start_response, "200 OK", "ready")
            case "/readyz":
                return _plain(start_response, "503 Service Unavailable", readiness.reason or "")
            case _:
                return _plain(start_response, "404 Not Found", "try /metrics, /healthz, /readyz")

    return answer


def _plainly_asked(environ: dict[str, Any]) -> dict[str, Any]:
    """Without an Accept that asks for a version that is none: prometheus_client fails over it."""
    odd = _NO_VERSION.search(environ.get("HTTP_ACCEPT", ""))
    return environ | {"HTTP_ACCEPT": ""} if odd else environ


def _plain(start_response: StartResponse, status: str, text: str) -> Iterable[bytes]:
    start_response(status, [("Content-Type", "text/plain; charset=utf-8")])
    return [text.encode() + b"\n"]
