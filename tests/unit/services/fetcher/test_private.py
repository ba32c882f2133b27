"""Private feeds: their secrets reach their own server, and nothing else that we do or say."""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.answer import Answer, Failure
from services.fetcher.catalogue import Feed
from services.fetcher.load import load
from services.fetcher.outcome import Outcome
from services.fetcher.poll import Poll, poll
from services.fetcher.private import Private
from services.fetcher.retrieve import Retriever
from services.fetcher.state import FeedState
from services.fetcher.worker import Done, Job, run
from shared.addresses import networks
from shared.config import ConfigError
from shared.vault import Vault
from tests.servers.loopback import Loopback, Request, answer, feed

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HEADER, PARAMETER = "Bearer s3cr3t-header", "s3cr3t & parameter/1"
VAULT = Vault({"WIRE": HEADER, "KEY": PARAMETER, "SHORT": "Basic ab", "LINES": "one\r\ntwo: three"})
BY_HEADER = {"headers": {"Authorization": "env:WIRE"}}
BY_QUERY = {"query": {"key": "env:KEY"}}


class Here:
    async def parse(self, job: Job) -> Done | None:
        return run(job)


async def polled(server: Loopback, path: str = "/feed", **private: dict[str, str]) -> Poll:
    wire = Feed.model_validate({"id": "wire", "url": server.url(path), "outlet": "Wire", **private})
    async with Retriever(
        user_agent="T/1", allowed=networks("127.0.0.1"), deadline=5, reveal=VAULT.reveal
    ) as web:
        return await poll(
            wire, FeedState(feed="wire"), web=web, sandbox=Here(), clock=lambda: NOW, luck=0.5
        )


def said(result: Poll) -> str:
    """All that a poll leaves behind, as text."""
    return msgspec.json.encode(result).decode()


def asked(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.path).query))


async def test_a_header_goes_with_every_poll_and_stays_out_of_what_it_leaves() -> None:
    async with Loopback(lambda _: answer(feed(1))).running() as server:
        result = await polled(server, **BY_HEADER)
    assert server.requests[0].header("Authorization") == HEADER
    assert result.outcome is Outcome.CHANGED
    assert "s3cr3t" not in said(result)


async def test_a_parameter_joins_those_of_the_url() -> None:
    async with Loopback(lambda _: answer(feed(1))).running() as server:
        result = await polled(server, "/feed?lang=tr", **BY_QUERY)
    assert asked(server.requests[0]) == {"lang": "tr", "key": PARAMETER}
    assert "s3cr3t" not in said(result)


async def test_a_document_that_repeats_them_is_read_without() -> None:
    """Links to a subscriber's own pages, and the feed's own address, as some wires write them."""

    def repeating(request: Request) -> bytes:
        site = f"https://wire.example{request.path.replace('&', '&amp;')}"
        told = f"{request.header('Authorization')}"
        return answer(feed(1, words=f"{told} says", site=site), ETag=told, Last_Modified=told)

    async with Loopback(repeating).running() as server:
        result = await polled(server, **BY_HEADER, **BY_QUERY)
    assert result.outcome is Outcome.CHANGED
    assert len(result.articles) == 1
    assert "s3cr3t" not in said(result)


async def test_a_redirect_to_the_same_server_has_them_and_one_elsewhere_has_not() -> None:
    async with Loopback(lambda _: answer(feed(1))).running() as other:

        def moving(request: Request) -> bytes:
            if request.path.startswith("/feed"):
                return answer(status="301 Moved", Location=request.path.replace("feed", "new"))
            return answer(status="302 Found", Location=other.url("/elsewhere"))

        async with Loopback(moving).running() as server:
            result = await polled(server, **BY_HEADER, **BY_QUERY)
    assert [request.header("Authorization") for request in server.requests] == [HEADER] * 2
    assert [asked(request) for request in server.requests] == [{"key": PARAMETER}] * 2
    (elsewhere,) = other.requests
    assert (elsewhere.path, elsewhere.header("Authorization")) == ("/elsewhere", None)
    assert result.outcome is Outcome.CHANGED
    assert "s3cr3t" not in said(result)


