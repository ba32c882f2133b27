"""A record as Kafka's client gives it: where it stands, when it came, what travels beside it."""

from datetime import UTC, datetime
from typing import Any

from services.alerting.bidi import clean
from shared.headers import DELIVER_HEADER, lane_of
from shared.records import Lane


def place_of(record: Any) -> str:
    """Where it stands on its topic."""
    return f"{record.partition}-{record.offset}"


def is_history(record: Any) -> bool:
    """Whether it is of the replay lane, which pages nobody."""
    return lane_of(record.headers) is Lane.REPLAY


def is_for_one(record: Any) -> bool:
    """Whether it is an event that was sent again, to one receiver."""
    return any(name == DELIVER_HEADER for name, _ in record.headers)


def headers(record: Any) -> dict[str, str]:
    """Its headers, as can be shown."""
    return {
        clean(name): clean(value.decode(errors="replace"))
        for name, value in record.headers
        if value
    }


def came_at(record: Any) -> datetime:
    """When it came; 1970 where its time is none that a clock shows."""
    try:
        return datetime.fromtimestamp(record.timestamp / 1000, UTC)
    except (ValueError, OverflowError):
        return datetime.fromtimestamp(0, UTC)
