"""A small world on loopback: one feed, every service as a real process, one webhook sink."""

import json
import os
import signal
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from xml.sax.saxutils import escape

from standardwebhooks.webhooks import Webhook

from shared.identity import article_id
from shared.urls import canonical
from tests.eventually import eventually

ROOT = Path(__file__).parents[2]
SECRET = "whsec_" + b64encode(b"a secret of this test run only!!").decode()


@dataclass(frozen=True)
class Item:
    """What the feed lists."""

    slug: str
    title: str
    text: str
    published: datetime = field(default_factory=lambda: datetime.now(UTC))


class Feed:
    """An RSS feed whose items a test adds; answers conditional requests as it should."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self._server = _serve(self)
        self.base = f"http://127.0.0.1:{self._server.server_port}"

    def do_get(self, request: BaseHTTPRequestHandler) -> None:
        body = self._rss()
        etag = f'"{sha256(body).hexdigest()}"'
        unchanged = request.headers.get("If-None-Match") == etag
        request.send_response(304 if unchanged else 200)
        request.send_header("ETag", etag)
        request.send_header("Content-Type", "application/rss+xml; charset=utf-8")
        request.send_header("Content-Length", "0" if unchanged else str(len(body)))
        request.end_headers()
        if not unchanged:
            request.wfile.write(body)

    def article(self, item: Item) -> str:
        """The id that the article behind this item has."""
        return article_id(canonical(self._link(item)))

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _link(self, item: Item) -> str:
        return f"{self.base}/story/{item.slug}"

    def _rss(self) -> bytes:
        entries = "".join(
            f"<item><title>{escape(item.title)}</title><link>{self._link(item)}</link>"
            f"<description>{escape(item.text)}</description>"
            f"<pubDate>{format_datetime(item.published)}</pubDate></item>"
            for item in reversed(self.items)
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
            f"<title>test</title><link>{self.base}</link>{entries}</channel></rss>"
        ).encode()


@dataclass(frozen=True)
class Received:
    """One POST as it came, its signature verified."""

    id: str
    body: dict[str, Any]

    @property
    def article(self) -> str:
        """The id of the article that caused it."""
        return str(self.body["data"].get("article"))


class Sink:
    """A webhook receiver that keeps every POST and may do something before it answers."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.refused: list[str] = []
        self.before_answer: Callable[[Received], None] = lambda _alert: None
        self._server = _serve(self)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"

    def do_post(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        try:
            told = Webhook(SECRET).verify(body, dict(request.headers.items()))
        except Exception as error:  # noqa: BLE001  whatever it is, the test must see it
            self.refused.append(repr(error))
            request.send_error(401)
            return
        alert = Received(request.headers["webhook-id"], told)
        self.received.append(alert)
        self.before_answer(alert)
        request.send_response(204)
        request.end_headers()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _serve(owner: Any) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            owner.do_get(self)

        def do_POST(self) -> None:
            owner.do_post(self)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@dataclass
class Service:
    """One of ours as a process: `python -m services.<name>`."""

    name: str
    environ: dict[str, str]
    log: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", f"services.{self.name}"],
                cwd=ROOT, env=os.environ | self.environ, stdout=out, stderr=out,
            )  # fmt: skip

    def wait_ready(self) -> None:
        eventually(f"{self.name} is ready", self._ready, why=self.tail)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        assert self.process
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=10)

    def wait_ended(self) -> int:
        """The exit status, once it has ended by itself."""
        process = self.process
        assert process
        eventually(f"{self.name} ends", lambda: process.poll() is not None, why=self.tail)
        return int(process.returncode)

    def end(self) -> None:
        """Whatever state it is in, it is gone after this."""
        if self.process and self.process.poll() is None:
            self.kill()

    def page(self, path: str) -> str:
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
            return str(answer.read().decode())

    def state(self) -> str:
        """What it counted, and the end of its log with the stacks that it writes when asked."""
        assert self.process
        self.process.send_signal(signal.SIGUSR1)
        return f"{self._counted()}\n{self.tail(150)}"

    def tail(self, lines: int = 25) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _counted(self) -> str:
        """Its own samples that are not zero, without the buckets of histograms."""
        try:
            samples = self.page("/metrics").splitlines()
        except OSError as error:
            return repr(error)
        kept = [s for s in samples if s.startswith("newswatch_") and "_bucket{" not in s]
        return "\n".join(s for s in kept if not s.endswith(" 0.0"))

    def _ready(self) -> bool:
        assert self.process
        assert self.process.poll() is None, f"{self.name} ended:\n{self.tail()}"
        try:
            return self.page("/readyz").startswith("ready")
        except OSError:
            return False