async def test_a_server_that_sends_them_elsewhere_is_not_followed() -> None:
    async with Loopback(lambda _: answer(feed(1))).running() as other:

        def leading_on(request: Request) -> bytes:
            return answer(status="302 Found", Location=other.url(request.path))

        async with Loopback(leading_on).running() as server:
            result = await polled(server, **BY_QUERY)
    assert result.outcome is Outcome.BAD_REDIRECT
    assert other.requests == []
    assert "s3cr3t" not in said(result)


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("env:NOBODY", "the environment variable NOBODY is not set"),
        ("file:/none/such", "the file /none/such cannot be read"),
        ("env:LINES", "env:LINES must hold a single line of plain characters"),
        ("env:SHORT", "the secret of env:SHORT has fewer than 6 characters"),
    ],
)
async def test_without_its_secret_a_feed_is_not_asked_and_says_which(
    reference: str, why: str
) -> None:
    async with Loopback(lambda _: answer(feed(1))).running() as server:
        result = await polled(server, headers={"Authorization": reference})
    assert (result.outcome, result.detail) == (Outcome.UNASKED, why)
    assert server.requests == []


async def test_a_secret_in_a_file_is_read_anew_for_each_poll(tmp_path: Path) -> None:
    secret = tmp_path / "wire"
    async with Loopback(lambda _: answer(feed(1))).running() as server:
        for value in ("first-secret", "second-secret"):
            await asyncio.to_thread(secret.write_text, f"{value}\n")
            await polled(server, headers={"X-Key": f"file:{secret}"})
    assert [r.header("X-Key") for r in server.requests] == ["first-secret", "second-secret"]


KEYS = Private(url="https://wire.example/feed", **BY_QUERY).revealed(VAULT.reveal)
PARAMETERS = st.lists(
    st.tuples(st.text("abkey", min_size=1), st.text("ab =&%é")).filter(lambda p: p[0] != "key")
)


@given(PARAMETERS, st.sampled_from(["", "#top"]))
def test_what_is_added_to_an_address_is_found_and_taken_off_again(
    pairs: list[tuple[str, str]], fragment: str
) -> None:
    query = f"?{urlencode(pairs)}" if pairs else ""
    url = f"https://wire.example:443/a{query}"
    with_keys = KEYS.added(url + fragment)
    assert parse_qsl(urlsplit(with_keys).query, keep_blank_values=True) == [
        *pairs,
        ("key", PARAMETER),
    ]
    assert KEYS.bare(with_keys.partition("#")[0]) == url


def test_a_question_mark_that_waits_for_parameters_gets_no_second_one() -> None:
    assert KEYS.added("https://wire.example/a?").startswith("https://wire.example/a?key=")


WORDY = "ab+c/d&e f=="
BASIC = b64encode(b"reader:pa$$word").decode()
WIRE = Private(
    url="https://wire.example/", query={"k": WORDY}, headers={"Authorization": f"Basic {BASIC}"}
).revealed(str)


@pytest.mark.parametrize(
    "spelt",
    [
        WORDY,
        "ab%2Bc%2Fd%26e+f%3D%3D",
        "ab%2bc%2fd%26e%20f%3d%3d",
        "ab%2Bc/d%26e%20f==",
        "ab+c/d&amp;e f==",
        "ab&#43;c&#x2F;d&#38;e f==",
        "ab+c\\/d\\u0026e f==",
        BASIC,
        BASIC.rstrip("="),
        "pa$$word",
        "pa%24%24word",
    ],
)
def test_a_secret_is_taken_out_however_a_server_spells_it(spelt: str) -> None:
    assert WIRE.veiled(f"one {spelt} two") == "one [secret] two"
    assert repeated(f"one {spelt} two".encode()) == b"one [secret] two"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_nor_does_the_encoding_hide_it(encoding: str) -> None:
    assert repeated(f"one {WORDY} two".encode(encoding)).decode(encoding) == "one [secret] two"


