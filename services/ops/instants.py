"""Times as people write them into a line of JSON."""

from datetime import UTC, datetime

Written = str | int | float | None
"""ISO 8601, the form of mails and feeds (RFC 5322), or seconds since 1970."""


def instant(written: Written) -> datetime | None:
    """The time that is meant, in UTC where it says no zone; None for what is no time."""
    if written is None or written == "":
        return None
    try:
        time = _read(written)
    except (ValueError, OverflowError, OSError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _read(written: str | float) -> datetime:
    if not isinstance(written, str):
        return datetime.fromtimestamp(written, UTC)
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        from email.utils import parsedate_to_datetime  # noqa: PLC0415  few lines need it

        return parsedate_to_datetime(written)
