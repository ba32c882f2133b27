"""What travels beside a record: its lane, and on a dead letter where it died and why."""

from collections.abc import Iterable
from datetime import datetime

from shared.records import Lane
from shared.topics import MAX_RECORD

MAX_CARRIED = MAX_RECORD - 10_000
"""Bytes of a key and a value; the rest of a record is for headers."""

_KEY_CUT = 1_000

LANE_HEADER = "lane"

DELIVER_HEADER = "deliver"
"""The header of an event that is for one receiver only, and its name."""

CUT = "cut"
"""The header of a dead letter of which only the beginning was kept: how large it was."""

Headers = list[tuple[str, bytes]]


def lane_of(headers: Iterable[tuple[str, bytes]]) -> Lane:
    """The lane that a record with these headers is of."""
    return Lane.REPLAY if (LANE_HEADER, Lane.REPLAY.encode()) in headers else Lane.LIVE


def for_one(receiver: str) -> Headers:
    """The headers of an event that is sent again, to this receiver alone."""
    return [(LANE_HEADER, Lane.REPLAY.encode()), (DELIVER_HEADER, receiver.encode())]


def dead_letter_headers(*, reason: str, stage: str, at: datetime, source: str) -> Headers:
    """The headers of a dead letter. `source` is the topic-partition-offset it came from."""
    texts = {"reason": reason[:1000], "stage": stage, "at": at.isoformat(), "source": source}
    return [(name, text.encode("utf-8", "replace")) for name, text in texts.items()]


def carried(key: bytes | None, value: bytes | None) -> tuple[bytes | None, bytes | None, Headers]:
    """What a dead letter has of a record: all of it, or its beginning and a header `cut`.

    Packed, a record may pass its topic's limit and be many times as large; sent on as it is, it
    would be refused, and whoever has to put it aside could do nothing else.
    """
    if key is None and value is None:
        return b"", None, []  # clients send nothing that has neither
    size = len(key or b"") + len(value or b"")
    if size <= MAX_CARRIED:
        return key, value, []
    kept = key[:_KEY_CUT] if key else key
    rest = value[: MAX_CARRIED - _KEY_CUT] if value else value
    return kept, rest, [(CUT, f"{size} bytes, of which this is the beginning".encode())]
