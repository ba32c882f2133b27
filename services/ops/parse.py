"""`newswatch parse FILE`: feed bytes to articles, one JSON object a line."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from services.fetcher.account import Ledger
from services.fetcher.answer import Answer, Failure
from services.fetcher.catalogue import Feed
from services.fetcher.outcome import PUBLISHED
from services.fetcher.read import MOST_LISTED, parsed
from services.fetcher.sandbox import Sandbox
from shared.codec import encode

_DEADLINE = 2.5  # seconds; five with the start of everything
NOWHERE = "http://localhost/"
"""The base of relative links where no URL is given."""


def parse(
    file: Annotated[Path, Parameter(allow_leading_hyphen=True)],
    *,
    url: str = NOWHERE,
    content_type: str = "",
    language: str = "",
) -> int:
    """Read a feed document and print its articles, one JSON object per line.

    Whatever the bytes, it ends within five seconds: with articles, or with one line on standard
    error and exit status 1. Entries that it had no time for are counted as over-quota.

    Args:
        file: The feed document, or - for standard input.
        url: The document's own URL, which relative links need.
        content_type: The Content-Type header it came with.
        language: The language to expect where the document names none.
    """
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        feed = Feed(id="parse", url=url, outlet=url, language=language or None, max_age_days=1e5)
    except OSError as error:
        return _refuse(f"{file}: {error.strerror}")
    except ValueError as error:
        return _refuse(f"{file}: {error}")
    answer = Answer(status=200, headers={"content-type": content_type}, url=url, body=body)
    ledger = Ledger(feed, marks=b"", newest=None, now=datetime.now(UTC), quota=MOST_LISTED)
    why, total = asyncio.run(_read(feed, answer, ledger))
    told = ledger.close(total)
    if why and not told.states:
        return _refuse(f"{file}: {why}")
    for article in told.articles:
        sys.stdout.buffer.write(encode(article) + b"\n")
    left = {state: count for state, count in told.counts.items() if state not in PUBLISHED}
    if left:
        print(f"{file}: also {', '.join(f'{n} {s}' for s, n in left.items())}", file=sys.stderr)
    return 0


async def _read(feed: Feed, answer: Answer, ledger: Ledger) -> tuple[str, int]:
    """Why the reading ended early, or ""; and how many entries there are, as far as is known."""
    total = end = 0
    try:
        async with Sandbox(workers=1, deadline=_DEADLINE) as sandbox, asyncio.timeout(_DEADLINE):
            while not total or end < total:
                done = await parsed(feed, answer, sandbox, datetime.now(UTC), start=end)
                if isinstance(done, Failure):
                    return done.detail, total
                assert done.document is not None  # noqa: S101  `parsed` says so
                ledger.add(done.document.entries)
                total, end = done.document.total, done.document.end
                if not total:
                    break
    except TimeoutError:
        return f"reading it took more than {_DEADLINE:g} s", total
    return "", total


def _refuse(why: str) -> int:
    print(" ".join(why.split()), file=sys.stderr)
    return 1
