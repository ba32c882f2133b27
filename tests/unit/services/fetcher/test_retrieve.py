# ruff: noqa: E501  a rule a line
"""Against servers that misbehave, over real sockets on loopback."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Sequence

import pytest

from services.fetcher.answer import Answer, Failure
from services.fetcher.outcome import Outcome
from services.fetcher.retrieve import Retriever
from shared.addresses import networks
from tests.servers.loopback import Loopback, Request, Script, answer, feed

MEGABYTE = 1_000_000


async def get(
    script: Script | None = None, url: str = "", *, deadline: float = 10, allow: str = "127.0.0.1"
) -> Answer | Failure:
    server = Loopback(script or (lambda _: answer(feed(1))))
    async with (
        server.running(),
        Retriever(user_agent="T/1", allowed=networks(allow), deadline=deadline) as web,
    ):
        return await web.get(url or server.url(), {}, max_bytes=MEGABYTE)


def pieces(*parts: bytes, then_hang: bool = False) -> Script:
    async def said(_request: Request) -> AsyncIterator[bytes]:
        for part in parts:
            yield part
        if then_hang:
            await asyncio.Event().wait()

    return said


async def dripping(_request: Request) -> AsyncIterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    while True:  # always one more byte before any read times out
        yield b"x"
        await asyncio.sleep(0.01)


def redirecting(*statuses: str, to: str = "/next") -> Script:
    left = list(statuses)

    def said(_request: Request) -> bytes:
        if left:
            return answer(status=left.pop(0), Location=f"{to}{len(left)}")
        return answer(feed(1))

    return said


BOMB = gzip.compress(b"\0" * 50 * MEGABYTE, 9)  # 50 kB that inflate to 50 MB
DOUBLE = answer(gzip.compress(BOMB), Content_Encoding="gzip, gzip")
MISBEHAVIOUR: list[tuple[str, Script, Outcome]] = [
    ("a slow drip ends at the deadline", dripping, Outcome.TIMED_OUT),
    ("silence ends at the deadline", pieces(then_hang=True), Outcome.TIMED_OUT),
    ("half an answer, then silence",
     pieces(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", then_hang=True), Outcome.TIMED_OUT),
    ("a truncated body", pieces(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"), Outcome.UNREACHABLE),
    ("no HTTP at all", pieces(b"SSH-2.0-OpenSSH_9.9\r\n"), Outcome.UNREACHABLE),
    ("endless headers", pieces(b"HTTP/1.1 200 OK\r\n", *[b"X: " + b"y" * 9000 + b"\r\n"] * 50),
     Outcome.UNREACHABLE),
    ("a gzip bomb", lambda _: answer(BOMB, Content_Encoding="gzip"), Outcome.TOO_LARGE),
    ("gzip in gzip", lambda _: DOUBLE, Outcome.BAD_ENCODING),
    ("brotli, which was not asked for", lambda _: answer(b"x", Content_Encoding="br"), Outcome.BAD_ENCODING),
    ("deflate, which was not asked for",
     lambda _: answer(zlib.compress(b"x"), Content_Encoding="deflate"), Outcome.BAD_ENCODING),
    ("what calls itself gzip and is not", lambda _: answer(b"<rss/>", Content_Encoding="gzip"), Outcome.BAD_ENCODING),
    ("gzip that ends too early", lambda _: answer(gzip.compress(feed(1))[:-9], Content_Encoding="gzip"),
     Outcome.BAD_ENCODING),
    ("a body past the limit", lambda _: answer(b" " * (MEGABYTE + 1)), Outcome.TOO_LARGE),
    ("a redirect to itself", lambda request: answer(status="302 Found", Location=request.path), Outcome.BAD_REDIRECT),
    ("a redirect without end", redirecting(*["302 Found"] * 9), Outcome.BAD_REDIRECT),
    ("a redirect to a file", lambda _: answer(status="302 Found", Location="file:///etc/passwd"), Outcome.BAD_REDIRECT),
    ("a redirect to nowhere", lambda _: answer(status="302 Found"), Outcome.BAD_REDIRECT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "script", "outcome"), MISBEHAVIOUR, ids=[row[0] for row in MISBEHAVIOUR]
)
async def test_misbehaviour_has_one_named_outcome(
    rule: str, script: Script, outcome: Outcome
) -> None:
    got = await get(script, deadline=0.5 if outcome is Outcome.TIMED_OUT else 20)
    assert isinstance(got, Failure), rule
    assert got.outcome is outcome, got.detail


async def test_a_closed_port_and_an_unknown_name_are_said_in_words() -> None:
    closed = await get(url="http://127.0.0.1:1/")
    unknown = await get(url="http://no-such-host.invalid/")
    assert isinstance(closed, Failure)
    assert closed.outcome is Outcome.UNREACHABLE
    assert isinstance(unknown, Failure)
    assert unknown.outcome is Outcome.NOT_RESOLVED


async def test_gzip_is_inflated_and_counted_as_sent() -> None:
    body = feed(*range(50))
    got = await get(lambda _: answer(gzip.compress(body), Content_Encoding="gzip"))
    assert isinstance(got, Answer)
    assert got.body == body
    assert got.sent < len(body) / 2


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [(["301 Moved Permanently", "308 Permanent Redirect"], "/next0"),
     (["302 Found"], ""), (["301 Moved Permanently", "307 Temporary Redirect"], "/next1")],
)  # fmt: skip
async def test_only_the_unbroken_start_of_a_chain_of_permanent_redirects_is_a_move(
    statuses: list[str], moved: str
) -> None:
    got = await get(redirecting(*statuses))
    assert isinstance(got, Answer)
    assert got.body == feed(1)
    assert got.moved_to.endswith(moved) if moved else got.moved_to == ""


@pytest.mark.parametrize(
    "host", ["127.0.0.2", "169.254.169.254", "2852039166", "0x7f.2", "[::1]", "[::ffff:127.0.0.2]",
             "[64:ff9b::7f00:2]", "localtest.example"],
)  # fmt: skip
async def test_a_redirect_inside_opens_no_connection(host: str) -> None:
    def resolver(name: str, _port: int) -> Sequence[str]:
        import socket  # noqa: PLC0415  the system's own reading of odd notations

        if name == "localtest.example":
            return ["127.0.0.2"]
        return [str(found[4][0]) for found in socket.getaddrinfo(name, 1)]

    inside = Loopback(lambda _: answer(b"secret"), host="127.0.0.2")
    async with inside.running():
        location = f"http://{host}:{inside.port}/latest/meta-data/"
        outside = Loopback(lambda _: answer(status="301 Moved Permanently", Location=location))
        async with (
            outside.running(),
            Retriever(
                user_agent="T/1", allowed=networks("127.0.0.1/32"), deadline=5, resolver=resolver
            ) as web,
        ):
            got = await web.get(outside.url(), {}, max_bytes=MEGABYTE)
    assert isinstance(got, Failure)
    assert got.outcome is Outcome.FORBIDDEN_ADDRESS
    assert (outside.connections, inside.connections) == (1, 0)


async def test_a_request_says_who_asks_and_nothing_else() -> None:
    def said(_request: Request) -> bytes:
        return answer(feed(1), Set_Cookie="track=1; Path=/")

    server = Loopback(said)
    async with (
        server.running(),
        Retriever(
            user_agent="Newswatch/0.1 (+https://ops.example/)", allowed=networks("127.0.0.1")
        ) as web,
    ):
        for _ in range(2):
            await web.get(server.url(), {"If-None-Match": 'W/"a\xe4b"'}, max_bytes=MEGABYTE)
    for request in server.requests:
        assert {name.lower() for name, _ in request.headers} == {
            "host", "user-agent", "accept", "accept-encoding", "connection", "if-none-match"
        }  # fmt: skip
        assert request.header("Accept-Encoding") == "gzip"
        assert request.header("User-Agent") == "Newswatch/0.1 (+https://ops.example/)"
        assert request.header("If-None-Match") == 'W/"a\xe4b"'
