"""The commands that ask the web, against a server on loopback."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import AsyncIterator
from pathlib import Path

from tests.servers.loopback import Loopback, Request, answer, feed

REPO = Path(__file__).parents[4]
PAGE = b'<html><link rel="alternate" type="application/rss+xml" href="/feed"><p>hello</p></html>'


async def newswatch(*arguments: str) -> tuple[int, str, str]:
    process = await create_subprocess_exec(
        sys.executable, "-m", "services.ops", *arguments, cwd=REPO, stdout=PIPE, stderr=PIPE,
        env={"PATH": os.environ["PATH"]},
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def site(request: Request) -> bytes:
    if request.path == "/feed":
        if request.header("If-None-Match") == '"1"':
            return answer(status="304 Not Modified")
        return answer(feed(1, 2), ETag='"1"')
    return answer(PAGE) if request.path == "/" else answer(status="404 Not Found")


async def test_check_says_in_words_what_a_poll_does() -> None:
    async with Loopback(site).running() as server:
        status, out, _ = await newswatch("feeds", "check", server.url(), "--allow", "127.0.0.1")
        assert status == 0
        assert "2 undated-repaired" in out
        assert "validators: ETag" in out
        status, out, _ = await newswatch("feeds", "check", server.url("/"), "--allow", "127.0.0.1")
        assert f"the page names a feed: {server.url('/feed')}" in out
        status, out, _ = await newswatch("feeds", "check", server.url())
        assert status == 1
        assert "an address that is not public" in out


async def test_a_site_is_added_by_its_page_and_removed_again(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    path.write_text("# mine\n", encoding="utf-8")
    where = ("--catalogue", str(path))
    async with Loopback(site).running() as server:
        told = await newswatch("feeds", "add", server.url("/"), "--allow", "127.0.0.1", *where)
        assert told[0] == 0, told
        assert server.url("/feed") in (await newswatch("feeds", "list", *where))[1]
        again = await newswatch("feeds", "add", server.url("/"), "--allow", "127.0.0.1", *where)
        assert "already in" in again[2]
    assert (await newswatch("feeds", "remove", "127-0-0-1", *where))[0] == 0
    assert path.read_text(encoding="utf-8").strip() == "# mine"


async def test_feeds_that_are_added_at_once_are_all_there(tmp_path: Path) -> None:
    path, many, asked = tmp_path / "feeds.toml", 3, set[str]()
    path.write_text("# mine\n", encoding="utf-8")
    together = asyncio.Event()

    async def when_all_have_asked(request: Request) -> AsyncIterator[bytes]:
        asked.add(request.path)
        if len(asked) == many:
            together.set()
        await together.wait()
        yield answer(feed(1, 2))

    where = ("--outlet", "News", "--allow", "127.0.0.1", "--catalogue", str(path))
    async with Loopback(when_all_have_asked).running() as server:
        urls = [server.url(f"/{number}") for number in range(many)]
        told = await asyncio.gather(*(newswatch("feeds", "add", url, *where) for url in urls))
    assert [status for status, _, _ in told] == [0] * many, told
    status, out, _ = await newswatch("feeds", "list", "--catalogue", str(path))
    assert (status, sorted(line.split("\t")[-1] for line in out.splitlines())) == (0, urls)


async def test_once_prints_a_line_a_feed_and_the_second_run_is_conditional(tmp_path: Path) -> None:
    path = tmp_path / "feeds.toml"
    async with Loopback(site).running() as server:
        path.write_text(
            f'[[feed]]\nid = "a"\nurl = "{server.url()}"\noutlet = "A"\nspacing = 0\n'
            f'[[feed]]\nid = "b"\nurl = "{server.url("/none")}"\noutlet = "B"\nspacing = 0\n',
            encoding="utf-8",
        )
        arguments = ("fetch", "--once", "--feeds", str(path), "--state", str(tmp_path / "state"),
                     "--allow", "127.0.0.1")  # fmt: skip
        runs = [await newswatch(*arguments) for _ in range(2)]
    lines = [
        {line["feed"]: line for line in map(json.loads, out.splitlines())} for _, out, _ in runs
    ]
    assert [status for status, *_ in runs] == [1, 1]
    assert lines[0]["a"]["entries"] == {"undated-repaired": 2}
    assert (lines[0]["b"]["outcome"], lines[0]["b"]["status"]) == ("refused", 404)
    assert [line["a"]["conditional"] for line in lines] == [False, True]
    assert lines[1]["a"]["outcome"] == "not-modified"
