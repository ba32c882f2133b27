"""Topics on a broker, brought to what is declared of them.

    missing ─▶ created
    there   ─▶ its limit of bytes raised if it is lower; nothing else of it is touched

A record above its topic's limit can never be sent, and whoever has to send it can do nothing else:
a topic of an earlier version, or one that the broker made by itself, would hold us up for ever.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta

import stamina
import structlog
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic
from kafka.errors import InvalidReplicationFactorError, KafkaError, TopicAlreadyExistsError

from shared.topics import MAX_RECORD, Topic

LIMIT = "max.message.bytes"

TOO_FEW = timedelta(seconds=20)
"""How long we wait for as many brokers as a topic is to have copies."""

log = structlog.get_logger()


def created(
    admin: KafkaAdminClient, wanted: Mapping[str, Topic], *, partitions: int, replication: int
) -> tuple[str, ...]:
    """Create those of the wanted topics, by name, that are missing; their names. May be raced."""
    missing = wanted.keys() - set(admin.list_topics())
    return tuple(
        name
        for name, topic in wanted.items()
        if name in missing and _create(admin, _new(name, topic, partitions, replication))
    )


def raised(admin: KafkaAdminClient, names: Collection[str]) -> tuple[str, ...]:
    """Raise the limits of these topics where they are lower than our records; whose were.

    Where the broker does not let us it is only said: it will refuse our largest records.
    """
    if not names:
        return ()
    try:
        low = tuple(name for name, limit in _limits(admin, names) if limit < MAX_RECORD)
        if low:
            admin.alter_configs([_resource(name, {LIMIT: str(MAX_RECORD)}) for name in low])
    except KafkaError as error:
        log.warning("cannot see to it that topics take our largest records", error=repr(error))
        return ()
    return low


def _create(admin: KafkaAdminClient, new: NewTopic) -> bool:
    """Whether it was missing. A broker that starts or is very busy may count as gone."""
    for attempt in stamina.retry_context(
        on=InvalidReplicationFactorError, timeout=TOO_FEW, attempts=None
    ):
        with attempt:
            try:
                admin.create_topics([new])
            except TopicAlreadyExistsError:
                return False
    return True


def _new(name: str, topic: Topic, partitions: int, replication: int) -> NewTopic:
    return NewTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=replication,
        topic_configs=dict(_configs(topic)),
    )


def _configs(topic: Topic) -> Iterator[tuple[str, str]]:
    yield LIMIT, str(MAX_RECORD)
    if topic.retention is None:
        yield "cleanup.policy", "compact"
    else:
        yield "cleanup.policy", "delete"
        yield "retention.ms", str(int(topic.retention.total_seconds() * 1000))


def _limits(admin: KafkaAdminClient, names: Collection[str]) -> Iterator[tuple[str, int]]:
    asked = [_resource(name, [LIMIT]) for name in names]
    for name, configs in admin.describe_configs(asked, config_filter="all")["topic"].items():
        yield name, int(configs[LIMIT]["value"])


def _resource(name: str, configs: object) -> ConfigResource:
    return ConfigResource(ConfigResourceType.TOPIC, name, configs=configs)
