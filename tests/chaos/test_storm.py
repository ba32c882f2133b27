"""A storm: services are killed, stopped and frozen at random while stories come; so is the broker.

    CHAOS_SEED=5 STORM_ITEMS=150 pytest -s -m slow tests/chaos/test_storm.py

In the end each story was told once, and `newswatch audit` finds nothing missing.
"""

import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from deploy.local.apache import start_apache
from deploy.local.jars import Unavailable
from tests.e2e.world import Item, Service, World, world
from tests.eventually import eventually
from tests.measured import Measured
from tests.ports import free_port

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

SEED = int(os.environ.get("CHAOS_SEED", "5"))
ITEMS = int(os.environ.get("STORM_ITEMS", "150"))
STRIKES = 0.5
"""For each item."""
AHEAD = 10
"""Items that are published before the first of them must have been told."""
LISTED = 60
"""Items that the feed lists; it has forgotten the older ones."""
LONGEST = 15.0
"""Seconds that a service is frozen or away, at most: more than twice a session."""
SIGNALS = {"killed": signal.SIGKILL, "stopped": signal.SIGTERM, "frozen": signal.SIGSTOP}

PLACES = ("Tabriz", "Van", "Urmia", "Ankara", "Mersin", "Kars", "Khoy", "Izmir", "Qom", "Adana",
          "Bursa", "Yazd", "Arak", "Konya", "Rasht")  # fmt: skip
MATTERS = ("gas", "rail", "wheat", "steel", "cinema", "customs", "textile", "carpets", "airlines",
           "water", "power", "cotton", "cement", "tourism")  # fmt: skip


class Storm:
    """Strikes one service after the other, and has what ended started again, as supervisors do."""

    def __init__(self, services: list[Service], chance: random.Random) -> None:
        self._services, self._chance = services, chance
        self._struck: dict[Path, Thread] = {}
        self.strikes: Counter[str] = Counter()

    def strike(self) -> None:
        """Kill, stop or freeze one that is well, if any is; for a while."""
        if not (well := [one for one in self._services if not self._is_struck(one)]):
            return
        service, how = self._chance.choice(well), self._chance.choice([*SIGNALS])
        thread = Thread(target=_struck, args=(service, how, self._chance.uniform(0, LONGEST)))
        self._struck[service.log] = thread
        self.strikes[how] += 1
        thread.start()

    def tend(self) -> None:
        """Start those again that ended, as one does that was frozen for longer than its session."""
        for service in self._services:
            assert service.process
            if not self._is_struck(service) and service.process.poll() is not None:
                service.start()

    def end(self) -> None:
        """Return when no strike lasts."""
        for thread in self._struck.values():
            thread.join()
        self.tend()

    def _is_struck(self, service: Service) -> bool:
        return service.log in self._struck and self._struck[service.log].is_alive()


def _struck(service: Service, how: str, seconds: float) -> None:
    process = service.process
    assert process
    process.send_signal(SIGNALS[how])
    time.sleep(seconds)  # this is how long the strike lasts
    process.send_signal(signal.SIGCONT)
    if how != "frozen":
        process.wait()


class OwnBroker:
    """Apache Kafka in this folder. It may be killed; then it starts again with what is there."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._now = start_apache(home)
        self.servers = self._now.servers

    def kill(self) -> None:
        """kill -9; returns when it answers again, under the same address."""
        assert self._now.pid
        os.killpg(self._now.pid, signal.SIGKILL)
        self._now.stop()  # returns when it is gone
        self._now = start_apache(self._home, port=int(self.servers.rpartition(":")[2]))
        assert self._now.servers == self.servers

    def close(self) -> None:
        """It is gone after this."""
        self._now.stop()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[OwnBroker]:
    """One for this test alone."""
    try:
        own = OwnBroker(tmp_path / "broker")
    except Unavailable as why:
        pytest.skip(f"needs Apache Kafka itself: {why}")
    yield own
    own.close()


def test_each_story_of_a_storm_is_told_once_and_the_audit_finds_nothing(
    broker: OwnBroker, tmp_path: Path, measured: Measured
) -> None:
    chance = random.Random(SEED)
    ports = (free_port() for _ in range(3))
    with world(broker.servers, "storm-", tmp_path, ports) as stormy:
        for name in ("fetcher", "processors", "alerting"):
            stormy.another(name, free_port())
        stormy.start()
        storm = Storm([*stormy.services.values()], chance)

        def told(item: Item) -> bool:
            storm.tend()
            return bool(stormy.told(item))

        items = news(chance)
        for number, item in enumerate(items):
            stormy.feed.items = [*stormy.feed.items, item][-LISTED:]
            if chance.random() < STRIKES:
                storm.strike()
            if number in {ITEMS // 3, ITEMS * 2 // 3}:
                broker.kill()
            if number >= AHEAD:
                eventually("it goes on", partial(told, items[number - AHEAD]), why=stormy.logs)
        storm.end()
        for item in items:
            eventually(f"{item.slug} is told", partial(told, item), why=stormy.logs)
        audit = eventually("all is settled", lambda: settled(stormy), why=stormy.logs)

    alerts = Counter(alert.id for alert in stormy.sink.received)
    books = {
        "seed": SEED,
        "items": len(items),
        **storm.strikes,
        "told": len(alerts),
        "again": alerts.total() - len(alerts),
        "missing": [fault for row in audit.values() for fault in row["faults"]],
    }
    measured(json.dumps(books))
    assert not books["missing"]
    assert books["told"] == books["items"]


def news(chance: random.Random) -> list[Item]:
    """So many stories, each its own."""
    pairs = list(product(MATTERS, PLACES))
    chance.shuffle(pairs)
    return [
        Item(
            f"story-{number}",
            f"Iran and Turkey sign a {matter} agreement in {place}",
            f"Officials of Tehran and Ankara met in {place} and set {1000 + 7 * number} as the "
            f"figure for {matter}.",
        )
        for number, (matter, place) in enumerate(pairs[:ITEMS])
    ]


def settled(world: World) -> dict[str, dict[str, Any]] | None:
    """The audit, once nothing is under way and nothing waits."""
    audit = world.audit()
    fates = [fate for row in audit.values() for fate in row["fates"]]
    return None if {"under way", "waiting"} & {*fates} else audit
