"""Prometheus asks whenever it likes, also in the moment in which a service begins."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.e2e.items import stories
from tests.e2e.world import Service, World

pytestmark = pytest.mark.kafka


def test_processors_begin_while_their_page_is_asked_without_end(made: World) -> None:
    with _asked(made.services["processors"]):
        made.start()
    item = stories()[0]
    made.feed.items.append(item)
    made.wait_told(item)


@contextmanager
def _asked(service: Service) -> Iterator[None]:
    enough = threading.Event()

    def ask() -> None:
        while not enough.is_set():
            with suppress(OSError):
                service.page("/metrics")

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield
    finally:
        enough.set()
        asking.join()
