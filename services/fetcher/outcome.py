"""How a poll can end, and how an entry can; each word is the log's, the metric's and the test's."""

from enum import StrEnum


class Outcome(StrEnum):
    """How one poll of one feed ended."""

    CHANGED = "changed"  # a new document, read
    UNCHANGED = "unchanged"  # the same bytes as last time
    NOT_MODIFIED = "not-modified"  # 304
    RATE_LIMITED = "rate-limited"  # 429, or 503 with Retry-After
    GONE = "gone"  # 410
    REFUSED = "refused"  # another 4xx
    SERVER_ERROR = "server-error"  # 5xx
    ODD_STATUS = "odd-status"  # a status that a feed has no use for
    NOT_RESOLVED = "not-resolved"  # no such name, or no name server
    UNREACHABLE = "unreachable"  # no connection, or it broke
    TIMED_OUT = "timed-out"
    FORBIDDEN_ADDRESS = "forbidden-address"
    BAD_REDIRECT = "bad-redirect"  # a loop, too many, or to somewhere that is not the web
    TOO_LARGE = "too-large"  # sent or inflated
    BAD_ENCODING = "bad-encoding"  # a Content-Encoding that was not asked for, or broken gzip
    UNASKED = "unasked"  # what a private feed is asked with cannot be had
    NOT_A_FEED = "not-a-feed"
    PARSE_KILLED = "parse-killed"  # reading it took too long or too much memory


GOOD = frozenset({Outcome.CHANGED, Outcome.UNCHANGED, Outcome.NOT_MODIFIED})
"""Outcomes of a feed that is well."""


class EntryState(StrEnum):
    """How one entry of one fetched document ended. Exactly one of these, always."""

    NEW = "published-new"
    REVISED = "published-revised"
    UNDATED = "undated-repaired"  # published, new; the feed gave no date: first seen stands in
    SEEN = "already-seen"
    FILTERED = "filtered"  # older than the feed's max_age_days
    UNPARSABLE = "unparsable"  # nothing in it
    TOO_LARGE = "too-large"
    OVER_QUOTA = "over-quota"  # not now; the next poll asks for the whole document again


class PageOutcome(StrEnum):
    """How reading an article's page ended."""

    READ = "read"  # its text followed as a revision
    NOTHING_MORE = "nothing-more"  # the page says no more than the feed did
    FAILED = "failed"  # the article stays as the feed told it


class PushOutcome(StrEnum):
    """How a push from a hub ended."""

    READ = "read"
    UNREADABLE = "unreadable"  # the feed is polled instead
    BAD_SIGNATURE = "bad-signature"  # wrong or missing; ignored
    UNKNOWN = "unknown"  # for a subscription that is not ours, or is over
    ELSEWHERE = "elsewhere"  # another fetcher owns the feed; the hub is to try again
    BUSY = "busy"  # likewise
    TOO_LARGE = "too-large"
    UNACKNOWLEDGED = "unacknowledged"  # the broker did not confirm; the hub is to try again


class HubOutcome(StrEnum):
    """What a hub said to a request."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # or it could not be reached


PUBLISHED = frozenset({EntryState.NEW, EntryState.REVISED, EntryState.UNDATED})
"""States of entries that went to `articles.raw`."""
