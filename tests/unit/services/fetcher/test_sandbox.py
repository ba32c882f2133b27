import os
import signal
from datetime import UTC, datetime

from services.fetcher.answer import Failure
from services.fetcher.outcome import Outcome
from services.fetcher.sandbox import Sandbox
from services.fetcher.worker import Done, Job
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
