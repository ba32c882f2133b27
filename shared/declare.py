"""Topics on a broker, brought to what is declared of them.

    missing ─▶ created
    there   ─▶ its limits raised where they are lower; nothing else of it is touched

A record above its topic's limit can never be sent, and whoever has to send it can do nothing else:
a topic of an earlier version, or one that the broker made by itself, would hold us up for ever. So
would a clock of ours that is a day ahead of the broker's, which by itself allows for an hour.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta

import stamina
import structlog
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic
from kafka.errors import (
    InvalidConfigurationError,
    InvalidReplicationFactorError,
    KafkaError,
    TopicAlreadyExistsError,
)

from shared.topics import ARTICLES_RAW, MAX_RECORD, Topic

AHEAD = "message.timestamp.after.max.ms"
"""How far ahead of the broker's clock a record's may be; brokers before 3.6 do not ask."""

LIMITS = {"max.message.bytes": MAX_RECORD, AHEAD: 25 * 3600 * 1000}
"""What a topic takes, at least. A clock may be a day ahead: by as much it keeps records longer."""

COMPACTED_AFTER = timedelta(days=1)
"""How old what was overwritten may get: the newest segment is never compacted, and by itself Kafka
closes one after a week, all of which whoever starts would have to read."""

AWAY = ARTICLES_RAW.retention or timedelta()
"""How long it can be read that a key was removed: a table on disk that is back later keeps the key.
Who is away for longer misses articles anyway."""

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
    """Raise the limits of these topics where they are lower than what we send; whose were.

    Where the broker does not let us it is only said: it will refuse some of our records.
    """
    if not names:
        return ()
    try:
        low = {name: limits for name, limits in _too_low(admin, names) if limits}
        if low:
            admin.alter_configs([_resource(name, limits) for name, limits in low.items()])
    except KafkaError as error:
        log.warning("cannot see to it that topics take all our records", error=repr(error))
        return ()
    return tuple(low)


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
            except InvalidConfigurationError:
                if new.topic_configs.pop(AHEAD, None) is None:
                    raise
                return _create(admin, new)
    return True


def _new(name: str, topic: Topic, partitions: int, replication: int) -> NewTopic:
    return NewTopic(
        name=name,
        num_partitions=partitions,
        replication_factor=replication,
        topic_configs=dict(_configs(topic)),
    )


def _configs(topic: Topic) -> Iterator[tuple[str, str]]:
    yield from ((limit, str(least)) for limit, least in LIMITS.items())
    if topic.retention is None:
        yield "cleanup.policy", "compact"
        yield "segment.ms", _ms(COMPACTED_AFTER)
        yield "delete.retention.ms", _ms(AWAY)
    else:
        yield "cleanup.policy", "delete"
        yield "retention.ms", _ms(topic.retention)


def _ms(length: timedelta) -> str:
    return str(length // timedelta(milliseconds=1))


def _too_low(
    admin: KafkaAdminClient, names: Collection[str]
) -> Iterator[tuple[str, dict[str, str]]]:
    asked = [_resource(name, list(LIMITS)) for name in names]
    for name, configs in admin.describe_configs(asked, config_filter="all")["topic"].items():
        yield (
            name,
            {
                limit: str(least)
                for limit, least in LIMITS.items()
                if limit in configs and int(configs[limit]["value"]) < least
            },
        )


def _resource(name: str, configs: object) -> ConfigResource:
    return ConfigResource(ConfigResourceType.TOPIC, name, configs=configs)
