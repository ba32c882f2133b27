"""Topics that are deleted under a running service."""

from collections.abc import Collection, Iterable
from typing import Any

import pytest

from shared.kafka import NoBroker
from shared.remade import Change, Guard, as_before, change, ids_of
from shared.topics import ARTICLES_RAW, DELIVERIES, Topic

BOTH = {ARTICLES_RAW: "a", DELIVERIES: "b"}
NONE: frozenset[Topic] = frozenset()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (BOTH, Change(NONE, NONE)),
        ({ARTICLES_RAW: "a"}, Change(frozenset({DELIVERIES}), NONE)),
        ({ARTICLES_RAW: "c", DELIVERIES: "b"}, Change(NONE, frozenset({ARTICLES_RAW}))),
        ({DELIVERIES: "c"}, Change(frozenset({ARTICLES_RAW}), frozenset({DELIVERIES}))),
    ],
    ids=["as before", "gone", "made anew", "one of each"],
)
def test_a_topic_is_known_by_its_id(now: dict[Topic, str], expected: Change) -> None:
    assert change(BOTH, now) == expected


class Broker:
    """What it says at each look; then it stops the guard."""

    def __init__(self, *looks: dict[Topic, str] | NoBroker) -> None:
        self._looks = list(looks)
        self.guard: Guard

    def ids(self, topics: Iterable[Topic]) -> dict[Topic, str]:
        look = self._looks.pop(0)
        if not self._looks:
            self.guard.stop()
        if isinstance(look, NoBroker):
            raise look
        return {topic: look[topic] for topic in topics if topic in look}


def seen(*looks: dict[Topic, str] | NoBroker) -> list[str]:
    """What the guard does on a broker that says this."""
    done: list[str] = []

    def make(topics: Collection[Topic]) -> None:
        done.extend(f"make {topic.name}" for topic in topics)

    def remade(topics: frozenset[Topic]) -> None:
        done.extend(f"tell {topic.name}" for topic in topics)

    broker: Any = Broker(*looks)
    broker.guard = Guard(broker, BOTH, make=make, remade=remade, looks_every=0.001)
    broker.guard.run()
    return done


GONE = {ARTICLES_RAW: "a"}
ANEW = {ARTICLES_RAW: "a", DELIVERIES: "c"}


@pytest.mark.parametrize(
    ("looks", "done"),
    [
        ([BOTH, BOTH], []),
        ([GONE, BOTH], []),
        ([GONE, GONE, ANEW, ANEW], ["make deliveries", "tell deliveries"]),
        ([ANEW, ANEW, ANEW], ["tell deliveries"]),
        ([GONE, NoBroker(), ANEW, ANEW], ["tell deliveries"]),
    ],
    ids=[
        "nothing happens",
        "a broker that is starting may leave one out",
        "gone at two looks: made again, and told once",
        "somebody else made it: told once",
        "a broker that is away is asked again",
    ],
)
def test_a_topic_that_is_gone_is_made_again_and_told_of_once(
    looks: list[dict[Topic, str] | NoBroker], done: list[str]
) -> None:
    # the ids of a topic that was made anew are asked for once more
    assert seen(*looks) == done


@pytest.mark.parametrize(("at_once", "made"), [(True, [DELIVERIES]), (False, [])])
def test_who_is_about_to_go_by_a_topic_has_it_made_again_at_the_first_look(
    *, at_once: bool, made: list[Topic]
) -> None:
    done: list[Topic] = []
    broker: Any = Broker(GONE, ANEW, ANEW)
    broker.guard = Guard(broker, BOTH, make=done.extend, remade=lambda _topics: None)

    broker.guard.look(at_once=at_once)

    assert done == made


def test_a_topic_that_cannot_be_made_now_is_made_at_a_later_look() -> None:
    done: list[Topic] = []

    def make(topics: Collection[Topic]) -> None:
        if not done:
            done.extend(topics)
            raise NoBroker
        done.extend(topics)

    broker: Any = Broker(GONE, GONE, GONE, ANEW, ANEW)
    broker.guard = Guard(broker, BOTH, make=make, remade=lambda _topics: None, looks_every=0.001)
    broker.guard.run()

    assert done == [DELIVERIES, DELIVERIES]


def test_a_topic_that_is_deleted_before_its_id_is_asked_for_is_made_again() -> None:
    made: list[Topic] = []
    broker: Any = Broker(GONE, BOTH, BOTH)

    assert ids_of(broker, list(BOTH), made.extend) == BOTH
    assert made == list(BOTH)


@pytest.mark.parametrize(
    ("looks", "seen"), [((BOTH, BOTH), True), ((NoBroker(), BOTH), False)], ids=["there", "away"]
)
def test_who_looks_is_told_whether_all_was_seen(looks: Any, *, seen: bool) -> None:
    broker: Any = Broker(*looks)
    broker.guard = Guard(broker, BOTH, make=list, remade=lambda _topics: None)

    assert broker.guard.look() is seen


def test_a_topic_is_made_again_with_as_many_partitions_as_it_had() -> None:
    made: list[tuple[str, int]] = []

    class Laid:
        def create_topics(
            self, topics: Collection[Topic], *, partitions: int, replication: int
        ) -> None:
            assert replication == 1
            made.extend((topic.name, partitions) for topic in topics)

    broker: Any = Laid()
    as_before(broker, {ARTICLES_RAW: 2, DELIVERIES: 3}, replication=1)(BOTH)

    assert sorted(made) == [("articles.raw", 2), ("deliveries", 3)]


def test_a_broker_without_ids_is_not_asked_and_says_nothing() -> None:
    """Else every topic would count as gone."""
    broker: Any = Broker()
    guard = Guard(broker, dict.fromkeys(BOTH, ""), make=list, remade=lambda _topics: None)

    assert guard.look() is False
    assert guard.id_of(DELIVERIES) == ""
