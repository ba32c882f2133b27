"""Times as people write them into a line of JSON."""

from contextlib import suppress
from datetime import UTC, datetime

Written = str | int | float | None
"""ISO 8601, the form of mails and feeds (RFC 5322), a day by month's name or with dots, or seconds
or milliseconds since 1970. Not 3/4/2026, which is two days."""

_DAYS = ("%Y/%m/%d", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y")
_FORMS = tuple(day + clock for day in _DAYS for clock in (" %H:%M:%S", " %H:%M", ""))
_SECONDS = 9
"""Digits that a number of seconds has; fewer are a year, or nothing."""
_MILLISECONDS = 1e11
"""From here on a number is of milliseconds: as seconds it would be of the year 5138."""


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
        seconds = written / 1000 if abs(written) >= _MILLISECONDS else written
        return datetime.fromtimestamp(seconds, UTC)
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return _read_by_form(written.strip())


def _read_by_form(written: str) -> datetime:
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  few lines need it

    if written.isdecimal() and len(written) >= _SECONDS:
        return _read(float(written))
    with suppress(ValueError):
        return parsedate_to_datetime(written)
    for form in _FORMS:
        with suppress(ValueError):
            return datetime.strptime(written, form).replace(tzinfo=UTC)
    raise ValueError(written)
