"""What a journal reads, writes and commits, on a Kafka of the test's own."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.errors import KafkaError

from services.alerting.journal import SURE_FOR, Journal
from services.alerting.ledger import Ledger
from services.alerting.standing import Notice, Standing
from shared.codec import encode
from shared.kafka import NoBroker
from shared.records import Delivery, Outcome
from shared.tenure import Tenure
from shared.topics import Topic
from tests.unit.alerting.stories import T0

PARTITION = TopicPartition("stories.events", 0)
NOW = datetime.now(UTC)
HEADERS = [("no", None), ("text", b"\xff"), ("deliver", b"desk")]


def alert(name: str, outcome: Outcome = Outcome.PENDING, receiver: str = "desk") -> Delivery:
    return Delivery(alert=name, receiver=receiver, event="e", story="s", outcome=outcome, at=T0)


class Cluster:
    """A broker, its consumer of one partition, whose records came at these times, its producer."""

    def __init__(self, *came: datetime, committed: int | None = 0) -> None:
        self.came, self.committed_at, self.at = list(came), committed, committed or 0
        self.ledger: dict[int, dict[bytes, bytes]] = {0: {}}
        self.sent: list[tuple[Any, ...]] = []
        self.headers: list[tuple[str, bytes]] = []
        self.held, self.is_paused = {PARTITION}, False
        self.is_away = self.is_slow = self.throws_out = False

    def knows(self, *deliveries: Delivery) -> None:
        self.ledger[0] = {delivery.alert.encode(): encode(delivery) for delivery in deliveries}

    def consumer(
        self,
        *_topics: Any,
        partition_assignment_strategy: list[Tenure],
        group: str,
        max_poll_records: int,
        **_more: Any,
    ) -> "Cluster":
        assert (group, max_poll_records) == ("alerting-desk", 20)
        (self.tenure,) = partition_assignment_strategy
        return self

    def share_out(self, *, generation: int) -> None:
        """The group's lot falls: to us, if we are assigned anything."""
        self.tenure.on_assignment(SimpleNamespace(assigned_partitions=self.held), generation)

    def name(self, topic: Topic) -> str:
        return topic.name

    def partitions(self, topics: Collection[Topic]) -> dict[Topic, int]:
        return dict.fromkeys(topics, len(self.ledger))

    def read_compacted(self, _topic: Any, partitions: list[int]) -> dict[bytes, bytes]:
        if self.is_away:
            raise NoBroker("away")
        return self.ledger[partitions[0]]

    def poll(self, *, timeout_ms: int) -> Mapping[TopicPartition, list[Any]]:
        assert timeout_ms == 200
        if not self.tenure.joined:
            self.share_out(generation=1)
        if self.is_paused or not self.held or self.at >= len(self.came):
            return {}
        first, self.at = self.at, len(self.came)
        return {
            PARTITION: [
                SimpleNamespace(partition=0, offset=at, key=b"", value=b"", headers=HEADERS)
                for at in range(first, self.at)
            ]
        }

    def assignment(self) -> set[TopicPartition]:
        return self.held

    def position(self, _partition: TopicPartition) -> int:
        return self.at

    def highwater(self, _partition: TopicPartition) -> int:
        return len(self.came)

    def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, len(self.came))

    def offsets_for_times(self, since: dict[TopicPartition, int]) -> dict[TopicPartition, Any]:
        later = [n for n, at in enumerate(self.came) if at.timestamp() * 1000 >= since[PARTITION]]
        return {PARTITION: SimpleNamespace(offset=later[0]) if later else None}

    def seek(self, _partition: TopicPartition, offset: int) -> None:
        self.at = offset

    def seek_to_beginning(self, *partitions: TopicPartition) -> None:
        assert set(partitions) == self.held
        self.at = 0

    def pause(self, *_partitions: TopicPartition) -> None:
        self.is_paused = True

    def paused(self) -> set[TopicPartition]:
        return self.held if self.is_paused else set()

    def resume(self, *_partitions: TopicPartition) -> None:
        self.is_paused = False

    def commit(self, offsets: Mapping[TopicPartition, Any] | None = None) -> None:
        if self.throws_out:
            raise KafkaError("another one is a member by now")
        self.committed_at = self.at if offsets is None else offsets[PARTITION].offset

    def committed(self, _partition: TopicPartition) -> int | None:
        return self.committed_at

    def send(
        self,
        name: str,
        *,
        key: bytes,
        value: bytes | None,
        partition: int | None,
        headers: list[tuple[str, bytes]],
    ) -> Any:
        self.sent.append((name, key, value, partition))
        self.headers = headers
        return SimpleNamespace(get=self._acknowledge)

    def _acknowledge(self, *, timeout: float) -> None:
        assert timeout
        if self.is_slow:
            raise KafkaError("not acknowledged")


