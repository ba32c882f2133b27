"""What a feed says of when to come back, read leniently: nonsense is as good as nothing."""

import re
from collections.abc import Iterable

_PERIODS = {
    "hourly": 3600.0,
    "daily": 86400.0,
    "weekly": 604800.0,
    "monthly": 2592000.0,
    "yearly": 31536000.0,
}
_HOURS = 24
_HOUR = re.compile(r"\d{1,2}", re.ASCII)


def number(text: str) -> float:
    """A number of at least 0, else 0."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 < value < 1e9 else 0.0  # noqa: PLR2004  also no infinity and no NaN


def period(name: str, frequency: str) -> float:
    """`sy:updatePeriod` over `sy:updateFrequency`, in seconds."""
    return _PERIODS.get(name.strip().lower(), 0.0) / (number(frequency) or 1.0)


def hours(texts: Iterable[str]) -> tuple[int, ...]:
    """`skipHours`, 0 to 23 in UTC; 24 is midnight. All of them is none: nobody is left for good."""
    named = {int(text) % _HOURS for text in texts if _HOUR.fullmatch(text)}
    return tuple(sorted(named)) if len(named) < _HOURS else ()
