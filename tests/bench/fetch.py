# ruff: noqa: E501  the sample feed is written in long lines
"""`make bench-fetch`: the fetcher against 2,000 feeds on loopback, and parsing against feedparser.

JSON lines. Three modes of polls: every document changed (30 entries, 10 of them new), every answer
304, and the same bytes without validators. The server is a process of its own; CPU seconds are those
of the fetcher and its parsing processes. Kafka is not part of it. Usage: `python -m tests.bench.fetch
[feeds]`.
"""

import asyncio
import io
import json
import multiprocessing
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import feedparser

from services.fetcher.catalogue import Feed
from services.fetcher.parse import parse
from services.fetcher.poll import poll
from services.fetcher.retrieve import Retriever
from services.fetcher.sandbox import Sandbox
from services.fetcher.state import FeedState
from shared.addresses import networks

FEEDS = 2000
AT_ONCE = 50
ENTRIES = 30
NEW = 10
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
WORDS = {
    "tr": "İran ve Türkiye dışişleri bakanları Ankara'da sınır güvenliğini ve ticareti görüştü.",
    "fa": "وزیران خارجه ایران و ترکیه در آنکارا درباره امنیت مرزها و تجارت گفت‌وگو کردند.",
    "ar": "بحث وزيرا خارجية إيران وتركيا في أنقرة أمن الحدود والتجارة بين البلدين.",
    "en": "The foreign ministers of Iran and Türkiye discussed border security and trade in Ankara.",
}


def rss(site: int, first: int, language: str, paragraphs: int = 3, *, rich: bool = False) -> bytes:
    """A feed as news sites write them: RSS 2.0, marked-up text in CDATA; `rich` has lists, one
    item left open, which is libxml2's work."""
    words = WORDS[language]
    body = "".join(
        f'<p>{words} <a href="https://s{site}.example/tag/{n}">{words[:20]}</a> {words}</p>'
        for n in range(paragraphs)
    )
    if rich:
        body += (
            f"<figure><img src='x'><figcaption>{words}</figcaption></figure><ul><li>{words}</ul>"
        )
    items = "".join(
        f"<item><title>{words[:60]} {n}</title><link>https://s{site}.example/a/{n}</link>"
        f'<guid isPermaLink="true">https://s{site}.example/a/{n}</guid>'
        f"<pubDate>Sat, 21 Nov 2026 {n % 24:02d}:{n % 60:02d}:00 +0300</pubDate>"
        f"<category>{language}</category><description><![CDATA[<p>{words}</p>]]></description>"
        f"<content:encoded><![CDATA[{body}]]></content:encoded></item>"
        for n in range(first, first + ENTRIES)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>S</title>'
        f"<link>https://s{site}.example/</link><language>{language}</language>{items}"
        "</channel></rss>"
    ).encode()


def serve(port: "multiprocessing.Queue[int]") -> None:
    """Answer `/MODE/SITE` until killed; `changed` moves on by NEW entries a request."""
    asked: dict[str, int] = {}
    languages = list(WORDS)

    def said(path: str, head: bytes) -> bytes:
        _, mode, site = path.split("/")
        turn = asked[path] = asked.get(path, -1) + 1
        if mode == "same-304" and b"if-none-match" in head.lower():
            return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
        first = turn * NEW if mode == "changed" else 0
        body = rss(int(site), first, languages[int(site) % len(languages)])
        etag = b'ETag: "1"\r\n' if mode == "same-304" else b""
        return b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n%b" % (etag, len(body), body)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(said(head.split(b" ", 2)[1].decode(), head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        port.put(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


async def measure(mode: str, port: int, count: int) -> dict[str, object]:
    """Poll all feeds once to fill their memory, then once more under the clock."""
    feeds = [
        Feed(id=f"s{n}", url=f"http://127.0.0.1:{port}/{mode}/{n}", outlet=f"S{n}", spacing=0)
        for n in range(count)
    ]
    states = [FeedState(feed=feed.id, catalogue_url=feed.url) for feed in feeds]
    outcomes: dict[str, int] = {}
    articles = 0
    room = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> None:
        nonlocal articles
        async with room:
            result = await poll(
                feeds[number], states[number], web=web, sandbox=sandbox,
                clock=lambda: datetime.now(UTC), luck=0.5,
            )  # fmt: skip
        states[number] = result.state
        outcomes[result.outcome] = outcomes.get(result.outcome, 0) + 1
        articles += len(result.articles)

    web = Retriever(user_agent="Newswatch/0.1 (bench)", allowed=networks("127.0.0.1"))
    async with web:
        async with Sandbox(workers=2) as sandbox:
            await asyncio.gather(*(one(n) for n in range(count)))
        outcomes.clear()
        articles, before, began = 0, _cpu(), time.perf_counter()
        async with Sandbox(workers=2) as sandbox:  # a new one: CPU counts once it ended
            await asyncio.gather(*(one(n) for n in range(count)))
            seconds = time.perf_counter() - began
    return {
        "bench": "fetch", "mode": mode, "feeds": count, "outcomes": outcomes, "articles": articles,
        "polls_per_second": round(count / seconds, 1),
        "cpu_seconds_per_1000_polls": round(1000 * (_cpu() - before) / count, 2),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "peak_parser_memory_mb": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024),
    }  # fmt: skip


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def against_feedparser(rounds: int = 3) -> Iterator[dict[str, object]]:
    """CPU time of our parsing and of plain `feedparser.parse`, on the same documents, in turns."""
    for language in WORDS:
        for paragraphs, rich in ((0, False), (3, False), (12, False), (3, True), (12, True)):
            body = rss(1, 0, language, paragraphs, rich=rich)
            ours = parse(body, now=NOW, url="https://s1.example/rss").entries
            theirs = feedparser.parse(io.BytesIO(body)).entries
            same = [(e.id, e.link, e.title) for e in ours] == [
                (e.id, e.link, e.title) for e in theirs
            ]
            pairs = [(_timed_ours(body), _timed_theirs(body)) for _ in range(rounds)]
            us, them = (min(column) for column in zip(*pairs, strict=True))
            yield {
                "bench": "parse", "language": language, "paragraphs": paragraphs, "rich": rich,
                "bytes": len(body), "entries": len(ours), "same_entries": same,
                "documents_per_cpu_second": round(1 / us), "feedparser": round(1 / them),
                "ratio": round(them / us, 1),
            }  # fmt: skip


def _timed_ours(body: bytes, times: int = 10) -> float:
    began = time.process_time()
    for _ in range(times):
        parse(body, now=NOW, url="https://s1.example/rss")
    return (time.process_time() - began) / times


def _timed_theirs(body: bytes, times: int = 3) -> float:
    began = time.process_time()
    for _ in range(times):
        feedparser.parse(io.BytesIO(body))
    return (time.process_time() - began) / times


def main() -> None:
    """Print one JSON line a measurement."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FEEDS
    for line in against_feedparser():
        print(json.dumps(line), flush=True)
    for mode in ("changed", "same-304", "same-200"):
        port: multiprocessing.Queue[int] = multiprocessing.Queue()
        server = multiprocessing.Process(target=serve, args=(port,), daemon=True)
        server.start()
        try:
            print(json.dumps(asyncio.run(measure(mode, port.get(timeout=10), count))), flush=True)
        finally:
            server.kill()
            server.join()


if __name__ == "__main__":
    main()
