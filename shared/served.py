"""How a service ends that cannot begin: a line that says why, and an exit status."""

from collections.abc import Callable

import structlog

from shared.http import NoPage
from shared.kafka import NO_BROKER, NoBroker

log = structlog.get_logger()


def served(serve: Callable[[], int]) -> int:
    """The exit status of a service, and a line that says so where it has no broker or no page."""
    try:
        return serve()
    except NoPage as error:
        log.critical("ending without a page", why=str(error))
        return 1
    except NoBroker as error:
        log.critical("ending without a broker", why=str(error))
        return NO_BROKER
