"""Tables on disk: a copy of what the changelogs hold, and never more than that.

Faust takes up a copy where it ends. One of other changelogs (the broker's disk was lost, a topic
was deleted) would go on in the middle of these: what it remembers did not happen, and what they
begin with is missing. So a copy is known by the ids that the broker gave its topics.
"""

import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from faust.exceptions import ConsistencyError

from shared.settings import SettingsError


def folder(below: Path, changelogs: Iterable[str]) -> Path:
    """Where the tables of the changelogs with these ids are; `below` itself where there are none.

    Brokers before 2.8 give no ids.
    """
    known = sorted(filter(None, changelogs))
    return below / blake2b(" ".join(known).encode(), digest_size=8).hexdigest() if known else below


def writable(below: Path) -> None:
    """Make this folder if it is missing. Raises SettingsError where no table can be kept."""
    try:
        below.mkdir(parents=True, exist_ok=True)
        why = None if os.access(below, os.W_OK | os.X_OK) else "Permission denied"
    except OSError as error:
        why = error.strerror
    if why:
        way_out = "name one that the processors may write to, or none: tables are then in memory"
        raise SettingsError([f"  NEWSWATCH_TABLE_DIR: {why}: {below}; {way_out}"])


def is_disk(why: BaseException) -> bool:
    """Whether it is the disk that failed, and no record: RocksDB has no exceptions of its own."""
    return type(why) is Exception and str(why).startswith(("IO error", "Corruption"))


def is_ahead(why: BaseException | None) -> bool:
    """Whether more was read of a changelog than it holds: it is not the one that was read."""
    return isinstance(why, ConsistencyError)


def is_useless(why: BaseException | None) -> bool:
    """Whether the copy cannot be gone on from: it is ahead of its topic, or is broken.

    Ahead is a copy of a topic of which an older backup was put back.
    """
    return is_ahead(why) or str(why).startswith("Corruption")
