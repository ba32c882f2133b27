"""The sample items, as items.toml lists them."""

from pathlib import Path

import msgspec

ITEMS = Path(__file__).with_name("items.toml")


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item: what it says, where it appears, and whether it must be told."""

    id: str
    feed: str
    language: str
    hours_ago: float
    alert: bool
    title: str
    text: str
    also_in: str = ""
    trap: str = ""

    @property
    def feeds(self) -> frozenset[str]:
        """The feeds that carry it."""
        return frozenset({self.feed, self.also_in} - {""})


class _Items(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    item: tuple[Item, ...]


def load(path: Path = ITEMS) -> tuple[Item, ...]:
    """Every sample item, in the order of the file."""
    return msgspec.toml.decode(path.read_bytes(), type=_Items).item


def feeds(items: tuple[Item, ...]) -> tuple[str, ...]:
    """The names of all feeds, sorted."""
    return tuple(sorted(frozenset().union(*(item.feeds for item in items))))
