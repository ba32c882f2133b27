"""Lengths of time as people write them: `30s`, `5m`, `2h`, `1d`, `1h30m`."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator

LONGEST = timedelta(days=36_500)
"""So much can be added to any time of this century."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_WHOLE = re.compile(r"(?:\d+[smhd])+")
_PART = re.compile(r"(\d+)([smhd])")


def duration(text: Any) -> timedelta:
    """The length of time. Raises ValueError for anything else, with an example."""
    if text == 0:
        return timedelta()
    if not isinstance(text, str) or not _WHOLE.fullmatch(text):
        raise ValueError("not a length of time; write it as 30s, 5m, 2h, 1d or 1h30m")
    seconds = sum(int(n) * _UNITS[unit] for n, unit in _PART.findall(text))
    if seconds > LONGEST.total_seconds():
        raise ValueError("longer than a hundred years")
    return timedelta(seconds=seconds)


Duration = Annotated[timedelta, BeforeValidator(duration)]
