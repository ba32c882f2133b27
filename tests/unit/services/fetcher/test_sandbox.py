import io
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from services.fetcher.answer import Failure
from services.fetcher.document import Entry
from services.fetcher.outcome import Outcome
from services.fetcher.sandbox import Sandbox
from services.fetcher.worker import MOST_ENTRIES, Done, Job, Parser, frame, read_frame
from tests.servers.loopback import feed

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def job(body: bytes) -> Job:
    return Job(body=body, now=NOW, url="https://news.example/rss")


async def test_a_document_comes_back_and_a_refusal_in_words() -> None:
    async with Sandbox(workers=1) as sandbox:
        good = await sandbox.parse(job(feed(1, 2)))
        bad = await sandbox.parse(job(b"<html>"))
    assert isinstance(good, Done)
    assert good.document is not None
    assert len(good.document.entries) == 2
    assert isinstance(bad, Done)
    assert bad.refusal == "a web page, not a feed"


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
async def test_a_parser_knows_no_secret_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK_URL", "https://hooks.example/s3cr3t")
    async with Sandbox(workers=1) as sandbox:
        await sandbox.parse(job(feed(1)))
        (worker,) = sandbox._all
        assert worker._process is not None
        known = Path(f"/proc/{worker._process.pid}/environ").read_bytes()  # noqa: ASYNC240
    assert b"PATH=" in known
    assert b"s3cr3t" not in known


def test_where_less_memory_is_allowed_than_a_parser_may_take_documents_are_read_all_the_same() -> (
    None
):
    allowed = f"ulimit -v 1000000; exec {sys.executable} -m services.fetcher.worker"

    done = subprocess.run(
        ["bash", "-c", allowed],
        input=frame(msgspec.msgpack.encode(job(feed(1, 2)))),
        capture_output=True,
        check=True,
    )

    content = read_frame(io.BytesIO(done.stdout))
    assert content is not None
    document = msgspec.msgpack.decode(content, type=Done).document
    assert document is not None
    assert len(document.entries) == 2


async def test_a_parse_that_hangs_is_killed_and_the_next_one_goes_well() -> None:
    async with Sandbox(workers=1, deadline=10) as sandbox:
        await sandbox.parse(job(feed(1)))
        (worker,) = sandbox._all
        assert worker._process is not None
        hung = worker._process
        os.kill(hung.pid, signal.SIGSTOP)  # as good as a parser that never comes back
        sandbox._deadline = 0.2
        killed = await sandbox.parse(job(feed(1)))
        sandbox._deadline = 10
        after = await sandbox.parse(job(feed(1)))
    assert isinstance(killed, Failure)
    assert killed.outcome is Outcome.PARSE_KILLED
    assert hung.returncode == -signal.SIGKILL
    assert isinstance(after, Done)


async def test_a_parser_that_dies_costs_its_own_feed_one_error() -> None:
    async with Sandbox(workers=1, deadline=10) as sandbox:
        await sandbox.parse(job(feed(1)))
        (worker,) = sandbox._all
        assert worker._process is not None
        worker._process.kill()
        assert isinstance(await sandbox.parse(job(feed(1))), Failure)
        assert isinstance(await sandbox.parse(job(feed(1))), Done)


def in_parts(body: bytes) -> tuple[list[Entry], int]:
    """All entries of a document, and how many jobs it took."""
    parser, entries, jobs = Parser(), list[Entry](), 0
    while True:
        done = parser.run(Job(body=body, now=NOW, start=len(entries)))
        assert done.document is not None
        entries += done.document.entries
        jobs += 1
        if done.document.end >= done.document.total:
            return entries, jobs


@pytest.mark.parametrize("words", ["Ankara", "Ankara & Tehran"], ids=["well-formed", "ill-formed"])
def test_a_very_long_document_is_read_in_parts_and_none_of_it_left_out(words: str) -> None:
    entries, jobs = in_parts(feed(*range(MOST_ENTRIES + 700), words=words))
    numbers = [int(entry.title.rpartition(" ")[2]) for entry in entries]
    assert numbers == list(range(MOST_ENTRIES + 700))
    assert jobs > 1
