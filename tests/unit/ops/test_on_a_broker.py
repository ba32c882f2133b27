"""What the commands that talk to Kafka read and write: on a broker that is a list."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from services.alerting.silence import Silence
from services.alerting.standing import Standing
from services.ops import broker as real
from services.ops import dead, receiver, silence
from services.ops.replay import replay
from shared.codec import decode, encode
from shared.headers import CUT, for_one
from shared.identity import alert_id
from shared.kafka import Headers
from shared.records import Delivery, EventKind, Outcome, Record, StoryEvent
from shared.topics import (
    ALERTING_GROUPS,
    ALERTS_DEAD,
    ARTICLES_RAW,
    DELIVERIES,
    RECEIVERS_STATE,
    SILENCES,
    STORIES_EVENTS,
    Topic,
)
from tests.unit.alerting.stories import T0, story_event

SHIPPED = Path(__file__).parents[3] / "deploy/config"
HOUR = timedelta(hours=1)


@dataclass
class Fake:
    """A broker with every topic. What is sent to it is on the topic, and in `sent`."""

    topics: dict[str, list[Any]] = field(default_factory=dict)
    sent: list[tuple[str, bytes | None, bytes | None, Headers]] = field(default_factory=list)
    started: tuple[str, ...] = ("desk",)

    def put(
        self, topic: Topic, key: str, value: Record | bytes | None, *headers: tuple[str, bytes],
        at: datetime = T0,
    ) -> None:  # fmt: skip
        there = self.topics.setdefault(topic.name, [])
        there.append(
            SimpleNamespace(
                key=key.encode(), headers=list(headers), partition=0, offset=len(there),
                value=encode(value) if isinstance(value, Record) else value,
                timestamp=int(at.timestamp() * 1000),
            )
        )  # fmt: skip

    def name(self, topic: Topic) -> str:
        return topic.name

    def partitions(self, topics: Iterable[Topic]) -> dict[Topic, int]:
        return dict.fromkeys(topics, 1)

    def groups(self) -> frozenset[str]:
        return frozenset(ALERTING_GROUPS + name for name in self.started) | {"gather"}

    def read(self, topic: Topic) -> Iterator[Any]:
        return iter(self.topics.get(topic.name, []))

    def read_compacted(self, topic: Topic) -> dict[bytes, bytes]:
        state = {record.key: record.value for record in self.read(topic)}
        return {key: value for key, value in state.items() if value is not None}

    def producer(self) -> "Fake":
        return self

    def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers) -> "Fake":
        self.sent.append((topic, key, value, headers))
        return self

    def get(self, timeout: float) -> None:
        """Whoever waits for it finds it there."""

    def close(self) -> None:
        """It holds nothing."""


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> Fake:
    fake = Fake()
    monkeypatch.setattr(real, "Kafka", lambda *_, **__: fake)
    return fake


Said = Callable[[], str]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    return lambda: capsys.readouterr().out


# ── dead letters ────────────────────────────────────────────────────────────────────────────────


def given_up(event: StoryEvent, to: str = "desk", outcome: Outcome = Outcome.DEAD) -> Delivery:
    return Delivery(
        alert=alert_id(event.id, to), receiver=to, event=event.id, story=event.story.id,
        outcome=outcome, at=T0, held=event,
    )  # fmt: skip


def letter(kafka: Fake, entry: Delivery, at: datetime = T0) -> None:
    headers = [("receiver", entry.receiver.encode()), ("reason", b"HTTP 400")]
    kafka.put(ALERTS_DEAD, entry.alert, entry, *headers, at=at)


def test_an_alert_goes_again_to_whom_it_was_for_unless_it_was_told_meanwhile(
    kafka: Fake, said: Said
) -> None:
    first, second, third = (story_event(number=number) for number in range(3))
    for event in (first, first, second, third):
        letter(kafka, given_up(event))
    kafka.put(DELIVERIES, given_up(first).alert, given_up(first))
    kafka.put(DELIVERIES, given_up(second).alert, given_up(second, outcome=Outcome.DELIVERED))

    assert dead.redrive(dry_run=True) == 0
    assert kafka.sent == []
    assert said() == "1 would be sent to stories.events\n"
    assert dead.redrive() == 0
    wanted = ("stories.events", first.story.id.encode(), encode(first), for_one("desk"))
    assert kafka.sent == [wanted], "once, and not what the ledger knows as told, or not at all"
    assert said() == "1 were sent to stories.events\n"


def test_what_a_stage_gave_up_goes_back_to_the_topic_it_came_from(kafka: Fake) -> None:
    kafka.put(ARTICLES_RAW.dead, "a", b"{", ("lane", b"replay"), ("reason", b"no JSON"))
    kafka.put(ARTICLES_RAW.dead, "b", b"{", (CUT, b"9000000 bytes"))
    assert dead.redrive(topic="articles.raw.dead") == 0
    assert kafka.sent == [("articles.raw", b"a", b"{", [("lane", b"replay")])]


def test_dead_letters_are_listed_by_receiver_and_time(kafka: Fake, said: Said) -> None:
    for number, to in enumerate(("desk", "phone", "desk")):
        letter(kafka, given_up(story_event(number=number), to), at=T0 + number * HOUR)
    dead.listed(receiver="desk")
    assert [line.split()[0] for line in said().splitlines()] == ["0-0", "0-2"]
    dead.listed(since=(T0 + HOUR).isoformat())
    lines = said().splitlines()
    assert [line.split()[0] for line in lines] == ["0-1", "0-2"], "what came at that time, too"
    assert lines[0].split()[1:6] == ["2026-11-20", "09:30:00", "phone", "HTTP", "400"]


def test_one_dead_letter_is_shown_as_it_is(
    kafka: Fake, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    kafka.put(ARTICLES_RAW.dead, "a", b"\xff{", ("reason", b"no JSON\x1b[2J"))
    kafka.put(ARTICLES_RAW.dead, "a", None)
    assert dead.show("0-0", topic="articles.raw.dead") == 0
    out, err = capfdbinary.readouterr()
    assert (out, b"\x1b" in err) == (b"\xff{\n", False)
    assert b"reason: no JSON" in err
    assert dead.show("0-1", topic="articles.raw.dead") == 0
    assert capfdbinary.readouterr().out == b"\n"
    assert dead.show("0-2", topic="articles.raw.dead") == dead.MISTAKEN


@pytest.mark.parametrize("topic", ["stories.events", "x.dead"])
def test_only_topics_of_dead_letters_are_sent_again(kafka: Fake, topic: str) -> None:
    with pytest.raises(SystemExit, match=f"^{dead.MISTAKEN}$"):
        dead.redrive(topic=topic)
    assert kafka.sent == []


# ── history, told again ─────────────────────────────────────────────────────────────────────────


def test_history_goes_to_one_receiver_each_event_once_oldest_first(kafka: Fake, said: Said) -> None:
    events = [story_event(number=number, at=T0 + number * HOUR) for number in range(5)]
    for event in reversed([*events, events[2]]):
        kafka.put(STORIES_EVENTS, event.story.id, event)
    kafka.put(STORIES_EVENTS, "x", replace(events[1], id="other"), *for_one("phone"))
    kafka.put(STORIES_EVENTS, "x", b"{")
    kafka.put(STORIES_EVENTS, "x", replace(events[1], id="grew", kind=EventKind.GREW))
    span = {"since": (T0 + HOUR).isoformat(), "until": (T0 + 3 * HOUR).isoformat()}

    assert replay(deliver="desk", dry_run=True, **span) == 0
    assert (kafka.sent, said()) == ([], "3 would be sent to desk\n")
    assert replay(deliver="desk", **span) == 0
    assert kafka.sent == [
        ("stories.events", event.story.id.encode(), encode(event), for_one("desk"))
        for event in events[1:4]
    ]
    assert said() == "3 were sent to desk\n"


def test_history_of_one_watch_and_of_other_kinds(kafka: Fake) -> None:
    here = story_event(kind=EventKind.GREW)
    there = replace(here, id="there", story=replace(here.story, watch="armenia-azerbaijan"))
    for event in (here, there):
        kafka.put(STORIES_EVENTS, event.story.id, event)
    since = T0.isoformat()
    replay(deliver="desk", since=since, kind=(EventKind.GREW,), watch=here.story.watch)
    assert [value for _, _, value, _ in kafka.sent] == [encode(here)]


def test_a_slip_in_a_name_is_told_and_nothing_is_sent(kafka: Fake) -> None:
    slip = "iran-turkye"
    with pytest.raises(SystemExit):
        replay(deliver="desk", since="1d", watch=slip, config_dir=SHIPPED)
    with pytest.raises(SystemExit):
        silence.add(length="1h", watch=slip, config_dir=SHIPPED)
    with pytest.raises(SystemExit):
        replay(deliver="dekst", since="1d")
    with pytest.raises(SystemExit):
        silence.add(length="1h", receiver="dekst")
    assert kafka.sent == []


# ── silences, and receivers ─────────────────────────────────────────────────────────────────────


def test_a_silence_is_made_listed_and_lifted(kafka: Fake, said: Said) -> None:
    before = datetime.now(UTC)
    assert silence.add(length="2h", topic="sport", receiver="desk", by="ada", why="a cup") == 0
    own = said().strip()
    ((topic, key, value, headers),) = kafka.sent
    assert (topic, key, headers) == ("silences", own.encode(), [])
    made = decode(value or b"", Silence)
    assert before + 2 * HOUR <= made.until <= datetime.now(UTC) + 2 * HOUR
    assert made == Silence(
        id=own, until=made.until, made=made.made, by="ada", why="a cup", receiver="desk",
        topic="sport",
    )  # fmt: skip

    kafka.put(SILENCES, own, made)
    kafka.put(SILENCES, "later", replace(made, id="later", until=made.until + HOUR))
    kafka.put(SILENCES, "over", replace(made, id="over", until=before))
    silence.listed()
    first, second = said().splitlines()
    assert first.startswith(f"{own}  until ")
    assert first.endswith("  topic=sport for desk  ada a cup")
    assert second.startswith("later ")
    silence.listed(everything=True)
    assert said().startswith("over ")

    assert silence.lift("over") == silence.lift("nosuch") == silence.MISTAKEN
    assert silence.lift(own) == 0
    assert decode(kafka.sent[-1][2] or b"", Silence).until <= datetime.now(UTC)


@pytest.mark.parametrize("fit", [{}, {"length": "soon", "story": "s"}])
def test_no_silence_is_made_of_everything_or_for_no_time(kafka: Fake, fit: dict[str, str]) -> None:
    assert silence.add(**{"length": "1h"} | fit) == silence.MISTAKEN
    assert kafka.sent == []


@pytest.mark.parametrize("length", ["99999999d", "9" * 400 + "h"])
def test_a_length_past_every_calendar_is_a_mistake(kafka: Fake, length: str) -> None:
    assert silence.add(length=length, story="s") == silence.MISTAKEN
    assert kafka.sent == []
    with pytest.raises(SystemExit, match=f"^{dead.MISTAKEN}$"):
        dead.listed(since=length)


def test_a_disabled_receiver_is_listed_and_enabled_by_name(kafka: Fake, said: Said) -> None:
    for name, why in (("phone", "410"), ("desk", "HTTP 401"), ("web", "")):
        kafka.put(RECEIVERS_STATE, name, Standing(receiver=name, at=T0, disabled=why))
    receiver.listed()
    assert said().splitlines() == [
        f"{name}  disabled since 2026-11-20T08:30+00:00  {why}"
        for name, why in (("desk", "HTTP 401"), ("phone", "410"))
    ]
    assert receiver.enable("web") == receiver.MISTAKEN
    assert receiver.enable("nosuch") == receiver.MISTAKEN
    assert kafka.sent == []
    assert receiver.enable("desk", by="ada") == 0
    ((topic, key, value, _),) = kafka.sent
    standing = decode(value or b"", Standing)
    assert (topic, key) == ("receivers.state", b"desk")
    assert (standing.receiver, standing.by, standing.disabled) == ("desk", "ada", "")
    assert standing.at > T0
