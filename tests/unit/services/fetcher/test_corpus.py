"""The corpus of bad feeds, and documents built to take for ever."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.fetcher.answer import Failure
from services.fetcher.document import NotAFeed
from services.fetcher.parse import parse
from services.fetcher.sandbox import Sandbox
from services.fetcher.worker import Done, Job
from services.ops.parse import parse as newswatch_parse
from tests.servers.loopback import feed

CORPUS = Path(__file__).parents[3] / "data" / "feeds"
EXPECTED = json.loads((CORPUS / "expected.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_every_bad_feed_gives_what_it_holds(name: str) -> None:
    body, expected = (CORPUS / name).read_bytes(), EXPECTED[name]
    if not expected["entries"]:
        with pytest.raises(NotAFeed):
            parse(body, now=NOW)
        return
    entries = parse(body, now=NOW, url="https://news.example/rss").entries
    assert len(entries) == expected["entries"]
    assert entries[0].title == expected["first"]
    assert entries[0].link == "https://news.example/a/1"
    assert entries[0].published == datetime(2026, 11, 21, 7, tzinfo=UTC) or "jalali" in name


def item(text: str) -> bytes:
    return f"<rss><channel><item><description>{text}</description></item></channel></rss>".encode()


BOMBS = {
    "a style attribute of 64 KB": item(f'<![CDATA[<p style="{"a:a;" * 16000}">x</p>]]>') + b"<",
    "a hundred thousand open tags": item(f"<![CDATA[{'<b>' * 100000}]]>"),
    "elements a hundred thousand deep": b"<rss><channel><item>" + b"<a>" * 100000,
    "entities that multiply": b'<!DOCTYPE r [<!ENTITY a "%b">]>' % (b"x" * 99999)
    + item("&a;" * 9999),
    "half a million ampersands": item("&" * 500000),
    "open quotes": item('<a href="' * 50000),
    "lists a hundred thousand deep": b'{"items":' + b"[" * 100000,
}


async def test_no_bomb_takes_longer_than_the_deadline_or_hurts_the_next_document() -> None:
    async with Sandbox(workers=2, deadline=1.5) as sandbox:
        for name, body in BOMBS.items():
            got = await sandbox.parse(Job(body=body, now=NOW, url="https://news.example/rss"))
            assert isinstance(got, Done | Failure), name
        sandbox._deadline = 30
        after = [await sandbox.parse(Job(body=feed(1), now=NOW)) for _ in range(3)]
    assert all(isinstance(done, Done) and done.document for done in after)


def test_the_command_prints_articles_or_one_clear_line(
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    assert newswatch_parse(CORPUS / "turkish-as-latin-1.xml") == 0
    out, err = capfdbinary.readouterr()
    assert json.loads(out)["title"] == EXPECTED["turkish-as-latin-1.xml"]["first"]
    assert err == b""
    for name in ("not-a-feed.html", "not-a-feed.gz", "empty.xml", "no-such-file"):
        assert newswatch_parse(CORPUS / name) == 1
        out, err = capfdbinary.readouterr()
        assert out == b""
        assert err.count(b"\n") == 1
