"""Topics on a broker that is not quite there yet."""

from typing import cast

from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import InvalidConfigurationError, InvalidReplicationFactorError

from shared.declare import AHEAD, created
from shared.topics import ARTICLES_RAW, FEEDS_STATE


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
