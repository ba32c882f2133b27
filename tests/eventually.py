"""Waiting for what other processes do."""

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE = 300.0
"""Seconds until a test gives up what must come: the machine may have other work as well."""

T = TypeVar("T")


def pause(took: float) -> float:
    """Seconds until one asks again what took so many: whoever waits leaves the processors alone."""
    return min(max(0.05, 2 * took), 1.0)


def eventually(
    what: str,
    condition: Callable[[], T],
    within: float = PATIENCE,
    why: Callable[[], str] = lambda: "",
) -> T:
    """The condition's value once it is true. Fails with `what`, and `why` as it is by then."""
    deadline = time.monotonic() + within
    while (asked := time.monotonic()) < deadline:
        if value := condition():
            return value
        time.sleep(pause(time.monotonic() - asked))
    raise AssertionError(f"in {within:.0f} s it did not come true: {what}\n{why()}")
