"""What files hold, to see whether people have changed them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

Contents = Mapping[Path, bytes]
"""By file; empty where it cannot be read."""


def contents(paths: Iterable[Path]) -> Contents:
    """What these files hold now."""
    return {path: _content(path) for path in paths}


class Standing:
    """Tells when files changed and stand still: as they are at two looks, one after the other.

    A file that is still being written may be right, and have half of what it is to say.
    """

    def __init__(self, seen: Contents) -> None:
        """`seen`: what they held when they were last taken over."""
        self._seen = self._last = seen

    def changed(self, now: Contents) -> bool:
        """Whether this look finds them changed and as at the last look; told once."""
        last, self._last = self._last, now
        if now == self._seen or now != last:
            return False
        self._seen = now
        return True


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
