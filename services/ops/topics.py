"""`newswatch topics`: what every topic holds, and creating those that are missing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Timer
from typing import Annotated

from cyclopts import Parameter

from services.ops.broker import BOOTSTRAP, Bootstrap, Namespace, broker
from shared.kafka import READY_WITHIN, NoBroker
from shared.topics import DEFAULT_PARTITIONS, Topic, every_topic

SILENT_FOR = 2.0
"""Seconds that a broker may take before whoever waits for it is told so."""


def topics(
    *,
    create: bool = False,
    bootstrap: Bootstrap = BOOTSTRAP,
    namespace: Namespace = "",
    partitions: Annotated[int, Parameter(env_var="NEWSWATCH_PARTITIONS")] = DEFAULT_PARTITIONS,
    replication: Annotated[int, Parameter(env_var="NEWSWATCH_REPLICATION")] = 1,
) -> int:
    """List every topic: how long it keeps its records, and what they are.

    Args:
        create: Create the missing topics; let existing ones accept our largest records, and
            compact those that hold state. Safe to repeat.
        bootstrap: The broker's address.
        namespace: The prefix of every topic's name.
        partitions: Partitions of each new topic. A table's changelog needs as many as its source.
        replication: Copies of each new topic.
    """
    if not create:
        print("\n".join(_told(topic) for topic in every_topic()))
        return 0
    try:
        with _said_to_wait(bootstrap):
            made = broker(bootstrap, namespace, patience=READY_WITHIN).create_topics(
                every_topic(), partitions=partitions, replication=replication
            )
    except NoBroker as error:
        print(f"no topics made at {bootstrap}: {error}", file=sys.stderr)
        return 1
    print("\n".join(f"created {name}" for name in made) or "every topic is there")
    return 0


@contextmanager
def _said_to_wait(bootstrap: str) -> Iterator[None]:
    """Where what is in the block takes a while, say for whom it waits, and until when."""
    until = datetime.now().astimezone() + READY_WITHIN
    words = f"no answer yet from {bootstrap}; waiting for it until {until:%H:%M:%S}"
    timer = Timer(SILENT_FOR, print, [words], {"file": sys.stderr, "flush": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _told(topic: Topic) -> str:
    return f"{topic.name:40} {_kept(topic.retention):10} {topic.holds}"


def _kept(retention: timedelta | None) -> str:
    return "compacted" if retention is None else f"{retention.days} days"
