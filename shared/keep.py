"""What takes long to make from files; somebody may keep it from one run to the next."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar

T = TypeVar("T")


class Keep(Protocol):
    """Whoever decides whether a thing is made, or was made before."""

    def __call__(self, source: Path, kind: type[T], make: Callable[[], T]) -> T:
        """What `make` makes of this file, or of those in this directory and below, or an equal one.

        `kind` is its type, one that msgspec can write and read. What `make` raises is raised.
        """


def anew(source: Path, kind: type[T], make: Callable[[], T]) -> T:  # noqa: ARG001  a Keep
    """Keeps nothing."""
    return make()
