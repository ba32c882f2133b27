"""A catalogue that changes while the fetcher runs."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import pytest
from prometheus_client import CollectorRegistry

from services.fetcher import run
from services.fetcher.app import Fetcher
from services.fetcher.catalogue import Feed
from services.fetcher.load import loaded
from services.fetcher.metrics import Metrics

FEED = '[[feed]]\nid = "{}"\nurl = "https://a.example/{}"\noutlet = "A"\n'


class Taking:
    """What takes a catalogue."""

    def __init__(self) -> None:
        self.taken: asyncio.Queue[list[str]] = asyncio.Queue()

    def replace(self, feeds: Sequence[Feed]) -> None:
        self.taken.put_nowait([feed.id for feed in feeds])


async def until(there: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not there():  # noqa: ASYNC110  what is looked at tells nobody
            await asyncio.sleep(0)


async def test_a_mistake_shows_until_it_is_mended_and_the_old_catalogue_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "LOOKS_EVERY", 0.001)
    file, registry, fetcher = tmp_path / "feeds.toml", CollectorRegistry(), Taking()
    file.write_text(FEED.format("a", "a"), encoding="utf-8")
    first = loaded([file])

    def refused() -> float | None:
        return registry.get_sample_value("newswatch_configuration_refused")

    looking = asyncio.create_task(
        run._reload((file,), cast("Fetcher", fetcher), Metrics(registry), first.contents)
    )
    try:
        file.write_text(FEED.format("A mistake", "a"), encoding="utf-8")
        await until(lambda: refused() == 1)
        assert fetcher.taken.empty()

        file.write_text(FEED.format("b", "b"), encoding="utf-8")
        assert await asyncio.wait_for(fetcher.taken.get(), timeout=60) == ["b"]
        await until(lambda: refused() == 0)
    finally:
        looking.cancel()


async def test_a_catalogue_that_is_still_being_written_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, fetcher = tmp_path / "feeds.toml", Taking()
    file.write_text(FEED.format("a", "a"), encoding="utf-8")
    first = loaded([file])
    writing = iter([FEED.format("b", "b"), FEED.format("b", "b") + FEED.format("c", "c")])

    async def between_looks(_seconds: float) -> None:
        if (text := next(writing, None)) is not None:
            file.write_text(text, encoding="utf-8")
        await asyncio.wait([asyncio.ensure_future(asyncio.to_thread(bool))])

    monkeypatch.setattr(run.asyncio, "sleep", between_looks)
    looking = asyncio.ensure_future(
        run._reload((file,), cast("Fetcher", fetcher), Metrics(CollectorRegistry()), first.contents)
    )
    try:
        assert await asyncio.wait_for(fetcher.taken.get(), timeout=60) == ["b", "c"]
    finally:
        looking.cancel()
