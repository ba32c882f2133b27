# ruff: noqa: E501  tokens in long lines
"""Any bytes at all end in a document or one clear refusal, and the command ends by itself.

The long form is `tests/chaos/test_fuzz_at_length.py`.
"""

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.fetcher.worker import Job, Parser
from tests.bench.fetch import WORDS, rss

CORPUS = Path(__file__).parents[3] / "data" / "feeds"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
REAL = [
    *(path.read_bytes() for path in sorted(CORPUS.iterdir()) if path.suffix != ".md"),
    *(rss(1, 0, language, 1)[:6000] for language in WORDS),
]
TOKENS = st.sampled_from(
    [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?xml version='1.0'?>", b"<!DOCTYPE a [",
     b"<!ENTITY a '&b;'>", b"&a;", b"&#x110000;", b"&#0;", b"<item>", b"</item>", b"<entry>", b"<rss>", b"{",
     b"[", b"\\u0000", b"\xff\xfe", b"\x00", b"\xef\xbb\xbf", b"xmlns=''", b"xmlns:a='b'", b"<a:b/>", b"'",
     b"<pubDate>", b"1405/99/99", b"Sat, 32 Foo 2026", b"99999999999999999999", b"<link href='//['/>",
     b"type='xhtml'", b"mode='base64'", b"xml:base='http://['", b"<guid isPermaLink='true'>", b"\xd9\x88",
     b"encoding='utf-7'", b"encoding='rot13'", b"<ttl>1e999</ttl>", b"<skipHours><hour>x</hour></skipHours>",
     b"<sy:updateFrequency>-1</sy:updateFrequency>", b"<source url='x'>", b"<media:content/>", b"<html>",
     b"<geo:lat>x</geo:lat>", b"<enclosure length='x'/>", b"<content:encoded>", b"</content:encoded>"]
)  # fmt: skip
SPOT = st.floats(0, 1, exclude_max=True)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A real feed with some of it taken out, repeated, moved, flipped or broken by a token."""
    body = bytearray(draw(st.sampled_from(REAL)))
    for _ in range(draw(st.integers(1, 6))):
        at, to = sorted((int(draw(SPOT) * len(body)), int(draw(SPOT) * len(body))))
        match draw(st.sampled_from(["cut", "repeat", "swap", "flip", "token", "tokens", "end"])):
            case "cut":
                del body[at : min(to, at + 200)]
            case "repeat":
                body[at:at] = body[at : min(to, at + 200)] * draw(st.integers(1, 20))
            case "swap":
                body[at:at] = draw(st.sampled_from(REAL))[at : at + 200]
            case "flip" if body:
                body[at] ^= 1 << draw(st.integers(0, 7))
            case "token":
                body[at:at] = draw(TOKENS)
            case "tokens":
                body[at:at] = draw(TOKENS) * draw(st.integers(1, 50))
            case _:
                del body[to:]
    return bytes(body)


def read(body: bytes, content_type: str = "", language: str = "") -> None:
    job = Job(
        body=body, now=NOW, url="https://news.example/rss", content_type=content_type, language=language
    )  # fmt: skip
    done = Parser().run(job)
    assert (done.document is None) != (done.refusal == "")
    assert "\n" not in done.refusal
    assert not done.refusal.startswith("the parser gave up"), done.refusal
    if done.document:
        assert done.document.total == len(done.document.entries)
        assert all(
            entry.published is None or entry.published <= NOW for entry in done.document.entries
        )


TYPES = st.sampled_from(
    ["", "text/xml; charset=utf-8", "text/html; charset=x", "a; charset=utf-16"]
)
LANGUAGES = st.sampled_from(["", "tr", "fa", "xx"])
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]


@given(mutated(), TYPES, LANGUAGES)
@settings(max_examples=80, suppress_health_check=QUIET)
def test_a_real_feed_broken_in_any_way_is_read_or_refused(
    body: bytes, content_type: str, language: str
) -> None:
    read(body, content_type, language)


def command(path: Path) -> tuple[int, bytes, str]:
    """`newswatch parse` as a person runs it. A hang fails: it is to end by its own deadline."""
    ended = subprocess.run(
        [sys.executable, "-m", "services.ops", "parse", str(path)],
        capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    return ended.returncode, ended.stdout, ended.stderr.decode()


ENDLESS = {
    "links without end, ill-formed": b"<feed xmlns='http://www.w3.org/2005/Atom'><entry>"
    + b"<link href='a'/>" * 250_000 + b"<",
    "categories without end, ill-formed": b"<rss><channel><item>" + b"<category>a</category>" * 250_000 + b"<",
    "authors without end, ill-formed": b"<feed xmlns='http://www.w3.org/2005/Atom'><entry>" + b"<author><name>a" * 200_000,
}  # fmt: skip


@pytest.mark.parametrize("name", ENDLESS)
def test_the_command_is_ended_by_its_own_deadline(name: str, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(ENDLESS[name])
    status, out, err = command(path)
    assert (status, out) == (1, b"")
    assert "reading it took more than" in err
    assert err.count("\n") == 1


def test_the_command_tells_of_a_very_long_feed_what_there_was_no_time_for(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    items = b"".join(b"<item><title>t%d</title></item>" % n for n in range(60_000))
    path.write_bytes(b"<rss><channel>" + items + b"</channel></rss>")
    status, out, err = command(path)
    left = re.search(r"also (\d+) over-quota", err)
    assert status == 0
    assert out.count(b"\n") + (int(left[1]) if left else 0) == 60_000


@pytest.mark.parametrize("label", ["rot13", "base64", "idna", "punycode", "undefined", "hex", "x"])
def test_a_label_that_is_no_encoding_is_as_good_as_none(label: str) -> None:
    read(f'<?xml version="1.0" encoding="{label}"?><rss><channel><title>'.encode() + b"\xc7\xe1")
