"""What is remembered of a feed between polls: the record on the topic `feeds.state`."""

import re

from msgspec import structs

from services.fetcher.document import Hints
from services.fetcher.links import admissible
from services.fetcher.marks import older
from services.fetcher.websub import Subscription
from shared.place import Place
from shared.records import Article, Count, Moment, Record, reckonable

SEEN_AT_LEAST = 1000
"""Entries remembered beyond those of the last document, of which all are."""


class FeedState(Record, frozen=True, kw_only=True):
    """One feed's memory. Key on the topic: `feed`. Written after the broker has the articles."""

    feed: str
    catalogue_url: str = ""  # the URL this memory belongs to; another URL starts afresh
    articles: str = ""  # the id of the topic that has what it listed; another topic has nothing yet
    places: tuple[Place, ...] = ()  # there, of its latest article in each partition
    url: str = ""  # where it moved for good, once believed
    moved_to: str = ""  # where it says it moved
    moved_seen: Count = 0  # how often in a row it said so
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


def is_sound(state: FeedState) -> bool:
    """Whether a poll can begin from this memory: whoever can write to the topic may have made it.

    A memory that is not is as good as none, which costs one unconditional poll.
    """
    hints, pages = state.hints, [page.url for page in state.pages]
    links = [
        state.url,
        state.moved_to,
        *pages,
        state.subscription.hub if state.subscription else "",
    ]
    amounts = (state.interval, state.errors, hints.ttl_minutes, hints.period_seconds)
    moments = (state.full_at, state.polled_at, state.good_at, state.next_at, state.newest)
    return (
        all(admissible(link) == link for link in links)
        and all(_HEADER.fullmatch(sent) for sent in (state.etag, state.last_modified))
        and all(0 <= amount <= _MOST for amount in amounts)
        and 0 <= state.fresh <= _FRESHEST
        and all(at is None or reckonable(at) for at in moments)
        and len(set(hints.skip_hours)) < _HOURS
        and all(_HEX.fullmatch(part) for pair in state.seen for part in pair)
        and len({place.partition for place in state.places}) == len(state.places)
    )


_HEADER = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_MOST = 1e9
_FRESHEST = 1e12  # a server may say that its document holds until the year 9999
_HOURS = 24


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
