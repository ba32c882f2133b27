"""Topics on a broker that is not quite there yet."""

from typing import Any, cast

from kafka.admin import ConfigResource, KafkaAdminClient, NewTopic
from kafka.errors import InvalidConfigurationError, InvalidReplicationFactorError
from structlog.testing import capture_logs

from shared.declare import AHEAD, COMPACTED, POLICY, corrected, created
from shared.topics import ARTICLES_RAW, DELIVERIES, FEEDS_STATE


class Starting:
    """A cluster whose only broker counts as gone for the first requests."""

    def __init__(self, refusals: int) -> None:
        self.refusals, self.topics = refusals, list[str]()

    def list_topics(self) -> list[str]:
        return self.topics

    def create_topics(self, new: list[NewTopic]) -> None:
        if self.refusals:
            self.refusals -= 1
            raise InvalidReplicationFactorError("all brokers are currently fenced")
        self.topics += [topic.name for topic in new]


class Old(Starting):
    """A broker that does not know every configuration."""

    def create_topics(self, new: list[NewTopic]) -> None:
        if any(AHEAD in topic.topic_configs for topic in new):
            raise InvalidConfigurationError("Unknown topic config name")
        super().create_topics(new)


def test_a_broker_that_knows_no_limit_of_clocks_gets_topics_without() -> None:
    cluster = Old(refusals=0)

    made = created(
        cast("KafkaAdminClient", cluster), {"a": ARTICLES_RAW}, partitions=1, replication=1
    )

    assert list(made) == cluster.topics == ["a"]


def test_topics_wait_for_a_broker_that_counts_as_gone() -> None:
    cluster, wanted = Starting(refusals=2), {"a": ARTICLES_RAW, "b": FEEDS_STATE}

    made = created(cast("KafkaAdminClient", cluster), wanted, partitions=1, replication=1)

    assert list(made) == cluster.topics == ["a", "b"]


class Strict:
    """A broker that made topics by itself and lets only some of them be altered."""

    def __init__(self, *refuses: str) -> None:
        self._refuses = refuses

    def describe_configs(self, asked: list[ConfigResource], **_options: str) -> Any:
        assert not any(one.configs for one in asked)  # or the stand-in hangs up
        return {"topic": {one.name: {POLICY: {"value": "delete"}} for one in asked}}

    def alter_configs(self, asked: list[ConfigResource], **_options: bool) -> Any:
        answers = {True: "[Error 44] PolicyViolationError", False: "OK"}
        return {"topic": {one.name: answers[one.name in self._refuses] for one in asked}}


def test_a_topic_that_the_broker_does_not_let_us_correct_is_not_told_as_corrected() -> None:
    there = {"a": FEEDS_STATE, "b": DELIVERIES}

    with capture_logs() as logs:
        done = corrected(cast("KafkaAdminClient", Strict("b")), there)

    assert done == {"a": {POLICY: COMPACTED}}
    assert [log["topics"] for log in logs] == [{"b": "[Error 44] PolicyViolationError"}]
