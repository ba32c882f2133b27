"""Who may be asked now: at most so many at once for one key, and so many seconds apart."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from msgspec import Struct
from tld import get_fld

from services.fetcher.catalogue import Feed, PoliteKey


class Manners(Struct, frozen=True, kw_only=True):
    """How often somebody may be asked; a feed says so for itself."""

    concurrency: int
    spacing: float


MOST_KEYS = 20_000
"""Keys whose last turn is remembered; pages may lie on any number of hosts."""


def key_of(feed: Feed, url: str, address_of: Callable[[str], str]) -> str:
    """What the feed shares with others that must not be asked too often together.

    `url` is where it is asked now; `address_of` what a host last resolved to, "" before that: until
    then the host stands in for its address.
    """
    host = urlsplit(url).hostname or ""
    match feed.polite_key:
        case PoliteKey.FEED:
            return f"feed {feed.id}"
        case PoliteKey.DOMAIN:
            return f"domain {get_fld(f'http://{host}/', fail_silently=True) or host}"
        case PoliteKey.ADDRESS if address_of(host):
            return f"address {address_of(host)}"
        case _:
            return host_key(url)


def host_key(url: str) -> str:
    """What everything at one host shares."""
    return f"host {urlsplit(url).hostname or ''}"


class Turns:
    """Keeps the turns of every key. Time is an argument."""

    def __init__(self) -> None:
        self._running: dict[str, int] = {}
        self._started: dict[str, datetime] = {}

    def claim(self, key: str, manners: Feed | Manners, now: datetime) -> datetime | None:
        """Take a turn: None when it is taken, else the earliest time to try again."""
        spacing = timedelta(seconds=manners.spacing)
        if self._running.get(key, 0) >= manners.concurrency:
            return now + max(spacing, timedelta(milliseconds=250))
        free = self._started.get(key, now - spacing) + spacing
        if now < free <= now + spacing:  # else the clock was set back
            return free
        self._running[key] = self._running.get(key, 0) + 1
        self._started.pop(key, None)
        self._started[key] = now  # the latest last
        while len(self._started) > MOST_KEYS:
            del self._started[next(iter(self._started))]
        return None

    def done(self, key: str) -> None:
        """Give the turn back."""
        self._running[key] -= 1
        if not self._running[key]:
            del self._running[key]
