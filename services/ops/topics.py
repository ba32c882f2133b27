"""`newswatch topics`: what every topic holds, and creating those that are missing."""

import sys
from datetime import timedelta
from typing import Annotated

from cyclopts import Parameter

from services.ops.broker import BOOTSTRAP, Bootstrap, Namespace, broker
from shared.kafka import READY_WITHIN
from shared.topics import DEFAULT_PARTITIONS, Topic, every_topic


def topics(
    *,
    create: bool = False,
    bootstrap: Bootstrap = BOOTSTRAP,
    namespace: Namespace = "",
    partitions: Annotated[int, Parameter(env_var="NEWSWATCH_PARTITIONS")] = DEFAULT_PARTITIONS,
    replication: Annotated[int, Parameter(env_var="NEWSWATCH_REPLICATION")] = 1,
) -> int:
    """Say what every topic holds and how long it is kept.

    Args:
        create: Make the topics that are missing, and let those that are there take our largest
            records. Safe to repeat.
        bootstrap: The broker.
        namespace: Put before every topic's name.
        partitions: Of each new topic. A table's changelog must have as many as its source.
        replication: Copies of each new topic.
    """
    if not create:
        print("\n".join(_told(topic) for topic in every_topic()))
        return 0
    try:
        made = broker(bootstrap, namespace, patience=READY_WITHIN).create_topics(
            every_topic(), partitions=partitions, replication=replication
        )
    except RuntimeError as error:  # what every error of Kafka's client is
        print(f"no topics made at {bootstrap}: {error}", file=sys.stderr)
        return 1
    print("\n".join(f"created {name}" for name in made) or "every topic is there")
    return 0


def _told(topic: Topic) -> str:
    return f"{topic.name:40} {_kept(topic.retention):10} {topic.holds}"


def _kept(retention: timedelta | None) -> str:
    return "compacted" if retention is None else f"{retention.days} days"