class World:
    """Feed, services and sink in one namespace of one broker."""

    def __init__(self, servers: str, namespace: str, home: Path, ports: Iterator[int]) -> None:
        self.servers = servers
        self.feed, self.sink = Feed(), Sink()
        config = _config(home / "config", self.feed, self.sink)
        common = {
            "KAFKA_BOOTSTRAP_SERVERS": servers,
            "NEWSWATCH_NAMESPACE": namespace,
            "NEWSWATCH_PARTITIONS": "2",
            "NEWSWATCH_CONFIG_DIR": str(config),
            "NEWSWATCH_ALLOW_ADDRESSES": "127.0.0.1/32",
            "NEWSWATCH_SESSION_SECONDS": "6",
            "TEST_WEBHOOK_SECRET": SECRET,
        }
        self.services = {
            name: Service(
                name, common | {"NEWSWATCH_HTTP_PORT": str(port)}, home / f"{name}.log", port
            )
            for name, port in zip(("fetcher", "processors", "alerting"), ports, strict=False)
        }

    def start(self) -> None:
        """Start all services and wait until each is ready."""
        for service in self.services.values():
            service.start()
        for service in self.services.values():
            service.wait_ready()

    def another(self, name: str, port: int) -> Service:
        """One more process of a service, made and not started; the world ends it."""
        service = self.services[name]
        environ = service.environ | {"NEWSWATCH_HTTP_PORT": str(port)}
        log = service.log.with_stem(f"another-{name}")
        self.services[log.stem] = replace(
            service, environ=environ, log=log, port=port, process=None
        )
        return self.services[log.stem]

    def told(self, item: Item) -> list[Received]:
        """The alerts that this item caused."""
        article = self.feed.article(item)
        return [alert for alert in self.sink.received if alert.article == article]

    def wait_told(self, item: Item) -> Received:
        """The alert about this item, once it came."""
        return eventually(f"an alert for {item.slug}", lambda: self.told(item), why=self.logs)[0]

    def newswatch(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command line, on this world's broker and configuration."""
        return subprocess.run(
            [Path(sys.executable).parent / "newswatch", *arguments],
            env=os.environ | self.services["fetcher"].environ,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    def audit(self) -> dict[str, dict[str, Any]]:
        """What `newswatch audit` says of each topic and receiver, by its name."""
        done = self.newswatch("audit", "--json")
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        faults = [fault for row in rows for fault in row["faults"]]
        assert rows, done.stderr
        assert done.returncode == bool(faults), done.stderr
        return {row.get("topic") or row["receiver"]: row for row in rows}

    def logs(self) -> str:
        """What every service did, where each of its threads is, and the end of its log."""
        return "\n".join(f"── {s.name}\n{s.state()}" for s in self.services.values())

    def close(self) -> None:
        for service in self.services.values():
            service.end()
        self.feed.close()
        self.sink.close()


@contextmanager
def world(servers: str, namespace: str, home: Path, ports: Iterator[int]) -> Iterator[World]:
    """A world that is gone afterwards."""
    made = World(servers, namespace, home, ports)
    try:
        yield made
    finally:
        made.close()


def _config(home: Path, feed: Feed, sink: Sink) -> Path:
    """The repository's own configuration, with this feed and this receiver in place of others."""
    home.mkdir(parents=True)
    for part in (ROOT / "deploy" / "config").iterdir():
        if part.stem not in {"feeds", "receivers", "routes"}:
            (home / part.name).symlink_to(part)
    (home / "feeds.toml").write_text(FEEDS.format(url=f"{feed.base}/rss"))
    (home / "receivers.toml").write_text(RECEIVERS.format(url=sink.url))
    (home / "routes").mkdir()
    (home / "routes" / "default.toml").write_text(ROUTES)
    return home


FEEDS = """
[[feed]]
id = "test"
url = "{url}"
outlet = "The Test Wire"
family = "test"
floor = 1.0
ceiling = 1.0
spacing = 0.0
full_text = "never"
websub = false
"""

RECEIVERS = """
[receiver.sink]
kind = "webhook"
url = "{url}"
secrets = ["env:TEST_WEBHOOK_SECRET"]
allow_private = ["127.0.0.1/32"]
"""

ROUTES = """
[[route]]
name = "default"
receivers = ["sink"]
notice = ["opened", "grew"]
"""
