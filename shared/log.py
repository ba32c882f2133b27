"""Structured logs: one JSON object a line on stdout, also from libraries that use `logging`.

A line that comes again and again is told every half minute, with the number of those left out.
"""

import faulthandler
import logging
import signal
import sys
import time
from collections.abc import Hashable, Iterable
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import structlog

from shared.repeats import Due, Repeats, template

CHATTY = ("aiokafka", "faust", "httpcore", "httpx", "kafka")
"""Libraries that tell at INFO what is only of use while debugging, httpx whole URLs among it."""

BUSY = "kafka.net.selector"
"""Warns where a step of its loop takes a tenth of a second, as on any busy machine."""


CLOSING = "kafka.cluster"
"""Calls it an error where a client is closed that is just asking for its brokers."""


def configure_logging(service: str, level: str = "INFO", chatty: Iterable[str] = ()) -> None:
    """Send every log line of this process, ours and the libraries', to stdout as JSON.

    `chatty`: loggers that speak at INFO as libraries do, whatever their name.
    A process that seems to hang says where: SIGUSR1 writes the stack of each thread to stderr.
    """
    faulthandler.register(signal.SIGUSR1)
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.format_exc_info,
        _named(service),
    ]
    handler = Handler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                _of_record,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for library in (*CHATTY, *chatty):
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.root.level))
    logging.getLogger(BUSY).setLevel(logging.ERROR)
    logging.getLogger(CLOSING).addFilter(_is_trouble)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class Handler(logging.StreamHandler):  # type: ignore[type-arg]  # its own stubs name none
    """Writes each line unless it repeats one; the last one left out when its time is over."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._repeats: Repeats[logging.LogRecord] = Repeats()

    def emit(self, record: logging.LogRecord) -> None:
        """Called for one record at a time."""
        now = time.monotonic()
        if _always_told(record):
            self._tell(self._repeats.due(now))
            super().emit(record)
        else:
            self._tell(self._repeats.take(_alike(record), record, now))

    def close(self) -> None:
        """At the end of the process, too: what was left out until then is told."""
        with self.lock or nullcontext():
            self._tell(self._repeats.due())
        super().close()

    def _tell(self, lines: list[Due[logging.LogRecord]]) -> None:
        for one in lines:
            if one.left_out:
                one.line.left_out = one.left_out
            super().emit(one.line)


def _is_trouble(record: logging.LogRecord) -> bool:
    return not record.getMessage().endswith("Cancelled")


def _ours(record: logging.LogRecord) -> bool:
    return isinstance(record.msg, dict)  # structlog's


def _always_told(record: logging.LogRecord) -> bool:
    """Errors of ours, whatever is fatal, and what is only told while somebody debugs."""
    return record.levelno in {logging.DEBUG, logging.CRITICAL} or (
        record.levelno >= logging.ERROR and _ours(record)
    )


def _alike(record: logging.LogRecord) -> Hashable:
    """Our lines repeat where they say just the same, a library's where it is the same message."""
    said = repr(record.msg) if _ours(record) else template(str(record.msg))
    failed = record.exc_info and record.exc_info[0]
    return record.name, record.levelno, said, failed


def _of_record(
    _logger: object, _method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    """When it was logged, which may be a while ago, and how many like it were not told."""
    record = event["_record"]
    if left_out := getattr(record, "left_out", 0):
        event["left_out"] = left_out
    at = datetime.fromtimestamp(record.created, UTC).replace(tzinfo=None)
    event["timestamp"] = at.isoformat(timespec="microseconds") + "Z"
    return event


def _named(service: str) -> structlog.types.Processor:
    def add_service(
        _logger: object, _method: str, event: structlog.types.EventDict
    ) -> structlog.types.EventDict:
        event["service"] = service
        return event

    return add_service
