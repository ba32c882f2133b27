"""A webhook receiver for a first look: `python -m deploy.local.sink PORT SECRET_FILE`.

It checks every signature with the public Standard Webhooks library, tells each alert in a line,
and lists what came at GET /, as JSON.
"""

import json
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

HOST = "127.0.0.1"
_SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")


class Sink:
    """A WSGI application that remembers the alerts it accepted, each once by its id."""

    def __init__(self, secret: str, tell: Callable[[str], None]) -> None:
        self._webhook = Webhook(secret)
        self._tell = tell
        self.received: dict[str, Any] = {}

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """POST takes an alert, GET lists all."""
        if environ["REQUEST_METHOD"] == "GET":
            start_response("200 OK", [("Content-Type", "application/json; charset=utf-8")])
            return [json.dumps(list(self.received.values()), ensure_ascii=False).encode()]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {name: environ.get(_wsgi(name), "") for name in _SIGNED}
        try:
            alert = self._webhook.verify(body, headers)
        except WebhookVerificationError as error:
            self._tell(f"✘ refused: {error}")
            start_response("401 Unauthorized", [])
            return []
        self._take(headers["webhook-id"], alert)
        start_response("204 No Content", [])
        return []

    def _take(self, alert_id: str, alert: dict[str, Any]) -> None:
        again = alert_id in self.received
        self.received[alert_id] = {"id": alert_id, **alert}
        sort = "↺ again" if again else f"★ alert {len(self.received)}"
        self._tell(f"{sort}: {headline(alert)}  [{alert.get('type', '?')}]")


def headline(alert: dict[str, Any]) -> str:
    """What to call an alert in one line: its headline, or those of a digest."""
    data = alert.get("data", {})
    if "items" in data:
        return " · ".join(item["headline"] for item in data["items"])
    return f"{data.get('headline', '(no headline)')} ({data.get('headline_language', '?')})"


def _wsgi(header: str) -> str:
    return "HTTP_" + header.upper().replace("-", "_")


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        """The sink tells alerts, not requests."""


def main(port: int, secret_file: Path) -> None:
    """Serve until terminated."""
    sink = Sink(secret_file.read_text(encoding="utf-8").strip(), lambda t: print(t, flush=True))
    server = make_server(HOST, port, sink, handler_class=_Quiet)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"waiting for alerts at http://{HOST}:{port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
