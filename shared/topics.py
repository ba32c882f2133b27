"""Every topic, declared once: name, what it holds, how it is kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

DEFAULT_PARTITIONS = 6

MAX_ARTICLE = 1_000_000
"""Bytes of an encoded article. What grows from it on the way may be twice as large."""

MAX_RECORD = 2 * MAX_ARTICLE + 100_000
"""Bytes of any record: two articles' worth and its headers."""


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A topic. `retention` None means compacted: the last record of each key is kept."""

    name: str
    holds: str
    retention: timedelta | None

    @property
    def dead(self) -> "Topic":
        """Where a stage puts, whole, what it cannot use of this topic."""
        return Topic(
            name=f"{self.name}.dead",
            holds=f"unusable records of {self.name} as they came, with the reason in headers",
            retention=timedelta(days=30),
        )


ARTICLES_RAW = Topic(
    name="articles.raw", holds="Article: one fetched revision", retention=timedelta(days=14)
)
ARTICLES_TAGGED = Topic(
    name="articles.tagged",
    holds="TaggedArticle: language, mentions, relations, topics",
    retention=timedelta(days=30),
)
ARTICLES_MATCHED = Topic(
    name="articles.matched",
    holds="Match: a tagged article and the watch it matched, keyed by watch",
    retention=timedelta(days=30),
)
STORIES_EVENTS = Topic(
    name="stories.events",
    holds="StoryEvent: what happened to a story, with the whole story so far",
    retention=timedelta(days=30),
)
DELIVERIES = Topic(name="deliveries", holds="Delivery: the ledger of alerting", retention=None)
SILENCES = Topic(name="silences", holds="Silence: what not to tell, and until when", retention=None)
RECEIVERS_STATE = Topic(
    name="receivers.state", holds="Standing: which receivers are disabled, and why", retention=None
)
NOTICES = Topic(
    name="operator.notices", holds="Notice: what the operator is still to be told", retention=None
)
FEEDS_STATE = Topic(
    name="feeds.state", holds="validators, schedule and seen entries of each feed", retention=None
)
ALERTS_DEAD = Topic(
    name="alerts.dead",
    holds="alerts given up after their last attempt",
    retention=timedelta(days=30),
)

PROCESSORS_ID = "newswatch-processors"
"""The Faust application and its consumer group; its tables' changelogs carry it as a prefix."""

ALERTING_GROUPS = "alerting-"
"""What the consumer group of each receiver begins with; its name follows."""

SEEN_TABLE = "seen"
"""judge's table: what was seen of each article."""

STORIES_TABLE = "stories"
"""gather's table: the steps of every open story, and the events they told."""

_READ = (ARTICLES_RAW, ARTICLES_TAGGED, ARTICLES_MATCHED, STORIES_EVENTS)


def _changelog(table: str) -> Topic:
    return Topic(
        name=f"{PROCESSORS_ID}-{table}-changelog",
        holds=f"changelog of the processors' table {table}",
        retention=None,
    )


SEEN_CHANGELOG = _changelog(SEEN_TABLE)
STORIES_CHANGELOG = _changelog(STORIES_TABLE)


def every_topic() -> Iterator[Topic]:
    """All topics of the product, dead-letter topics and changelogs included."""
    yield from _READ
    yield from (topic.dead for topic in _READ)
    yield from (DELIVERIES, SILENCES, RECEIVERS_STATE, NOTICES, FEEDS_STATE, ALERTS_DEAD)
    yield from (SEEN_CHANGELOG, STORIES_CHANGELOG)
