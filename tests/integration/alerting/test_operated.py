"""What an operator does, by the real commands beside the running service."""

import json
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from deploy.local.node import Broker
from services.alerting.ledger import KEEP
from shared.codec import encode
from shared.identity import alert_id
from shared.kafka import Kafka
from shared.records import Delivery, EventKind, Outcome, StoryEvent
from shared.topics import ALERTS_DEAD, DELIVERIES, NOTICES, STORIES_EVENTS
from tests.integration.alerting.servers import Server, always, first, say, serving
from tests.integration.alerting.service import (
    alerting,
    heard,
    ledger,
    newswatch,
    publish,
    until,
    webhook,
)
from tests.unit.alerting.stories import story_event

ROUTES = '[[route]]\nname = "all"\nreceivers = ["desk"]\nnotice = ["opened", "grew"]\n'


def event(number: int, kind: EventKind = EventKind.OPENED) -> StoryEvent:
    return story_event("en", number, kind=kind, at=datetime.now(UTC))


def hooks(**servers: Server) -> str:
    return "".join(webhook(name, server.url) for name, server in servers.items())


def texts(server: Server) -> list[str]:
    return [json.loads(request.body)["data"]["text"] for request in server.received]


def settled(cluster: Kafka, outcome: Outcome, count: int) -> bool:
    return sum(delivery.outcome is outcome for delivery in ledger(cluster)) == count


