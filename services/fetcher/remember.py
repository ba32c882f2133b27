"""A feed's memory before a poll, as what to ask with, and after it, as what to keep.

Pure. What is kept is believed only once the poll's articles are safe.
"""

from datetime import datetime, timedelta
from http import HTTPStatus

from msgspec import structs

from services.fetcher.answer import Answer
from services.fetcher.catalogue import DAY
from services.fetcher.freshness import fresh_for, retry_after
from services.fetcher.outcome import GOOD, PUBLISHED, EntryState, Outcome
from services.fetcher.read import Read
from services.fetcher.schedule import BELIEVED_AFTER, Brought, Timing
from services.fetcher.state import FeedState

_GIVES_UP_MOVE = 10.0
_NEWS = PUBLISHED | {EntryState.OVER_QUOTA}


def conditions(state: FeedState, now: datetime) -> dict[str, str]:
    """The validators to send, byte for byte as they came; none once a day.

    Some servers keep one ETag for a feed that changes: an unconditional question a day finds out.
    """
    if state.full_at is None or now - state.full_at >= timedelta(seconds=DAY):
        return {}
    pairs = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in pairs.items() if value}


def brought(state: FeedState, read: Read, now: datetime) -> Brought:
    """What the poll brought, as far as scheduling cares."""
    headers = read.answer.headers if read.answer else {}
    ledger = read.ledger
    return Brought(
        outcome=read.outcome,
        entries=len(ledger.states) if ledger else 0,
        seen=sum(state not in _NEWS for state in ledger.states) if ledger else 0,
        overflow=ledger.overflow if ledger else False,
        complete=ledger.complete if ledger else True,
        span=ledger.span if ledger else 0.0,
        hints=read.document.hints if read.document else state.hints,
        fresh_for=_fresh(state, read, now),
        retry_after=retry_after(headers, now),
    )


def remember(
    state: FeedState, read: Read, timing: Timing, began: datetime, *, conditional: bool
) -> FeedState:
    """The memory after the poll."""
    changes = {
        "polled_at": began,
        "next_at": timing.next_at,
        "interval": timing.interval,
        "errors": timing.errors,
        "gone": read.outcome is Outcome.GONE,
        "pushed_at": state.pushed_at if timing.relies_on_pushes else None,
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
            "marks": read.ledger.marks,
            "newest": read.ledger.newest,
            "hints": read.document.hints,
        }
    return structs.replace(state, **changes)


def _fresh(state: FeedState, read: Read, now: datetime) -> float:
    """Seconds not to ask again; a 304 that says nothing leaves what the document said."""
    headers = read.answer.headers if read.answer else {}
    silent = "cache-control" not in headers and "expires" not in headers
    if read.outcome is Outcome.NOT_MODIFIED and silent:
        return state.fresh
    return fresh_for(headers, now)


def _validators(
    read: Read, began: datetime, state: FeedState, *, conditional: bool
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
    if times < BELIEVED_AFTER:
        return {"moved_to": answer.moved_to, "moved_seen": times}
    return {"url": answer.moved_to, "moved_to": "", "moved_seen": 0}
