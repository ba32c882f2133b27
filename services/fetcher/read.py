"""What an answer holds, for a poll, a push and a page alike.

    a status to read? ▸ the same bytes as last time? ▸ parse in the sandbox ▸ account, part by part

What fails at any step is a Failure, and says which.
"""

from collections.abc import Awaitable, Callable, Generator, Sequence
from datetime import datetime
from hashlib import blake2b
from http import HTTPStatus
from typing import Protocol

from msgspec import Struct, structs

from services.fetcher.account import Accounted, Ledger
from services.fetcher.answer import Answer, Failure
from services.fetcher.catalogue import Feed
from services.fetcher.document import Document, Entry
from services.fetcher.hubs import linked
from services.fetcher.outcome import Outcome
from services.fetcher.state import FeedState
from services.fetcher.worker import Done, Job

MOST_LISTED = 100_000
"""Entries of one document; the memory of more would not fit into a record."""

AT_A_TIME = 10
"""Entries accounted for before others have a turn: four kilobytes of parameters take 10 ms each."""

Clock = Callable[[], datetime]


class Parses(Protocol):
    """What reading needs of the sandbox."""

    def parse(self, job: Job) -> Awaitable[Done | Failure]:
        """See `services.fetcher.sandbox.Sandbox.parse`."""


class Read(Struct, frozen=True, kw_only=True):
    """What was read, as far as it went: `ledger` is there where entries were accounted for."""

    outcome: Outcome
    detail: str = ""
    answer: Answer | None = None
    document: Document | None = None
    ledger: Accounted | None = None
    body: str = ""  # hash of the bytes, where they were looked at


async def read(
    feed: Feed, state: FeedState, answer: Answer | Failure, sandbox: Parses, clock: Clock
) -> Read:
    """What the answer to a poll holds that the memory does not."""
    known = answer if isinstance(answer, Answer) else None
    if failure := unreadable(answer):
        return Read(outcome=failure.outcome, detail=failure.detail, answer=known)
    assert known is not None  # noqa: S101  else it would have been unreadable
    body = blake2b(known.body, digest_size=16).hexdigest()
    if body == state.body:
        return Read(outcome=Outcome.UNCHANGED, answer=known, body=body)
    now = clock()
    ledger = Ledger(feed, marks=state.marks, newest=state.newest, now=now)
    document = await parts(feed, known, sandbox, ledger, now)
    if isinstance(document, Failure):
        return Read(outcome=document.outcome, detail=document.detail, answer=known)
    return Read(
        outcome=Outcome.CHANGED,
        answer=known,
        document=_linked(document, known),
        ledger=ledger.close(document.total),
        body=body,
    )


async def parts(
    feed: Feed, answer: Answer, sandbox: Parses, ledger: Ledger, now: datetime
) -> Document | Failure:
    """Account for the document's entries until the last one or the quota; its last part.

    A part is what one job of the sandbox has time for; nearly all documents have one.
    """
    start = 0
    while True:
        done = await parsed(feed, answer, sandbox, now, start=start)
        if isinstance(done, Failure):
            return done
        assert done.document is not None  # noqa: S101  `parsed` says so
        document = done.document
        if document.total > MOST_LISTED:
            why = f"lists {document.total} entries; at most {MOST_LISTED} can be kept track of"
            return Failure(outcome=Outcome.TOO_LARGE, detail=why)
        await _add(ledger, document.entries)
        start = document.end
        if ledger.is_full or start >= document.total:
            return document


async def _add(ledger: Ledger, entries: Sequence[Entry]) -> None:
    """Account for them; everybody else has a turn in between, for an odd address takes a while."""
    for start in range(0, len(entries), AT_A_TIME):
        ledger.add(entries[start : start + AT_A_TIME])
        await _Pause()


class _Pause:
    """Awaited, lets others have a turn, whoever runs us."""

    def __await__(self) -> Generator[None, None, None]:
        yield


def _linked(document: Document, answer: Answer) -> Document:
    hints = linked(document.hints, answer.headers.get("link", ""), answer.url)
    return structs.replace(document, hints=hints)


def unreadable(answer: Answer | Failure) -> Failure | None:
    """Why there is nothing to read in an answer; None where there is."""
    if isinstance(answer, Failure):
        return answer
    outcome = _by_status(answer)
    return Failure(outcome=outcome, detail=f"HTTP {answer.status}") if outcome else None


async def parsed(
    feed: Feed,
    answer: Answer,
    sandbox: Parses,
    now: datetime,
    *,
    is_page: bool = False,
    start: int = 0,
) -> Done | Failure:
    """What the sandbox makes of the answer: a document or a page's text, or a Failure."""
    job = Job(
        body=answer.body,
        now=now,
        url=answer.url,
        content_type=answer.headers.get("content-type", ""),
        language=feed.language or "",
        time_zone=feed.time_zone,
        is_page=is_page,
        start=start,
    )
    done = await sandbox.parse(job)
    if isinstance(done, Done) and done.refusal:
        return Failure(outcome=Outcome.NOT_A_FEED, detail=done.refusal)
    return done


def _by_status(answer: Answer) -> Outcome | None:
    status = answer.status
    if status == HTTPStatus.OK:
        return None
    if status == HTTPStatus.NOT_MODIFIED:
        return Outcome.NOT_MODIFIED
    if status == HTTPStatus.GONE:
        return Outcome.GONE
    slow_down = status == HTTPStatus.SERVICE_UNAVAILABLE and "retry-after" in answer.headers
    if status == HTTPStatus.TOO_MANY_REQUESTS or slow_down:
        return Outcome.RATE_LIMITED
    if HTTPStatus(400) <= status < HTTPStatus(500):
        return Outcome.REFUSED
    return Outcome.SERVER_ERROR if status >= HTTPStatus(500) else Outcome.ODD_STATUS