def journal_of(cluster: Any) -> Journal:
    return Journal(cluster, cluster, "desk")


def polled(journal: Journal, ledger: Ledger | None = None) -> list[int]:
    """The offsets of what came."""
    return [one.offset for one in journal.poll(Ledger() if ledger is None else ledger, 0.2)]


def test_what_came_while_the_ledger_could_not_be_read_comes_again_and_is_not_committed() -> None:
    cluster, ledger = Cluster(NOW), Ledger()
    cluster.is_away = True
    journal = journal_of(cluster)

    assert journal.poll(ledger, 0.2) == []
    journal.commit()
    assert cluster.committed_at == 0
    assert not journal.holds

    cluster.is_away = False
    assert [one.headers["deliver"] for one in journal.poll(ledger, 0.2)] == ["desk"]
    assert journal.holds


def test_of_the_ledger_every_partition_is_read_and_what_is_anothers_is_not() -> None:
    """What became of an alert under another's key is written elsewhere: it would be told again."""
    cluster, ledger = Cluster(), Ledger()
    cluster.knows(alert("own"), alert("others", receiver="chief"))
    cluster.ledger[0] |= {b"forged": encode(alert("other")), b"broken": b"{"}
    cluster.ledger[1] = {b"more": encode(alert("more"))}

    polled(journal_of(cluster), ledger)

    assert ledger.waiting == {"own": alert("own"), "more": alert("more")}
    assert [ledger.partition(name) for name in ledger.waiting] == [0, 1]


@pytest.mark.parametrize(
    ("committed", "told", "offsets"),
    [
        (None, (), [1]),
        (None, (alert("a", Outcome.DELIVERED),), [0, 1]),
        (None, (alert("a"),), [0, 1]),
        (0, (), [0, 1]),
    ],
    ids=["new", "its offsets were lost", "and nothing was told yet", "it began before"],
)
def test_only_a_new_receiver_is_not_told_what_is_no_news_any_more(
    committed: int | None, told: tuple[Delivery, ...], offsets: list[int]
) -> None:
    now = datetime.now(UTC)  # NOW may be minutes ago
    cluster = Cluster(now - timedelta(minutes=65), now - timedelta(minutes=55), committed=committed)
    cluster.knows(*told)
    journal, ledger = journal_of(cluster), Ledger()
    assert polled(journal, ledger) + polled(journal, ledger) == offsets


def test_who_asks_whether_it_still_holds_commits_nothing_that_is_not_settled() -> None:
    cluster = Cluster(NOW, NOW)
    journal = journal_of(cluster)
    polled(journal)
    assert journal.in_doubt
    assert journal.still_holds()
    assert not journal.in_doubt
    assert cluster.committed_at == 0
    journal.commit()
    assert cluster.committed_at == 2
    polled(journal)
    assert journal.still_holds()
    assert cluster.committed_at == 2


def test_who_was_thrown_out_is_not_sure_and_reads_again() -> None:
    cluster, ledger = Cluster(NOW), Ledger()
    journal = journal_of(cluster)
    assert polled(journal, ledger) == [0]
    ledger.enter(alert("mine"), 0)
    cluster.throws_out = True
    journal.commit()
    assert journal.in_doubt
    assert not journal.still_holds()
    assert journal.in_doubt

    journal.forsake()
    cluster.knows(alert("anothers", Outcome.DELIVERED))
    assert polled(journal, ledger) == [0]
    assert not ledger.waiting
    assert ledger.delivered("anothers")


