"""`newswatch parse FILE`: feed bytes to articles, one JSON object a line."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from services.fetcher.account import account
from services.fetcher.answer import Failure
from services.fetcher.catalogue import Feed
from services.fetcher.outcome import PUBLISHED
from services.fetcher.sandbox import Sandbox
from services.fetcher.worker import Done, Job
from shared.codec import encode

_DEADLINE = 3.0  # seconds; five with the start of everything
NOWHERE = "http://localhost/"
"""The base of relative links where no URL is given."""


def parse(file: Path, *, url: str = NOWHERE, content_type: str = "", language: str = "") -> int:
    """Read a feed document and print its articles, one JSON object a line.

    Ends within five seconds on any bytes at all: with articles, or with one line on stderr and exit
    status 1.

    Args:
        file: The document, or - for standard input.
        url: Where the document came from; relative links need it.
        content_type: The Content-Type header it came with.
        language: The language to expect where the document names none.
    """
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        feed = Feed(id="parse", url=url, outlet=url, language=language or None, max_age_days=1e5)
    except (OSError, ValueError) as error:
        return _refuse(f"{file}: {error}")
    now = datetime.now(UTC)
    done = asyncio.run(
        _done(Job(body=body, now=now, url=url, content_type=content_type, language=language))
    )
    if isinstance(done, Failure):
        return _refuse(f"{file}: {done.detail}")
    if done.document is None:
        return _refuse(f"{file}: {done.refusal}")
    ledger = account(done.document.entries, feed, seen=(), newest=None, now=now)
    for article in ledger.articles:
        sys.stdout.buffer.write(encode(article) + b"\n")
    left = {state: count for state, count in ledger.counts.items() if state not in PUBLISHED}
    if left:
        print(f"{file}: also {', '.join(f'{n} {s}' for s, n in left.items())}", file=sys.stderr)
    return 0


async def _done(job: Job) -> Done | Failure:
    async with Sandbox(workers=1, deadline=_DEADLINE) as sandbox:
        return await sandbox.parse(job)


def _refuse(why: str) -> int:
    print(" ".join(why.split()), file=sys.stderr)
    return 1
