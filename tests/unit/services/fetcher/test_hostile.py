# ruff: noqa: E501  odd things in long lines
"""What a hostile server, feed or file may say, to everything that is not behind the sandbox."""

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.fetcher.account import account
from services.fetcher.answer import Answer, Failure
from services.fetcher.catalogue import Feed
from services.fetcher.discover import declared
from services.fetcher.document import Entry
from services.fetcher.links import admissible
from services.fetcher.opml import NotOPML, from_opml
from services.fetcher.outcome import Outcome
from services.fetcher.politeness import key_of
from services.fetcher.poll import poll
from services.fetcher.retrieve import Retriever
from services.fetcher.state import FeedState
from services.fetcher.worker import Done, Job, run
from services.ops.feeds import add
from shared.addresses import networks
from shared.codec import encode
from tests.servers.loopback import Loopback, Request, answer, feed

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FEED = Feed(id="f", url="https://news.example/rss", outlet="News", full_text="auto")
PIECES = st.sampled_from(
    ["http://", "https://", "//", "/", "\\", "[", "]", "::1", "%", "%00", "%zz", "@", ":", "?", "#", "..", ".", "a",
     "news.example", "xn--", "①②⑦", "\u200f", "\u3002", "é", "\x00", "\n", " ", "99999", "&amp;", "amp", "url=http://",
     "\ud800", "\u212a", "٣", "|", "utm_source=x", ";", "0x7f", "<", ">", '"', "🙂", "%E2%80%8F"]
)  # fmt: skip
LINKS = st.lists(PIECES, max_size=10).map("".join) | st.text(max_size=40)


@given(LINKS, st.text(max_size=20))
@settings(max_examples=200)
def test_no_link_of_an_entry_hurts_the_accounting(link: str, title: str) -> None:
    found = admissible(link, "https://news.example/rss") or admissible("https://a.example/" + link)
    entry = Entry(id=link, link=found, title=title or "t")
    try:
        entry.title.encode()
        entry.id.encode()
    except UnicodeEncodeError:
        return  # the sandbox can send no such string
    told = account([entry], FEED, marks=b"", newest=None, now=NOW)
    assert len(told.states) == 1
    for article in told.articles:
        encode(article)
        key_of(FEED, article.url, lambda _: "")


@given(LINKS)
@settings(max_examples=100)
def test_no_link_of_a_page_hurts_the_discovery(link: str) -> None:
    page = f'<base href="{link}"><link rel=alternate type=application/rss+xml href="{link}">'
    for found in declared(page.encode("utf-8", "replace"), "https://news.example/"):
        assert admissible(found)