@pytest.mark.parametrize(
    ("secret", "text"),
    [("-" * 60 + "x", "-" * 1000), ("\\" * 60 + "x", "\\" * 1000), ("&" * 60, "&amp;" * 59)],
)
def test_what_nearly_is_one_is_looked_through_at_once(secret: str, text: str) -> None:
    """Tried in every way in which it can be read, it would take longer than anybody lives."""
    keys = Private(url="https://wire.example/", query={"k": secret}).revealed(str)
    assert keys.veiled(text) == text
    assert keys.veiled(f"{text} {secret}") == f"{text} [secret]"


@pytest.mark.parametrize(
    ("header", "said", "left"),
    [
        ("sid=4f7a-91c; edition=turkish", "/feed?sid=4f7a-91c", "/feed?[secret]"),
        ("sid=4f7a-91c; edition=turkish", "/4f7a-91c/turkish", "/[secret]/turkish"),
        ('Token token="4f7a-91c"', "token 4f7a-91c", "token [secret]"),
        ("it's o'clock", "it&apos;s o&#x27;clock", "[secret]"),
        ("\\\\a\\b2", r"\\a\b2 \\\\a\\b2", "[secret] [secret]"),
        ("=======", "1 + 1 = 2", "1 + 1 = 2"),
    ],
)
def test_of_a_header_each_secret_is_taken_out_and_no_word(
    header: str, said: str, left: str
) -> None:
    keys = Private(url="https://wire.example/", headers={"Cookie": header}).revealed(str)
    assert keys.veiled(said) == left


async def test_a_failure_that_is_cut_holds_no_part_of_one() -> None:
    def leading_on(request: Request) -> bytes:
        return answer(status="302 Found", Location=f"ftp://{'a' * 175}/{request.path}")

    async with Loopback(leading_on).running() as server:
        result = await polled(server, **BY_QUERY)
    assert result.outcome is Outcome.BAD_REDIRECT
    assert "s3cr3t" not in said(result)


def repeated(body: bytes) -> bytes:
    """What is kept of this body."""
    came = WIRE.without(Answer(status=200, headers={}, url="", body=body, sent=0, moved_to=""))
    assert isinstance(came, Answer)
    return came.body


def test_nor_do_the_words_about_a_failure_hold_one() -> None:
    came = WIRE.without(Failure(outcome=Outcome.UNREACHABLE, detail=f"no way to {WORDY}"))
    assert came == Failure(outcome=Outcome.UNREACHABLE, detail="no way to [secret]")


def test_a_feed_with_any_secret_is_a_private_one() -> None:
    """Its hub, if it names one, is not told of it."""
    assert Private(headers={"Authorization": "env:WIRE"})
    assert Private(query={"key": "env:KEY"})
    assert not Private(url="https://wire.example/")


@pytest.mark.parametrize(
    "url",
    [
        "http://wire.example/feed",
        "https://wire.example:8443/feed",
        "https://wire.example.evil.example/feed",
        "https://evil.example/wire.example",
    ],
)
def test_another_server_is_another_server(url: str) -> None:
    assert KEYS.added(url) == url
    assert not KEYS.belong(url)


MISTAKES: dict[str, Callable[[str], str]] = {
    "the secret itself": lambda text: text + 'headers = { Authorization = "Bearer s3cr3t" }\n',
    "for everybody": lambda text: f'[defaults]\nquery = {{ key = "env:K" }}\n{text}',
    "no header": lambda text: text + 'headers = { "a b" = "env:K" }\n',
}
WORDS = {
    "the secret itself": r'feeds.toml:5: .*never write a secret here, only where it is: "env',
    "for everybody": "a secret belongs to one feed; move headers and query to it",
    "no header": r"feeds.toml:5: feed.0.headers.a b",
}


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_in_the_catalogue_is_told_without_the_secret(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    text = '[[feed]]\nid = "wire"\nurl = "https://wire.example/feed"\noutlet = "Wire"\n'
    file.write_text(MISTAKES[kind](text), encoding="utf-8")
    with pytest.raises(ConfigError, match=WORDS[kind]) as told:
        load([file])
    assert "s3cr3t" not in str(told.value)
