"""The edge to the parsing processes: a few of them, each killed when a document takes too long.

Feeds exist on which every parser of the world takes minutes. Here such a feed costs itself one
error, and nobody else anything: its process is killed, another takes its place.
"""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE, Process
from typing import Self

import msgspec

from services.fetcher.answer import Failure
from services.fetcher.outcome import Outcome
from services.fetcher.worker import Done, Job, frame

DEADLINE = 4.0
"""Seconds for one document. The usual one takes some milliseconds."""

NEEDED = re.compile(r"PATH|HOME|TMPDIR|TZ|LANG|LC_.*|LD_.*|PYTHON.*")
"""What a process gets of the environment: whatever a feed makes a parser do, it knows no secret."""


class Sandbox:
    """Parses documents, at most `workers` at once; an async context manager."""

    def __init__(self, workers: int = 2, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._all = [_Worker() for _ in range(workers)]
        self._decoder = msgspec.msgpack.Decoder(Done)
        self._encoder = msgspec.msgpack.Encoder()

    async def __aenter__(self) -> Self:
        for worker in self._all:
            self._idle.put_nowait(worker)
        return self

    async def __aexit__(self, *_raised: object) -> None:
        for worker in self._all:
            await worker.kill()

    async def parse(self, job: Job) -> Done | Failure:
        """What came of the job, or PARSE_KILLED."""
        worker = await self._idle.get()
        try:
            async with asyncio.timeout(self._deadline):
                return self._decoder.decode(await worker.ask(self._encoder.encode(job)))
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
            await worker.kill()
            late = isinstance(error, TimeoutError)
            why = (
                f"took more than {self._deadline:g} s" if late else "took too much memory, or died"
            )
            return Failure(outcome=Outcome.PARSE_KILLED, detail=f"reading it {why}")
        except asyncio.CancelledError:
            await worker.kill()  # or its answer would be the next job's
            raise
        finally:
            self._idle.put_nowait(worker)


class _Worker:
    """One process, started when first needed and again after it was killed."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def ask(self, content: bytes) -> bytes:
        process = self._process or await self._start()
        assert process.stdin is not None  # noqa: S101  PIPE was asked for
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(frame(content))
        await process.stdin.drain()
        size = int.from_bytes(await process.stdout.readexactly(4), "big")
        return await process.stdout.readexactly(size)

    async def _start(self) -> Process:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.fetcher.worker", stdin=PIPE, stdout=PIPE,
            env={name: os.environ[name] for name in os.environ if NEEDED.fullmatch(name)},
            start_new_session=True,  # Ctrl-C at a terminal is for the service, which ends this
        )  # fmt: skip
        return self._process

    async def kill(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()
