"""What is told, what is sent, what came back: the types between the Decider and the receivers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from shared.records import StoryEvent


class Reason(StrEnum):
    """Why a record or an attempt ended as it did: the log's word and the metric's label."""

    DELIVERED = "delivered"
    ADMITTED = "admitted"  # to be told, now or later
    DUPLICATE = "duplicate"  # the ledger says it was told, or that it waits
    NO_ROUTE = "no-route"  # no route sends this event to this receiver
    NO_NOTICE = "no-notice"  # the route does not call this notice
    REPLAY = "replay"  # history, and nobody asked for it by name
    SILENCED = "silenced"
    MUTED = "muted"
    UNDECODABLE = "undecodable"
    TOO_LARGE = "too-large"  # it, or the ledger's record of it, is more than a topic takes
    FAILED = "failed"  # we are: nothing can be decided of it
    RATE_LIMITED = "rate-limited"  # 429, or the receiver's own word for it
    TRY_LATER = "try-later"  # 408, 425, or the receiver's own word for it
    SERVER_ERROR = "server-error"  # 5xx
    UNREACHABLE = "unreachable"
    BROKEN = "broken"  # the connection broke before the answer was whole
    TIMEOUT = "timeout"
    TLS = "tls"
    FORBIDDEN_ADDRESS = "forbidden-address"
    REDIRECT = "redirect"  # 3xx: never followed
    REFUSED = "refused"  # other 4xx, or a 200 that says no
    NO_SECRET = "no-secret"  # noqa: S105  what a reference leads to is not there, or no good
    UNTELLABLE = "untellable"  # no payload could be made of it
    GONE = "gone"  # 410: the receiver wants no more
    REVOKED = "revoked"  # the credentials are no longer good
    EXHAUSTED = "exhausted"  # past the last try


class Kind(StrEnum):
    """What an answer means for the alert and for the receiver."""

    DONE = "done"
    RETRY = "retry"  # the receiver is away or busy; the same later may succeed
    REFUSED = "refused"  # the same again will fail again
    DISABLE = "disable"  # nothing will succeed until the operator acts


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an attempt led to. `after`: the receiver's own word on when to come back."""

    kind: Kind
    reason: Reason
    after: timedelta | datetime | None = None
    message: str = ""  # the receiver's id of the message, where it gives one


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One event for one receiver."""

    id: str
    event: StoryEvent


@dataclass(frozen=True, kw_only=True)
class Message:
    """What one request tells: an alert, several in one digest, or a notice to the operator.

    `id` is constant over retries. `earlier` is the receiver's id of the message that told the
    story before; `edit` says that only that message is to be brought up to date.
    """

    id: str
    at: datetime
    alerts: tuple[Alert, ...] = ()
    text: str = ""
    earlier: str = ""
    edit: bool = False

    @property
    def event(self) -> StoryEvent:
        """The newest event; only for a message that has alerts."""
        return self.alerts[-1].event

    @property
    def single(self) -> bool:
        """Whether it tells one story."""
        return len({alert.event.story.id for alert in self.alerts}) == 1


@dataclass(frozen=True, kw_only=True)
class Request:
    """An effect to carry out. Its parts hold secrets, so its repr shows none of them."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    method: str = "POST"


@dataclass(frozen=True, kw_only=True)
class Response:
    """What came back; header names in lower case, the body cut at the cap."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Nothing came back, or not whole; `status` is set where the answer broke off after it."""

    reason: Reason
    status: int | None = None
