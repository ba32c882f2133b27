"""A journal that cannot read the ledger of what it was given."""

from collections.abc import Collection, Mapping
from types import SimpleNamespace
from typing import Any

from kafka import TopicPartition

from services.alerting.journal import Journal
from services.alerting.ledger import Ledger
from shared.codec import encode
from shared.kafka import NoBroker
from shared.records import Delivery, Outcome
from shared.topics import Topic
from tests.unit.alerting.stories import T0

PARTITION = TopicPartition("stories.events", 0)


class Consumer:
    """One partition with one record on it, given to whoever polls; it fetches in the same poll."""

    def __init__(self) -> None:
        self.at = self.committed_at = 0

    def poll(self, **_options: Any) -> Mapping[TopicPartition, list[Any]]:
        if self.at:
            return {}
        self.at = 1
        return {PARTITION: [SimpleNamespace(partition=0, offset=0, key=b"", value=b"", headers=[])]}

    def assignment(self) -> set[TopicPartition]:
        return {PARTITION}

    def seek(self, _partition: TopicPartition, offset: int) -> None:
        self.at = offset

    def commit(self) -> None:
        self.committed_at = self.at

    def committed(self, _partition: TopicPartition) -> int:
        return self.committed_at


class Broker:
    """Gives its consumer; the ledger is read at the second try."""

    def __init__(self, consumer: Consumer, ledger: Mapping[bytes, bytes] | None = None) -> None:
        self._consumer, self._away, self._ledger = consumer, ledger is None, dict(ledger or {})

    def consumer(self, *_names: Any, **_options: Any) -> Consumer:
        return self._consumer

    def partitions(self, topics: Collection[Topic]) -> dict[Topic, int]:
        return dict.fromkeys(topics, 1)

    def read_compacted(self, _topic: Any, _partitions: Collection[int]) -> dict[bytes, bytes]:
        if self._away:
            self._away = False
            raise NoBroker("away")
        return self._ledger


def test_what_came_while_the_ledger_could_not_be_read_comes_again_and_is_not_committed() -> None:
    consumer = Consumer()
    broker: Any = Broker(consumer)
    journal, ledger = Journal(broker, None, "desk"), Ledger()

    assert journal.poll(ledger, 0.0) == []
    journal.commit()
    assert consumer.committed_at == 0
    assert not journal.holds

    assert [one.offset for one in journal.poll(ledger, 0.0)] == [0]
    assert journal.holds


def test_a_ledger_record_under_anothers_key_is_none() -> None:
    """What became of its alert is written elsewhere: it would be told at every start."""
    own, other = (
        Delivery(alert=alert, receiver="desk", event="e", story="s", outcome=Outcome.PENDING, at=T0)
        for alert in ("own", "other")
    )
    broker: Any = Broker(Consumer(), {b"own": encode(own), b"forged": encode(other)})
    journal, ledger = Journal(broker, None, "desk"), Ledger()

    journal.poll(ledger, 0.0)

    assert ledger.waiting == {"own": own}
