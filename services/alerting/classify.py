"""What an HTTP answer means: the table that every HTTP receiver starts from.

| answer | kind | reason |
|---|---|---|
| 2xx | done | delivered |
| 3xx | refused | redirect: never followed |
| 401, 403 | refused; a receiver that knows better says revoked | refused |
| 408, 425 | retry | try-later |
| 410 | disable | gone |
| 429 | retry | rate-limited |
| other 4xx | refused | refused |
| 5xx and anything else | retry | server-error |
| no answer | retry | what happened |

Retry-After (RFC 9110, section 10.2.3) is read as seconds or as a date.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from services.alerting.message import Failure, Kind, Reason, Response, Verdict

LONGEST_WAIT = timedelta(hours=24)
"""A Retry-After beyond this is cut to it."""

DONE = Verdict(kind=Kind.DONE, reason=Reason.DELIVERED)

_BY_STATUS = {
    408: (Kind.RETRY, Reason.TRY_LATER),
    410: (Kind.DISABLE, Reason.GONE),
    425: (Kind.RETRY, Reason.TRY_LATER),
    429: (Kind.RETRY, Reason.RATE_LIMITED),
}
_BY_HUNDRED = {
    2: (Kind.DONE, Reason.DELIVERED),
    3: (Kind.REFUSED, Reason.REDIRECT),
    4: (Kind.REFUSED, Reason.REFUSED),
}
_SERVER_ERROR = (Kind.RETRY, Reason.SERVER_ERROR)


def by_status(status: int, headers: Mapping[str, str]) -> Verdict:
    """The verdict of this status; `headers` have lower-case names."""
    kind, reason = _BY_STATUS.get(status) or _BY_HUNDRED.get(status // 100, _SERVER_ERROR)
    after = retry_after(headers) if kind is Kind.RETRY else None
    return Verdict(kind=kind, reason=reason, after=after)


def no_answer(failure: Failure) -> Verdict:
    """The verdict where nothing came back. Also a forbidden address may be none tomorrow.

    A name server that is in trouble, or a hotel's, gives private addresses for any name.
    """
    return Verdict(kind=Kind.RETRY, reason=failure.reason)


def status_of(answer: Response | Failure) -> Verdict:
    """The verdict where the status line says it all, even if the body did not come whole."""
    if isinstance(answer, Response):
        return by_status(answer.status, answer.headers)
    if answer.status is not None:
        return by_status(answer.status, {})
    return no_answer(answer)


def retry_after(headers: Mapping[str, str]) -> timedelta | datetime | None:
    """When the receiver wants the next try; None where it does not say, or not in earnest."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return min(timedelta(seconds=int(said[:9])), LONGEST_WAIT)
    try:
        date = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError):  # it raises all of these
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
