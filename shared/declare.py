"""Topics on a broker, brought to what is declared of them.

    missing ─▶ created
    there   ─▶ its limits raised where they are lower, and compacted where only the newest record of
               a key counts; nothing else of it is touched

A record above its topic's limit can never be sent, and whoever has to send it can do nothing else:
a topic of an earlier version, or one that the broker made by itself, would hold us up for ever. So
would a clock of ours that is a day ahead of the broker's, which by itself allows for an hour. And
of a topic that is not compacted the broker deletes what is a week old: what was told, what waits.
"""

from collections.abc import Iterator, Mapping
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

POLICY, COMPACTED = "cleanup.policy", "compact"

COMPACTED_AFTER = timedelta(days=1)
"""How old what was overwritten may get: the newest segment is never compacted, and by itself Kafka
closes one after a week, all of which whoever starts would have to read."""

AWAY = ARTICLES_RAW.retention or timedelta()
"""How long it can be read that a key was removed: a table on disk that is back later keeps the key.
Who is away for longer misses articles anyway."""

TOO_FEW = timedelta(seconds=20)
"""How long we wait for as many brokers as a topic is to have copies."""

Configs = Mapping[str, str]

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


def corrected(admin: KafkaAdminClient, there: Mapping[str, Topic]) -> Mapping[str, Configs]:
    """Have these topics, by name, take what we send and keep what we need; what was put right.

    Where the broker does not let us it is only said: it will refuse some of our records, or forget.
    """
    if not there:
        return {}
    try:
        wrong = {name: configs for name, configs in _wrong(admin, there) if configs}
        refused = _refused(admin, wrong) if wrong else {}
    except KafkaError as error:
        log.warning("cannot see to it that topics take and keep our records", error=repr(error))
        return {}
    if refused:
        log.warning("the broker does not let topics take and keep our records", topics=refused)
    return {name: configs for name, configs in wrong.items() if name not in refused}


def _refused(admin: KafkaAdminClient, wrong: Mapping[str, Configs]) -> Mapping[str, str]:
    """Alter these topics; those that the broker refused to, and why. The client raises nothing."""
    asked = [_resource(name, configs) for name, configs in wrong.items()]
    answers = admin.alter_configs(asked, raise_on_unknown=False)["topic"]
    return {name: answer for name, answer in answers.items() if answer != "OK"}


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
        yield POLICY, COMPACTED
        yield "segment.ms", _ms(COMPACTED_AFTER)
        yield "delete.retention.ms", _ms(AWAY)
    else:
        yield POLICY, "delete"
        yield "retention.ms", _ms(topic.retention)


def _ms(length: timedelta) -> str:
    return str(length // timedelta(milliseconds=1))


def _wrong(
    admin: KafkaAdminClient, there: Mapping[str, Topic]
) -> Iterator[tuple[str, dict[str, str]]]:
    asked = [_resource(name, None) for name in there]  # all: asked by name, the stand-in hangs up
    for name, configs in admin.describe_configs(asked, config_filter="all")["topic"].items():
        wrong = {
            limit: str(least)
            for limit, least in LIMITS.items()
            if limit in configs and int(configs[limit]["value"]) < least
        }
        kept = configs.get(POLICY, {"value": COMPACTED})["value"]
        if there[name].retention is None and kept != COMPACTED:
            wrong[POLICY] = COMPACTED
        yield name, wrong


def _resource(name: str, configs: object) -> ConfigResource:
    return ConfigResource(ConfigResourceType.TOPIC, name, configs=configs)