class Says:
    """A web that answers anything with this."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    async def get(self, *_asked: object, **_limits: object) -> Answer | Failure:
        return self.answer

    def address_of(self, host: str) -> str:
        return host


class Here:
    async def parse(self, job: Job) -> Done | Failure:
        return run(job)


VALUES = st.text(max_size=60) | st.sampled_from(
    ["99999999999999999999", "-1", "1e9", "Mon, 01 Jan 0001 00:00:00 +2359", "Fri, 31 Dec 9999 23:59:59 -2359",
     "max-age=99999999999", "max-age=-1", "no-store", "Sun, 22 Nov 2026 09:00:00 GMT", "<", "<//[>; rel=hub", "<http://[>; rel=self",
     "text/xml; charset=" + "x" * 40, 'W/"' + "x" * 5000, "0", "\udcff"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["retry-after", "cache-control", "expires", "date", "age", "etag", "last-modified", "link", "content-type"]
)  # fmt: skip


@given(
    st.dictionaries(NAMES, VALUES), st.sampled_from([200, 200, 304, 410, 429, 503, 500, 404, 206, 999, 100]), LINKS
)  # fmt: skip
@settings(max_examples=100)
async def test_no_headers_hurt_a_poll(headers: dict[str, str], status: int, moved: str) -> None:
    got = Answer(
        status=status, headers=headers, url=FEED.url, body=feed(1), moved_to=admissible(moved)
    )
    state = FeedState(feed="f", catalogue_url=FEED.url)
    for _ in range(3):
        result = await poll(FEED, state, web=Says(got), sandbox=Here(), clock=lambda: NOW, luck=0.5)
        state = result.state
    assert state.next_at is not None or state.gone


@pytest.mark.parametrize(
    "location",
    ["//[", "http://[", "http://[::1", "http://a:b/", "http://a:99999/", "http://%00/", "http://" + "a" * 300 + "/",
     "http://a..b/", "http://xn--/", "http://①②⑦.⓪.⓪.①:1/", "http://127。0。0。2:1/", "http://[::ffff:127.0.0.2]:1/", "\\\\127.0.0.2",
     "http://127.0.0.2:1\\@news.example/", "https:127.0.0.2:1", "http:///127.0.0.2:1/", "ftp://a/", "http://é\ud83d.example/",
     "http://\u200f.example/", "http://1.2.3.4.5/", "http://0/", "http://a b/", "?" + "x" * 70000, "http://[fe80::1%25lo]/"],
)  # fmt: skip
async def test_no_redirect_hurts_or_leads_inside(location: str) -> None:
    inside = Loopback(lambda _: answer(b"secret"), host="127.0.0.2")
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    async with inside.running():
        said = head.replace(":1", f":{inside.port}").encode("utf-8", "replace")
        async with (
            Loopback(lambda _: said).running() as server,
            Retriever(user_agent="T/1", allowed=networks("127.0.0.1/32"), deadline=3) as web,
        ):
            got = await web.get(server.url(), {}, max_bytes=100_000)
    assert isinstance(got, Failure)
    assert inside.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://[",
        "http://a..b/",
        "http://xn--/",
        "http://%/",
        "http://é/",
        "http:",
        "",
        "x:y",
        "http://\ud800/",
    ],
)
async def test_no_url_hurts(url: str) -> None:
    async with Retriever(user_agent="T/1", deadline=3) as web:
        assert isinstance(await web.get(url, {}, max_bytes=1000), Failure)
        assert isinstance(await web.post(url, {"a": "b"}), Failure)


async def test_a_gzip_of_several_members_is_read_to_its_end() -> None:
    whole = feed(*range(40))
    body = gzip.compress(whole[:500]) + gzip.compress(whole[500:]) + b"\0\0\0"
    async with (
        Loopback(lambda _: answer(body, Content_Encoding="gzip")).running() as server,
        Retriever(user_agent="T/1", allowed=networks("127.0.0.1"), deadline=3) as web,
    ):
        got = await web.get(server.url(), {}, max_bytes=100_000)
    assert isinstance(got, Answer)
    assert got.body == whole


async def test_a_bomb_of_many_members_is_stopped_at_the_limit() -> None:
    body = gzip.compress(b"\0" * 90_000) * 50
    async with (
        Loopback(lambda _: answer(body, Content_Encoding="gzip")).running() as server,
        Retriever(user_agent="T/1", allowed=networks("127.0.0.1"), deadline=3) as web,
    ):
        got = await web.get(server.url(), {}, max_bytes=100_000)
    assert isinstance(got, Failure)
    assert got.outcome is Outcome.TOO_LARGE


def test_an_opml_of_ten_thousand_outlines_with_one_title_is_read() -> None:
    outlines = "".join(
        f'<outline text="News" xmlUrl="https://a{n}.example/rss"/>' for n in range(10_000)
    )
    found = from_opml(f"<opml><body>{outlines}</body></opml>".encode())
    assert len({one.id for one in found}) == 10_000


def test_an_opml_that_declares_a_bomb_or_a_file_brings_none_of_it() -> None:
    bomb = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    text = (
        f'<!DOCTYPE opml [<!ENTITY e0 "x"><!ENTITY f SYSTEM "file:///etc/passwd">{bomb}]><opml><body>'
        '<outline text="&f;" xmlUrl="https://a.example/&e0;"/></body></opml>'
    )
    try:
        found = from_opml(text.encode())
    except NotOPML:
        return
    assert all("root:" not in one.outlet and len(one.outlet) < 1000 for one in found)


@pytest.mark.parametrize(
    "url",
    ["http://[", "javascript:alert(1)", "http://u:p@a.example/", "http://xn--/", "", "http://a b/"],
)
def test_a_feed_that_is_no_feed_is_not_added_and_nothing_is_written(
    url: str, tmp_path: Path
) -> None:
    catalogue = tmp_path / "feeds.toml"
    catalogue.write_text("", encoding="utf-8")
    assert add(url, catalogue=catalogue) == 1
    assert add(url or "x:", catalogue=catalogue, allow="nonsense") in {1, 2}
    assert catalogue.read_text(encoding="utf-8") == ""


async def test_headers_that_drip_end_at_the_deadline() -> None:
    async def said(_request: Request) -> AsyncIterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        while True:
            yield b"X: y\r\n"
            await asyncio.sleep(0.01)

    async with (
        Loopback(said).running() as server,
        Retriever(user_agent="T/1", allowed=networks("127.0.0.1"), deadline=0.5) as web,
    ):
        got = await web.get(server.url(), {}, max_bytes=100_000)
    assert isinstance(got, Failure)
    assert got.outcome in {Outcome.TIMED_OUT, Outcome.UNREACHABLE}


async def test_trailers_without_end_are_not_read() -> None:
    async def said(_request: Request) -> AsyncIterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"
        while True:
            yield b"X: " + b"y" * 5000 + b"\r\n"

    async with (
        Loopback(said).running() as server,
        Retriever(user_agent="T/1", allowed=networks("127.0.0.1"), deadline=5) as web,
    ):
        got = await web.get(server.url(), {}, max_bytes=100_000)
    assert isinstance(got, Failure)
    assert got.outcome is Outcome.UNREACHABLE