def test_doubt_comes_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    journal = journal_of(Cluster(NOW))
    polled(journal)
    monkeypatch.setattr("services.alerting.journal.passed", lambda: 1000.0)
    journal.commit()
    for later, in_doubt in ((0.0, False), (SURE_FOR, True)):
        monkeypatch.setattr("services.alerting.journal.passed", lambda t=later: 1000.0 + t)
        assert journal.in_doubt is in_doubt


def test_who_stands_by_knows_nothing_and_holds_nothing() -> None:
    cluster, ledger = Cluster(NOW), Ledger()
    cluster.knows(alert("a"), alert("b", Outcome.DELIVERED))
    journal = journal_of(cluster)
    polled(journal, ledger)
    assert journal.holds

    cluster.held = set()
    cluster.share_out(generation=2)
    polled(journal, ledger)
    journal.commit()
    assert ledger.is_empty
    assert not journal.holds
    assert not journal.still_holds()
    assert journal.in_doubt


@pytest.mark.parametrize(("generation", "read"), [(2, False), (3, True)])
def test_the_ledger_is_read_again_where_another_may_have_held_the_receiver(
    *, generation: int, read: bool
) -> None:
    cluster, ledger = Cluster(NOW), Ledger()
    journal = journal_of(cluster)
    polled(journal, ledger)
    cluster.knows(alert("written meanwhile"))
    cluster.share_out(generation=generation)
    polled(journal, ledger)
    assert ledger.knows("written meanwhile") is read


def test_a_commit_waits_until_all_that_was_written_is_acknowledged() -> None:
    cluster = Cluster(NOW)
    journal = journal_of(cluster)
    polled(journal)
    journal.write(alert("a"), 0)
    cluster.is_slow = True
    with pytest.raises(KafkaError):
        journal.commit()
    assert cluster.committed_at == 0


def test_while_no_more_is_taken_nothing_comes_and_nothing_is_lost() -> None:
    cluster = Cluster(NOW)
    journal = journal_of(cluster)
    journal.take(more=False)
    assert polled(journal) == []
    assert list(journal.lag()) == [(0, 1)]
    journal.take(more=True)
    assert polled(journal) == [0]
    assert list(journal.lag()) == [(0, 0)]


def test_events_of_a_topic_that_was_made_anew_are_read_from_its_beginning() -> None:
    cluster = Cluster(NOW, NOW)
    journal = journal_of(cluster)
    polled(journal)
    journal.read_again()
    assert journal.still_holds()
    assert cluster.committed_at == 0
    assert polled(journal) == [0, 1]


def test_each_thing_is_written_to_its_topic_under_its_key() -> None:
    cluster = Cluster(NOW)
    journal = journal_of(cluster)
    standing = Standing(receiver="desk", at=T0)
    notice = Notice(id="n", about="desk", at=T0, text="it is gone")
    dead = alert("a", Outcome.DEAD)
    (came,) = journal.poll(Ledger(), 0.2)

    journal.write(dead, 3)
    journal.erase("a", 3)
    journal.stand(standing)
    journal.notify(notice)
    journal.notified("n")
    journal.bury(dead, "e", T0)
    buried = dict(cluster.headers)
    journal.reject(came, "undecodable: x", T0)

    assert cluster.sent == [
        ("deliveries", b"a", encode(dead), 3),
        ("deliveries", b"a", None, 3),
        ("receivers.state", b"desk", encode(standing), None),
        ("operator.notices", b"n", encode(notice), None),
        ("operator.notices", b"n", None, None),
        ("alerts.dead", b"a", encode(dead), None),
        ("stories.events.dead", b"", b"", None),
    ]
    beside = {"stage": b"alerting", "receiver": b"desk", "at": T0.isoformat().encode()}
    assert buried == beside | {"reason": b"", "source": b"e"}
    assert dict(cluster.headers) == beside | {
        "reason": b"undecodable: x",
        "source": b"stories.events-0-0",
    }
