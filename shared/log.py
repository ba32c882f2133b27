"""Structured logs: one JSON object a line on stdout, also from libraries that use `logging`."""

import faulthandler
import logging
import signal
import sys

import structlog

CHATTY = ("aiokafka", "faust", "httpcore", "httpx", "kafka")
"""Libraries that tell at INFO what is only of use while debugging, httpx whole URLs among it."""


def configure_logging(service: str, level: str = "INFO") -> None:
    """Send every log line of this process, ours and the libraries', to stdout as JSON.

    A process that seems to hang says where: SIGUSR1 writes the stack of each thread to stderr.
    """
    faulthandler.register(signal.SIGUSR1)
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _named(service),
    ]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for library in CHATTY:
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.root.level))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _named(service: str) -> structlog.types.Processor:
    def add_service(
        _logger: object, _method: str, event: structlog.types.EventDict
    ) -> structlog.types.EventDict:
        event["service"] = service
        return event

    return add_service
