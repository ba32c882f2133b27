"""Who holds a group whole: the holder as long as it stays, then one by lot."""

from types import SimpleNamespace
from typing import Any

from shared.tenure import Tenure

CLUSTER: Any = SimpleNamespace(partitions_for_topic=lambda _: {2, 0, 1})
NO_TOPIC: Any = SimpleNamespace(partitions_for_topic=lambda _: None)


class Group:
    """Members as the broker's coordinator brings them together, a generation a rebalance."""

    def __init__(self, subject: str = "desk") -> None:
        self.subject, self.generation = subject, 0
        self.members: dict[str, Tenure] = {}

    def join(self, *names: str) -> str:
        self.members |= {name: Tenure(self.subject) for name in names}
        return self.rebalance()

    def rebalance(self, cluster: Any = CLUSTER) -> str:
        """Share out; the holder's name."""
        self.generation += 1
        asked = [
            SimpleNamespace(member_id=name, metadata=member.metadata(["stories.events"]))
            for name, member in self.members.items()
        ]
        shares = next(iter(self.members.values())).assign(cluster, asked)
        for name, member in self.members.items():
            member.on_assignment(shares[name], self.generation)
        (holder,) = (name for name, share in shares.items() if share.assigned_partitions)
        assert len(shares[holder].partitions()) == len(cluster.partitions_for_topic("") or ())
        return holder


def test_whoever_joins_later_stands_by() -> None:
    group = Group()
    holder = group.join("a")
    assert [group.join(name) for name in ("b", "0", "zz")] == [holder] * 3
    assert all(member.joined for member in group.members.values())


def test_when_the_holder_is_gone_one_of_the_others_is_it_and_stays_it() -> None:
    group = Group()
    del group.members[group.join("a", "b", "c")]
    successor = group.rebalance()
    assert group.join("d", "e") == successor


def test_the_holder_need_not_read_again_what_only_it_could_write() -> None:
    group = Group()
    holder = group.members[group.join("a", "b")]
    term = holder.term
    group.join("c")
    assert holder.term == term


def test_the_holder_of_a_topic_that_is_gone_is_still_the_holder_when_it_is_there_again() -> None:
    group = Group()
    holder = group.join("a", "b")
    term = group.members[holder].term
    group.rebalance(NO_TOPIC)
    assert [name for name, member in group.members.items() if member.holds] == [holder]
    assert group.rebalance() == holder
    assert group.members[holder].term == term


def test_who_was_away_for_a_generation_is_the_holder_no_more_and_starts_a_new_term() -> None:
    group = Group()
    away = group.join("a", "b")
    sleeper = group.members.pop(away)
    term = sleeper.term
    successor = group.rebalance()
    group.members[away] = sleeper
    assert group.rebalance() == successor
    assert sleeper.term != term


def test_the_lot_spreads_subjects_over_the_members() -> None:
    holders = {Group(f"receiver-{n}").join("a", "b") for n in range(40)}
    assert holders == {"a", "b"}
