"""What files hold, to see whether people have changed them."""

from collections.abc import Iterable, Mapping
from pathlib import Path

Contents = Mapping[Path, bytes]
"""By file; empty where it cannot be read."""


def contents(paths: Iterable[Path]) -> Contents:
    """What these files hold now."""
    return {path: _content(path) for path in paths}


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
