"""Serve the sample newswire on loopback: `python -m deploy.local.newswire PORT`.

/feeds/<name>.xml   RSS, with an ETag
/story/<id>         the page of an item
"""

import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from deploy.local.newswire import rss
from deploy.local.newswire.items import feeds, load

HOST = "127.0.0.1"
Documents = Mapping[str, tuple[str, bytes]]


def documents(base: str, now: datetime) -> Documents:
    """Everything that is served: path to content type and body."""
    items = load()
    found = {
        f"/feeds/{name}.xml": (
            "application/rss+xml",
            rss.rss(name, items, base=base, now=now),
        )
        for name in feeds(items)
    }
    return found | {rss.path(item): ("text/html; charset=utf-8", rss.page(item)) for item in items}


def application(served: Documents) -> Callable[..., Iterable[bytes]]:
    """A WSGI application over these documents, with conditional GET."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        found = served.get(environ["PATH_INFO"])
        if found is None:
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return ["\n".join(sorted(served)).encode() + b"\n"]
        kind, body = found
        etag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
        if environ.get("HTTP_IF_NONE_MATCH") == etag:
            start_response("304 Not Modified", [("ETag", etag)])
            return []
        start_response("200 OK", [("Content-Type", kind), ("ETag", etag)])
        return [body]

    return answer


class _Told(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
        """One line a request on stdout."""
        print(format % args, flush=True)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """But none for "nothing new", which is all that most polls hear."""
        if str(code) != "304":
            super().log_request(code, size)


def main(port: int) -> None:
    """Serve until terminated."""
    base = f"http://{HOST}:{port}"
    served = documents(base, datetime.now(UTC))
    server = make_server(HOST, port, application(served), handler_class=_Told)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"serving {len(load())} sample items at {base}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