@pytest.mark.broker
def test_a_silence_is_heard_and_lifted_while_alerting_runs(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    hushed, other = event(0), event(1)
    with serving(always(204)) as desk:
        with alerting(tmp_path, kafka.servers, namespace, hooks(desk=desk), ROUTES):
            made = newswatch(cluster, "silence", "add", "--for", "1h", "--story", hushed.story.id)
            own = made.stdout.strip()
            until(heard(tmp_path, '"silence"', own, "made"), "the silence to be heard")
            publish(cluster, [hushed, other])
            until(lambda: len(desk.received) == 1, "the other story")
            assert own in newswatch(cluster, "silence", "list").stdout
            assert newswatch(cluster, "silence", "lift", own).returncode == 0
            until(heard(tmp_path, '"silence"', own, "over"), "the silence to be lifted")
            grown = event(0, EventKind.GREW)
            publish(cluster, [grown])
            until(lambda: len(desk.received) == 2, "the story, once it may be told")
        assert desk.ids == [alert_id(e.id, "desk") for e in (other, grown)]
    assert newswatch(cluster, "silence", "list").stdout == ""
    assert newswatch(cluster, "silence", "lift", own).returncode == 2


@pytest.mark.broker
def test_dead_letters_are_listed_shown_and_redriven_once(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    events = [event(n) for n in range(3)]
    with serving(first(3, say(400))) as desk, serving(always(204)) as ops:
        receivers = 'operator = "ops"\n' + hooks(desk=desk, ops=ops)
        with alerting(tmp_path, kafka.servers, namespace, receivers, ROUTES):
            publish(cluster, events)
            until(lambda: settled(cluster, Outcome.DEAD, 3), "three dead alerts")
            until(lambda: len(ops.received) == 3, "the operator to be told of each")
            listed = newswatch(cluster, "dead", "list", "--receiver", "desk").stdout.splitlines()
            place, *_, reason, alert = listed[0].split()
            shown = newswatch(cluster, "dead", "show", place)
            none = newswatch(cluster, "dead", "list", "--receiver", "ops").stdout
            would = newswatch(cluster, "dead", "redrive", "--since", "1h", "--dry-run").stdout
            tried = len(desk.received)
            for _ in range(2):
                newswatch(cluster, "dead", "redrive", "--receiver", "desk", "--since", "1h")
            until(lambda: len(desk.received) == 6, "all three, told")
            until(lambda: settled(cluster, Outcome.DELIVERED, 6), "the ledger to know")
            again = newswatch(cluster, "dead", "redrive").stdout
            publish(cluster, [event(9)])
            until(lambda: len(desk.received) == 7, "what comes after all that was redriven")
    assert (len(listed), reason, none, tried) == (3, "refused", "", 3)
    assert json.loads(shown.stdout)["alert"] == alert
    assert "reason: refused" in shown.stderr
    assert would == "3 would be sent to stories.events\n"
    assert again == "0 were sent to stories.events\n"
    assert sorted(desk.ids[:3]) == sorted(desk.ids[3:6])
    assert all("is dead (refused) at the first try" in text for text in texts(ops))


@pytest.mark.broker
def test_of_a_story_it_is_told_who_reported_it_and_who_was_told(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    events = [event(0), event(1)]
    opened = events[0].story.id
    with serving(always(204)) as desk, serving(always(400)) as other:
        routes = ROUTES.replace('["desk"]', '["desk", "other"]')
        with alerting(tmp_path, kafka.servers, namespace, hooks(desk=desk, other=other), routes):
            publish(cluster, events)
            until(lambda: settled(cluster, Outcome.DELIVERED, 2), "the desk to be told of both")
            until(lambda: settled(cluster, Outcome.DEAD, 2), "the other to refuse both")
    listed = newswatch(cluster, "story", "list", "--since", "1h").stdout.splitlines()
    whole = newswatch(cluster, "story", "show", opened[:8], "--json").stdout
    shown = newswatch(cluster, "story", "show", opened).stdout.splitlines()
    assert {line.split()[0] for line in listed} == {event.story.id for event in events}
    assert [told["id"] for told in json.loads(whole)["events"]] == [events[0].id]
    assert [line.split()[2:] for line in shown[shown.index("who was told") + 1 :]] == [
        ["opened", "desk", "delivered"],
        ["opened", "other", "dead:", "refused"],
    ]
    none = newswatch(cluster, "story", "show", "nothing")
    assert (none.returncode, none.stdout) == (2, "")
    assert "no story 'nothing'; see newswatch story list" in none.stderr
    assert (
        "--zone 'Mars': no such time zone"
        in newswatch(cluster, "story", "list", "--zone", "Mars").stderr
    )


@pytest.mark.broker
def test_history_is_told_to_whom_it_is_asked_for_and_once(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    events = [event(n) for n in range(4)]
    routes = '[[route]]\nname = "all"\nreceivers = ["desk", "late"]\n'
    replay = ("replay", "--deliver", "late", "--since", "1h")
    with serving(always(204)) as desk, serving(always(204)) as late:
        receivers = hooks(desk=desk, late=late)
        with alerting(tmp_path, kafka.servers, namespace, receivers, routes):
            publish(cluster, events, lane="replay")
            publish(cluster, [event(8)])
            until(lambda: bool(desk.received and late.received), "live news")
            slip = newswatch(cluster, "replay", "--deliver", "lat", "--since", "1h")
            hush = newswatch(cluster, "silence", "add", "--for", "1h", "--receiver", "dusk")
            would = newswatch(cluster, *replay, "--dry-run").stdout
            done = newswatch(cluster, *replay).stdout
            until(lambda: len(late.received) == 5, "history, told to the one who asked")
            newswatch(cluster, *replay)
            publish(cluster, [event(9)])
            until(lambda: bool(len(desk.received) == 2 and len(late.received) == 6), "more news")
    assert (would, done) == ("5 would be sent to late\n", "5 were sent to late\n")
    assert (slip.returncode, slip.stderr) == (2, "no receiver 'lat'; there are: desk, late\n")
    assert (hush.returncode, hush.stderr) == (2, "no receiver 'dusk'; there are: desk, late\n")
    assert len(set(late.ids)) == 6


@pytest.mark.broker
def test_files_are_taken_over_while_it_runs_and_bad_ones_are_not(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    with serving(always(204)) as desk, serving(always(204)) as second:
        receivers, routes = tmp_path / "receivers.toml", tmp_path / "routes.toml"
        with alerting(tmp_path, kafka.servers, namespace, hooks(desk=desk), ROUTES):
            until(heard(tmp_path, "started"), "the service to be up")
            routes.write_text(ROUTES + 'group_wait = "soon"\n', encoding="utf-8")
            until(heard(tmp_path, "refused", "routes.toml:5: route.0.group_wait"), "the refusal")
            publish(cluster, [event(0)])
            until(lambda: len(desk.received) == 1, "an alert by the old routes")
            receivers.write_text(hooks(desk=desk, second=second), encoding="utf-8")
            routes.write_text(ROUTES.replace('"desk"', '"second"'), encoding="utf-8")
            until(heard(tmp_path, "taken over"), "the new files")
            publish(cluster, [event(1)])
            until(lambda: len(second.received) == 2, "the last hour's alerts by the new routes")
    assert len(desk.received) == 1


@pytest.mark.broker
def test_a_new_receiver_is_not_told_what_is_no_news_any_more(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    old, fresh = [event(n) for n in range(3)], event(9)
    producer = cluster.producer()
    for told, hours in ((old[0], 48), (old[1], 3), (old[2], 2), (fresh, 0)):
        at = datetime.now(UTC) - timedelta(hours=hours)
        producer.send(
            cluster.name(STORIES_EVENTS),
            key=told.story.id.encode(),
            value=encode(told),
            timestamp_ms=int(at.timestamp() * 1000),
        )
    producer.flush()
    producer.close()
    with (
        serving(always(204)) as desk,
        alerting(tmp_path, kafka.servers, namespace, hooks(desk=desk), ROUTES),
    ):
        until(lambda: settled(cluster, Outcome.DELIVERED, 1), "what is news")
        publish(cluster, [event(10)])
        until(lambda: settled(cluster, Outcome.DELIVERED, 2), "what comes after")
    assert desk.ids[0] == alert_id(fresh.id, "desk")


@pytest.mark.broker
def test_a_receiver_that_is_gone_stays_so_until_it_is_enabled(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    events = [event(n) for n in range(3)]
    with serving(first(1, say(410))) as desk, serving(always(204)) as ops:
        receivers = 'operator = "ops"\n' + hooks(desk=desk, ops=ops)
        with alerting(tmp_path, kafka.servers, namespace, receivers, ROUTES) as process:
            publish(cluster, events[:1])
            until(lambda: len(ops.received) == 1, "the operator to be told")
            os.kill(process.pid, signal.SIGKILL)
        with alerting(tmp_path, kafka.servers, namespace, receivers, ROUTES):
            publish(cluster, events[1:])
            until(lambda: settled(cluster, Outcome.PENDING, 2), "alerts to wait")
            listed = newswatch(cluster, "receiver", "list").stdout
            tried = len(desk.received)
            assert newswatch(cluster, "receiver", "enable", "desk").returncode == 0
            until(lambda: len(desk.received) == 4, "all that waited")
            until(lambda: settled(cluster, Outcome.DELIVERED, 4), "the ledger to know")
    assert listed.startswith("desk  disabled since ")
    assert tried == 1
    assert desk.ids[0] == desk.ids[1]
    assert sorted(desk.ids[1:]) == sorted(alert_id(e.id, "desk") for e in events)
    assert "newswatch receiver enable desk" in texts(ops)[0]
    assert newswatch(cluster, "receiver", "list").stdout == ""
    assert newswatch(cluster, "receiver", "enable", "desk").returncode == 2


@pytest.mark.broker
def test_past_the_last_try_it_is_a_dead_letter_and_the_operator_knows(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    old = _tried_for_days(event(0))
    _write(cluster, old)
    with serving(always(500)) as desk, serving(always(204)) as ops:
        receivers = 'operator = "ops"\n' + hooks(desk=desk, ops=ops)
        with alerting(tmp_path, kafka.servers, namespace, receivers, ROUTES):
            until(lambda: len(ops.received) == 1, "the operator to be told")
            until(lambda: not cluster.read_compacted(NOTICES), "the notice to be done with")
    (dead,) = cluster.read(ALERTS_DEAD)
    assert dead.key.decode() == old.alert
    assert ("reason", b"exhausted") in dead.headers
    assert texts(ops) == [f"alert {old.alert} to desk is dead (exhausted) after 10 tries"]


@pytest.mark.broker
def test_what_was_told_half_a_year_ago_is_taken_out_of_the_ledger(
    kafka: Broker, cluster: Kafka, namespace: str, tmp_path: Path
) -> None:
    old, recent = (replace(_tried_for_days(event(n)), outcome=Outcome.DELIVERED) for n in (0, 1))
    _write(cluster, replace(old, at=datetime.now(UTC) - KEEP))
    _write(cluster, recent)
    with (
        serving(always(204)) as desk,
        alerting(tmp_path, kafka.servers, namespace, hooks(desk=desk), ROUTES),
    ):
        until(lambda: [d.alert for d in ledger(cluster)] == [recent.alert], "the old to be gone")


def _tried_for_days(news: StoryEvent) -> Delivery:
    """The ledger's record of an alert whose last try is due."""
    now = datetime.now(UTC)
    return Delivery(
        alert=alert_id(news.id, "desk"),
        receiver="desk",
        event=news.id,
        story=news.story.id,
        outcome=Outcome.RETRY,
        attempts=9,
        step=9,
        at=now - timedelta(hours=24),
        first_at=now - timedelta(hours=76),
        next_at=now,
        held=replace(news, at=now - timedelta(hours=76)),
    )


def _write(cluster: Kafka, delivery: Delivery) -> None:
    producer, key = cluster.producer(), delivery.alert.encode()
    producer.send(cluster.name(DELIVERIES), key=key, value=encode(delivery), partition=0)
    producer.flush()
    producer.close()


@pytest.mark.broker
def test_the_route_command_tells_whom_when_and_why(cluster: Kafka, tmp_path: Path) -> None:
    routes = tmp_path / "routes.toml"
    routes.write_text(ROUTES + 'group_wait = "5m"\n', encoding="utf-8")
    news = event(0)
    asked = ("route", "test", "--routes", str(routes))
    told = newswatch(cluster, *asked, stdin=encode(news) + b"\nno json\n")
    assert told.returncode == 2
    assert told.stderr.startswith("line 2: ")
    headline, line = told.stdout.splitlines()
    assert headline == f"opened {news.story.id}: {news.story.headline}"
    assert line.startswith("  desk: in 0:05:00, at ")
    assert line.endswith(f"route /all, with '/all story={news.story.id}'")
