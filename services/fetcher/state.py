"""What is remembered of a feed between polls: the record on the topic `feeds.state`."""

from msgspec import structs

from services.fetcher.document import Hints
from services.fetcher.marks import older
from services.fetcher.websub import Subscription
from shared.records import Article, Moment, Record

SEEN_AT_LEAST = 1000
"""Entries remembered beyond those of the last document, of which all are."""


class FeedState(Record, frozen=True, kw_only=True):
    """One feed's memory. Key on the topic: `feed`. Written after the broker has the articles."""

    feed: str
    catalogue_url: str = ""  # the URL this memory belongs to; another URL starts afresh
    url: str = ""  # where it moved for good, once believed
    moved_to: str = ""  # where it says it moved
    moved_seen: int = 0  # how often in a row it said so
    etag: str = ""  # as sent, byte for byte
    last_modified: str = ""  # likewise
    body: str = ""  # hash of the last document
    full_at: Moment | None = None  # last asked without validators
    polled_at: Moment | None = None
    good_at: Moment | None = None  # last poll that went well
    next_at: Moment | None = None  # None with `gone`: never
    interval: float = 0.0  # learnt, in seconds; 0 is not learnt yet
    errors: float = 0.0  # weighted, since the last good poll
    gone: bool = False
    newest: Moment | None = None  # publication time of the newest entry ever seen
    marks: bytes = b""  # of the entries seen, the latest last: services.fetcher.marks
    seen: tuple[tuple[str, str], ...] = ()  # the same, as the first version wrote it; only read
    fresh: float = 0.0  # seconds that the last document called itself fresh
    hints: Hints = Hints()  # of the last document: they hold while it stands
    pages: tuple[Article, ...] = ()  # published with a line of text; their page is still to fetch
    subscription: Subscription | None = None  # WebSub: at the hub that the feed names
    pushed_at: Moment | None = None  # last push, while pushes bring what polls would


def remembered(state: FeedState | None, feed: str, url: str) -> FeedState:
    """The feed's memory, or an empty one where there is none or the catalogue has another URL.

    A subscription stays: it belongs to the hub, which must be told if it is to end.
    """
    if state is None:
        return FeedState(feed=feed, catalogue_url=url)
    if state.catalogue_url != url:
        return FeedState(feed=feed, catalogue_url=url, subscription=state.subscription)
    if state.seen:
        return structs.replace(state, marks=older(state.seen) + state.marks, seen=())
    return state
