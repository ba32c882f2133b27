"""What an answer's headers ask: when to come back (RFC 9110 Retry-After, RFC 9111 freshness)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAX_AGE = re.compile(r"(?<![\w-])max-age\s*=\s*\"?(\d{1,10})")
_SECONDS = re.compile(r"\s*(\d{1,10})\s*", re.ASCII)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait as `Retry-After` says, in either of its forms; None where it says nothing."""
    value = headers.get("retry-after", "")
    if found := _SECONDS.fullmatch(value):
        return float(found[1])
    until = http_date(value)
    return None if until is None else max(0.0, (until - now).total_seconds())


def fresh_for(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds that the answer calls itself fresh: max-age less Age, else Expires; 0 for neither."""
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return 0.0
    if found := _MAX_AGE.search(control):
        age = _SECONDS.fullmatch(headers.get("age", ""))
        return max(0.0, float(found[1]) - (float(age[1]) if age else 0.0))
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return 0.0
    sent = http_date(headers.get("date", "")) or now
    return max(0.0, (expires - sent).total_seconds())


def http_date(value: str) -> datetime | None:
    """The moment in an HTTP date, or None."""
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
