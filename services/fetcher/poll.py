"""One poll of one feed, from its memory to its next memory; nothing is published or stored here.

    ask (conditionally) ▸ classify ▸ parse in the sandbox ▸ account ▸ schedule ▸ Poll

The caller publishes `articles`, and keeps `state` only once the broker has them. A poll whose
result is thrown away has done no harm: the next one asks the same again.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from http import HTTPStatus
from typing import Protocol

from msgspec import Struct, structs

from services.fetcher import schedule
from services.fetcher.account import Accounted, account
from services.fetcher.catalogue import DAY, Feed
from services.fetcher.document import Document
from services.fetcher.freshness import fresh_for, retry_after
from services.fetcher.outcome import GOOD, PUBLISHED, EntryState, Outcome
from services.fetcher.retrieve import Answer, Failure
from services.fetcher.schedule import Brought
from services.fetcher.state import FeedState
from services.fetcher.worker import Done, Job
from shared.records import Article

_GIVES_UP_MOVE = 10.0

Clock = Callable[[], datetime]


class Retrieves(Protocol):
    """What a poll needs of the web."""

    def get(
        self, url: str, headers: Mapping[str, str], *, max_bytes: int
    ) -> Awaitable[Answer | Failure]:
        """See `services.fetcher.retrieve.Retriever.get`."""

    def address_of(self, host: str) -> str:
        """See `services.fetcher.retrieve.Retriever.address_of`."""


class Parses(Protocol):
    """What a poll needs of the sandbox."""

    def parse(self, job: Job) -> Awaitable[Done | Failure]:
        """See `services.fetcher.sandbox.Sandbox.parse`."""


class Poll(Struct, frozen=True, kw_only=True):
    """What came of a poll."""

    feed: str
    outcome: Outcome
    status: int = 0
    detail: str = ""
    began: datetime
    seconds: float
    sent: int = 0
    size: int = 0
    conditional: bool = False
    states: Mapping[EntryState, int] = {}
    overflow: bool = False
    articles: tuple[Article, ...] = ()
    state: FeedState  # to keep, once the articles are safe


class _Read(Struct, frozen=True, kw_only=True):
    outcome: Outcome
    detail: str = ""
    answer: Answer | None = None
    document: Document | None = None
    ledger: Accounted | None = None
    body: str = ""


async def poll(
    feed: Feed, state: FeedState, *, web: Retrieves, sandbox: Parses, clock: Clock, luck: float
) -> Poll:
    """Poll the feed once. `luck` in [0, 1) decides the jitter."""
    began = clock()
    headers = conditions(state, began)
    answer = await web.get(state.url or feed.url, headers, max_bytes=feed.max_bytes)
    read = await _read(feed, state, answer, sandbox, clock)
    brought = _brought(state, read, began)
    timing = schedule.after(feed, state, brought, began=began, luck=luck)
    return Poll(
        feed=feed.id,
        outcome=read.outcome,
        status=read.answer.status if read.answer else 0,
        detail=read.detail,
        began=began,
        seconds=(clock() - began).total_seconds(),
        sent=read.answer.sent if read.answer else 0,
        size=len(read.answer.body) if read.answer else 0,
        conditional=bool(headers),
        states=read.ledger.counts if read.ledger else Counter(),
        overflow=brought.overflow,
        articles=read.ledger.articles if read.ledger else (),
        state=_remember(state, read, timing, began, conditional=bool(headers)),
    )


def conditions(state: FeedState, now: datetime) -> dict[str, str]:
    """The validators to send, byte for byte as they came; none once a day.

    Some servers keep one ETag for a feed that changes: an unconditional question a day finds out.
    """
    if state.full_at is None or now - state.full_at >= timedelta(seconds=DAY):
        return {}
    pairs = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in pairs.items() if value}


async def _read(
    feed: Feed, state: FeedState, answer: Answer | Failure, sandbox: Parses, clock: Clock
) -> _Read:
    if isinstance(answer, Failure):
        return _Read(outcome=answer.outcome, detail=answer.detail)
    if outcome := _by_status(answer):
        return _Read(outcome=outcome, detail=f"HTTP {answer.status}", answer=answer)
    body = blake2b(answer.body, digest_size=16).hexdigest()
    if body == state.body:
        return _Read(outcome=Outcome.UNCHANGED, answer=answer, body=body)
    now = clock()
    done = await sandbox.parse(_job(feed, answer, now))
    if isinstance(done, Failure):
        return _Read(outcome=done.outcome, detail=done.detail, answer=answer)
    if done.document is None:
        return _Read(outcome=Outcome.NOT_A_FEED, detail=done.refusal, answer=answer)
    entries = done.document.entries
    ledger = account(entries, feed, seen=state.seen, newest=state.newest, now=now)
    return _Read(
        outcome=Outcome.CHANGED, answer=answer, document=done.document, ledger=ledger, body=body
    )


def _job(feed: Feed, answer: Answer, now: datetime) -> Job:
    return Job(
        body=answer.body,
        now=now,
        url=answer.url,
        content_type=answer.headers.get("content-type", ""),
        language=feed.language or "",
        time_zone=feed.time_zone,
    )


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


def _brought(state: FeedState, read: _Read, now: datetime) -> Brought:
    headers = read.answer.headers if read.answer else {}
    ledger = read.ledger
    news = PUBLISHED | {EntryState.OVER_QUOTA}
    seen = sum(state not in news for state in ledger.states) if ledger else 0
    return Brought(
        outcome=read.outcome,
        entries=len(ledger.states) if ledger else 0,
        seen=seen,
        overflow=ledger.overflow if ledger else False,
        complete=ledger.complete if ledger else True,
        span=ledger.span if ledger else 0.0,
        hints=read.document.hints if read.document else state.hints,
        fresh_for=_fresh(state, read, now),
        retry_after=retry_after(headers, now),
    )


def _fresh(state: FeedState, read: _Read, now: datetime) -> float:
    """Seconds not to ask again; a 304 that says nothing leaves what the document said."""
    headers = read.answer.headers if read.answer else {}
    silent = "cache-control" not in headers and "expires" not in headers
    if read.outcome is Outcome.NOT_MODIFIED and silent:
        return state.fresh
    return fresh_for(headers, now)


def _remember(
    state: FeedState,
    read: _Read,
    timing: schedule.Timing,
    began: datetime,
    *,
    conditional: bool,
) -> FeedState:
    changes = {
        "polled_at": began,
        "next_at": timing.next_at,
        "interval": timing.interval,
        "errors": timing.errors,
        "gone": read.outcome is Outcome.GONE,
        "fresh": _fresh(state, read, began) if read.outcome in GOOD else state.fresh,
        **(_moved(state, read.answer) if read.answer else {}),
    }
    if read.outcome in GOOD:
        changes["good_at"] = began
    elif timing.errors >= _GIVES_UP_MOVE:
        changes["url"] = ""  # the new address fails too: back to the catalogue's
    if read.answer and read.outcome in {Outcome.CHANGED, Outcome.UNCHANGED}:
        changes |= _validators(read, began, state, conditional=conditional)
    if read.ledger and read.document:
        changes |= {
            "seen": read.ledger.seen,
            "newest": read.ledger.newest,
            "hints": read.document.hints,
        }
    return structs.replace(state, **changes)


def _validators(
    read: _Read, began: datetime, state: FeedState, *, conditional: bool
) -> dict[str, object]:
    """What to send next time; nothing while entries wait for the next poll."""
    full_at = state.full_at if conditional else began
    if read.answer is None or (read.ledger and not read.ledger.complete):
        return {"etag": "", "last_modified": "", "body": "", "full_at": full_at}
    headers = read.answer.headers
    return {
        "etag": headers.get("etag", ""),
        "last_modified": headers.get("last-modified", ""),
        "body": read.body,
        "full_at": full_at,
    }


def _moved(state: FeedState, answer: Answer) -> dict[str, object]:
    """A permanent redirect is believed after it was seen so many times in a row."""
    if not answer.moved_to or answer.status not in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
        return {"moved_to": "", "moved_seen": 0}
    times = state.moved_seen + 1 if answer.moved_to == state.moved_to else 1
    if times < schedule.BELIEVED_AFTER:
        return {"moved_to": answer.moved_to, "moved_seen": times}
    return {"url": answer.moved_to, "moved_to": "", "moved_seen": 0}
