"""The ways a processor ends itself, so that whoever starts it again finds nothing half done."""

import logging
import os
from typing import NoReturn

import structlog

FATAL = 70  # EX_SOFTWARE of sysexits.h

log = structlog.get_logger()


def die() -> NoReturn:
    """End this process now, without a commit, a flush or a farewell."""
    os._exit(FATAL)


def leave(status: int) -> NoReturn:
    """End with what was begun unfinished: Faust's threads wait for a broker that is away."""
    logging.shutdown()
    os._exit(status)


def end_frozen(seconds: float) -> None:
    """End a process that did not run for so long."""
    log.critical(
        "was frozen; others may have taken over; ending before anything is sent",
        seconds=round(seconds, 1),
    )
    die()
