"""A catalogue file edited as people wrote it: comments, order and layout stay."""

from collections.abc import Iterable

import tomlkit
from tomlkit.items import AoT

from services.fetcher.catalogue import Feed

NO_FEED = "# no feed\n"
"""A file that is empty would be taken for one that is being saved."""


def added(text: str, feeds: Iterable[Feed]) -> str:
    """The file with these feeds at its end; only what differs from the defaults is written."""
    blocks = [text.rstrip("\n")]
    for feed in feeds:
        table = tomlkit.table()
        for name, value in feed.model_dump(mode="json", exclude_defaults=True).items():
            table.add(name, value)
        blocks.append("[[feed]]\n" + tomlkit.dumps(table).rstrip("\n"))
    return "\n\n".join(block for block in blocks if block) + "\n"


def removed(text: str, identity: str) -> str:
    """The file without the feed of this id. Raises KeyError where there is none."""
    document = tomlkit.parse(text)
    feeds = document.get("feed")
    if isinstance(feeds, AoT):
        for index, table in enumerate(feeds):
            if table.get("id") == identity:
                del feeds[index]
                if not feeds:
                    del document["feed"]
                return tomlkit.dumps(document) or NO_FEED
    raise KeyError(identity)
