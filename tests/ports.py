"""Ports for processes that a test starts: free now, and nobody's until the process listens."""

import os
from collections.abc import Iterator
from random import SystemRandom

from deploy.local.places import free_port as free_or_another

FIRST, EACH = 20_000, 1_500
"""Below those that the system gives out by itself; so many for each of at most eight workers."""


def _mine() -> Iterator[int]:
    """This worker's, once each, from anywhere: another run of the tests may go on beside it."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    begin = SystemRandom().randrange(EACH)
    while True:
        for number in range(EACH):
            yield FIRST + worker % 8 * EACH + (begin + number) % EACH


_NEXT = _mine()


def free_port() -> int:
    """A port that nobody listens on, and that neither the system nor another worker hands out."""
    return next(port for port in _NEXT if free_or_another(port) == port)
