"""Two processes: a receiver belongs to one of them, the other takes over, nobody is told twice."""

import json
import os
import signal
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.local.node import Broker
from shared.identity import alert_id
from shared.kafka import Kafka
from shared.records import Outcome, StoryEvent
from tests.integration.alerting.servers import Received, Server, always, linked, say, serving
from tests.integration.alerting.service import alerting, heard, ledger, publish, until, webhook
from tests.unit.alerting.stories import story_event

SEVERAL = 8
BUDGET = 2


@dataclass
class Pair:
    """Two alerting processes with the same files, and one receiver."""

    processes: "dict[str, subprocess.Popen[bytes]]"
    folders: dict[str, Path]

    def holder(self) -> str:
        """Which of them tells the receiver: of those that say they hold it, the last to say."""
        (name,) = (n for n, folder in self.folders.items() if _last(folder) == "holds")
        return name

    def settled(self) -> bool:
        """Whether one holds it, and the other is a member and stands by."""
        return sorted(_last(folder) for folder in self.folders.values()) == ["holds", "stands by"]

    def other(self) -> str:
        return next(name for name in self.processes if name != self.holder())


def _last(folder: Path) -> str:
    lines = (folder / "out").read_text(encoding="utf-8").splitlines()
    said = [word for line in lines for word in ("holds", "stands by") if f'"{word}"' in line]
    return said[-1] if said else ""


@contextmanager
def pair(folder: Path, broker: Broker, namespace: str, says: str, receiver: str) -> Iterator[Pair]:
    routes = f'[[route]]\nname = "all"\nreceivers = ["desk"]\n{says}\n'
    made = Pair({}, {name: folder / name for name in ("one", "two")})
    with ExitStack() as stack:
        for name, place in made.folders.items():
            place.mkdir()
            running = alerting(place, broker.servers, namespace, receiver, routes)
            made.processes[name] = stack.enter_context(running)
        until(made.settled, "one to hold the receiver and one to stand by")
        yield made


def hook(server: Server) -> str:
    return webhook("desk", server.url)


def chat(server: Server) -> str:
    return (
        f'[receiver.desk]\nkind = "slack"\nurl = "{server.url}"\nallow_private = ["127.0.0.1/32"]\n'
    )


def news(start: int) -> list[StoryEvent]:
    return [story_event("en", number) for number in range(start, start + SEVERAL)]


def unanswered_at_first(request: Received, connection: socket.socket) -> None:
    """The first request hears nothing; all others 204."""
    if request.number > 1:
        connection.sendall(say(204))


def outcomes(cluster: Kafka) -> Counter[Outcome]:
    return Counter(delivery.outcome for delivery in ledger(cluster))


@pytest.mark.broker
@pytest.mark.kafka
def test_a_budget_is_one_budget_whichever_partition_news_comes_from(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    with serving(always(204)) as desk:
        with pair(tmp_path, kafka, namespace, f"daily_budget = {BUDGET}", hook(desk)):
            publish(cluster, news(0)[:BUDGET])
            until(lambda: outcomes(cluster)[Outcome.DELIVERED] == BUDGET, "what is in the budget")
            publish(cluster, news(BUDGET))
            until(lambda: outcomes(cluster)[Outcome.PENDING] == SEVERAL, "the rest to wait")
        assert len(desk.received) == BUDGET


@pytest.mark.broker
@pytest.mark.kafka
def test_a_group_is_one_message_whichever_partitions_its_stories_come_from(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    says = 'group_by = ["watch"]\ngroup_wait = "10s"'
    with serving(always(200, b"ok")) as desk:
        with pair(tmp_path, kafka, namespace, says, chat(desk)):
            publish(cluster, news(0))
            until(lambda: outcomes(cluster)[Outcome.DELIVERED] == SEVERAL, "the group to be told")
        (message,) = desk.received
    links = {event.story.articles[0].url for event in news(0)}
    assert linked(json.loads(message.body)) == links


@pytest.mark.broker
@pytest.mark.kafka
def test_the_other_takes_over_from_one_that_is_killed(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    before, after = news(0), news(SEVERAL)
    with serving(always(204)) as desk:
        with pair(tmp_path, kafka, namespace, "", hook(desk)) as both:
            publish(cluster, before)
            until(lambda: bool(desk.received), "the holder to be at work")
            os.kill(both.processes[both.holder()].pid, signal.SIGKILL)
            publish(cluster, after)
            until(lambda: outcomes(cluster)[Outcome.DELIVERED] == 2 * SEVERAL, "all to be told")
        got = Counter(desk.ids)
    again = sum(got.values()) - len(got)
    print(f"\ntaken over from one that was killed: {2 * SEVERAL} alerts, {again} again")
    assert set(got) == {alert_id(event.id, "desk") for event in before + after}
    assert again <= 1


@pytest.mark.broker
@pytest.mark.kafka
def test_one_that_was_only_paused_says_nothing_more_when_it_wakes(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    before, after, last = news(0), news(SEVERAL), news(2 * SEVERAL)
    with serving(always(204)) as desk:
        with pair(tmp_path, kafka, namespace, "", hook(desk)) as both:
            asleep, other = both.holder(), both.other()
            publish(cluster, before)
            until(lambda: bool(desk.received), "the holder to be at work")
            os.kill(both.processes[asleep].pid, signal.SIGSTOP)
            publish(cluster, after)
            until(lambda: outcomes(cluster)[Outcome.DELIVERED] == 2 * SEVERAL, "all to be told")
            os.kill(both.processes[asleep].pid, signal.SIGCONT)
            until(heard(both.folders[asleep], '"stands by"'), "the one that slept to notice")
            assert _last(both.folders[other]) == "holds"
            publish(cluster, last)
            until(lambda: outcomes(cluster)[Outcome.DELIVERED] == 3 * SEVERAL, "the last of it")
        got = Counter(desk.ids)
    again = sum(got.values()) - len(got)
    print(f"\npaused past its session: {3 * SEVERAL} alerts, {again} again")
    assert set(got) == {alert_id(event.id, "desk") for event in before + after + last}
    assert again <= 1


@pytest.mark.broker
@pytest.mark.kafka
def test_one_that_was_paused_while_it_told_writes_nothing_over_what_the_other_has_written(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    with serving(unanswered_at_first) as desk:
        with pair(tmp_path, kafka, namespace, "", hook(desk)) as both:
            asleep = both.holder()
            publish(cluster, news(0)[:1])
            until(lambda: bool(desk.received), "the holder to be at work")
            os.kill(both.processes[asleep].pid, signal.SIGSTOP)
            until(lambda: outcomes(cluster)[Outcome.DELIVERED] == 1, "the other to tell it")
            os.kill(both.processes[asleep].pid, signal.SIGCONT)
            until(heard(both.folders[asleep], "the hold is in doubt"), "the one that slept to ask")
            until(lambda: _last(both.folders[asleep]) == "stands by", "it to stand by")
        assert outcomes(cluster) == {Outcome.DELIVERED: 1}
    assert len(desk.received) == 2
