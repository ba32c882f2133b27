"""Topics that somebody deletes while services run: noticed, made again, and told of.

    there, with the id it had ─▶ nothing
    gone                      ─▶ at the second look made again, empty
    there, with another id    ─▶ `remade` is called: what it held is lost

An id is what the broker gives a topic when it is made; only by it can one be told from another of
the same name. A broker without ids (Kafka before 2.8) is never asked twice.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

import structlog

from shared.kafka import Kafka
from shared.topics import Topic

LOOKS_EVERY = 5.0
"""Seconds between two looks."""

TRIES = 5
"""How often a topic is made that is gone again when its id is asked for."""

Ids = Mapping[Topic, str]

Make = Callable[[Collection[Topic]], object]
"""Creates those of these topics that are missing."""

log = structlog.get_logger("shared.remade")


@dataclass(frozen=True)
class Change:
    """What became of topics between two looks."""

    gone: frozenset[Topic]
    remade: frozenset[Topic]


def change(before: Ids, now: Ids) -> Change:
    """Which of the topics that had an id before have none now, and which have another."""
    gone = frozenset(topic for topic in before if topic not in now)
    other = frozenset(topic for topic in before if now.get(topic, before[topic]) != before[topic])
    return Change(gone, other)


@dataclass(frozen=True)
class Layout:
    """Topics as a broker has them; `again` makes those that are gone as they were."""

    ids: Ids
    partitions: Mapping[Topic, int]
    again: Make


def laid_out(
    kafka: Kafka, topics: Collection[Topic], *, partitions: int, replication: int
) -> Layout:
    """Create those of these topics that are missing, and see how all are. Raises NoBroker."""
    make = partial(kafka.create_topics, partitions=partitions, replication=replication)
    make(topics)
    ids, there = ids_of(kafka, topics, make), kafka.partitions(topics)
    return Layout(ids, there, as_before(kafka, there, replication=replication))


def as_before(kafka: Kafka, partitions: Mapping[Topic, int], *, replication: int) -> Make:
    """Makes these topics again with as many partitions as they had.

    The settings may say another number by now: a table has to have as many as what it remembers.
    """

    def make(gone: Collection[Topic]) -> None:
        for number in {partitions[topic] for topic in gone}:
            alike = [topic for topic in gone if partitions[topic] == number]
            kafka.create_topics(alike, partitions=number, replication=replication)

    return make


def ids_of(kafka: Kafka, topics: Collection[Topic], make: Make) -> Ids:
    """The ids of these topics; `make` creates those that somebody deletes just now.

    One without an id would be looked after by nobody.
    """
    ids = kafka.ids(topics)
    for _try in range(TRIES):
        if len(ids) == len(topics):
            break
        make(topics)
        ids = kafka.ids(topics)
    return ids


class Guard(threading.Thread):
    """Looks after topics, in a thread of its own, until stopped.

    `make` creates those that are gone; `remade` is told those that were made anew, from the
    thread that looked. A broker that is away is asked again at the next look.
    """

    def __init__(
        self,
        kafka: Kafka,
        ids: Ids,
        *,
        make: Make,
        remade: Callable[[frozenset[Topic]], None],
        looks_every: float = LOOKS_EVERY,
    ) -> None:
        """`ids` are those that the topics had when what is in memory was read from them."""
        super().__init__(name="guard", daemon=True)
        self._kafka, self._make, self._remade = kafka, make, remade
        self._ids = {topic: own for topic, own in ids.items() if own}
        self._missed: frozenset[Topic] = frozenset()
        self._looks_every = looks_every
        self._stopping = threading.Event()
        self._looking = threading.Lock()

    def id_of(self, topic: Topic) -> str:
        """The id that the topic had when it was last seen; "" without ids."""
        return self._ids.get(topic, "")

    def run(self) -> None:
        """Look until stopped."""
        while not self._stopping.wait(self._looks_every):
            self.look()

    def look(self, *, at_once: bool = False) -> bool:
        """Look now, from any thread; whether all was seen. Not where no topic has an id.

        `at_once` makes those that are gone at the first look: who asks is about to go by them.
        """
        if not self._ids:
            return False
        try:
            with self._looking:
                self._look(at_once=at_once)
        except Exception as error:  # noqa: BLE001  whatever it is, the next look tries again
            log.info("cannot see whether all topics are there", error=repr(error)[:200])
            return False
        return True

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()

    def _look(self, *, at_once: bool) -> None:
        found = change(self._ids, self._kafka.ids(self._ids))
        if again := found.gone if at_once else found.gone & self._missed:
            log.critical("topics are gone; making them again, empty", topics=_names(again))
            self._make(again)
            found = change(self._ids, self._kafka.ids(self._ids))
        self._missed = found.gone
        if found.remade:
            log.critical("topics were deleted and made anew", topics=_names(found.remade))
            self._ids |= self._kafka.ids(found.remade)
            self._remade(found.remade)


def _names(topics: Collection[Topic]) -> list[str]:
    return sorted(topic.name for topic in topics)
