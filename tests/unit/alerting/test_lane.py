"""What a lane makes of records that nothing can be told of, on a journal of the test's own."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from prometheus_client import CollectorRegistry

from services.alerting.incoming import Incoming
from services.alerting.lane import TURN, Lane
from services.alerting.ledger import KEEP
from services.alerting.message import Failure, Reason, Request, Response
from services.alerting.metrics import Metrics
from services.alerting.receivers.log import Log
from services.alerting.report import Reporter
from services.alerting.route import Directive, directives
from services.alerting.speak import Speaker
from services.alerting.standing import Notice, Standing, fingerprint, notice_of
from services.alerting.tree import Route, rooted
from services.alerting.windows import Window
from shared.codec import encode
from shared.headers import MAX_CARRIED
from shared.records import Delivery, Outcome, StoryEvent
from tests.unit.alerting.stories import story_event

TOLD = rooted((Route(name="all", receivers=("desk",)),))


class Read:
    """A journal that has one record; it keeps what is rejected, and stops the lane after a turn."""

    ready = holds = True
    in_doubt = False

    def __init__(self, value: bytes | None) -> None:
        self.value = value
        self.rejected: list[tuple[bytes | None, str]] = []
        self.written: list[str] = []
        self.lane: Lane | None = None
        self.closed = False

    def take(self, *, more: bool) -> None:
        assert more

    def poll(self, _ledger: object, _seconds: float) -> list[Incoming]:
        assert self.lane
        self.lane.stop()
        return [Incoming(partition=0, offset=7, key=b"k", value=self.value, headers={})]

    def reject(self, incoming: Incoming, reason: str, _now: datetime) -> None:
        self.rejected.append((incoming.value, reason))

    def write(self, delivery: Any, _partition: int) -> None:
        self.written.append(delivery.event)

    def commit(self) -> None:
        """All of it is sure."""

    def lag(self) -> Iterator[tuple[int, int]]:
        return iter(())

    def close(self) -> None:
        self.closed = True


class Empty(Read):
    """A journal of a topic without records, for so many turns; it keeps what is done in order."""

    def __init__(self, turns: int) -> None:
        super().__init__(None)
        self.done: list[str] = []
        self._turns = turns

    def poll(self, _ledger: object, _seconds: float) -> list[Incoming]:
        assert self.lane
        self._turns -= 1
        if self._turns < 0:
            self.lane.stop()
        return []

    def write(self, delivery: Any, _partition: int) -> None:
        self.done.append(f"write {delivery.alert}: {delivery.outcome}")

    def sure(self) -> None:
        self.done.append("sure")

    def notified(self, notice: str) -> None:
        self.done.append(f"notified {notice}")

    def erase(self, alert: str, _partition: int) -> None:
        self.done.append(f"erase {alert}")

    def read_again(self) -> None:
        self.done.append("read again")


class Nobody:
    """Says nothing but these notices, and how the receiver stands."""

    def __init__(self, *notices: Notice, standing: Standing | None = None) -> None:
        self._notices, self._standing = notices, standing

    def standing(self, _receiver: str) -> Standing | None:
        return self._standing

    def has_operator(self, _receiver: str) -> bool:
        return False

    def notices(self, _receiver: str) -> tuple[Notice, ...]:
        return self._notices


def read(value: bytes | None, direct: Any) -> tuple[Read, CollectorRegistry]:
    """One turn of a lane whose journal has this record."""
    journal, registry = Read(value), CollectorRegistry()
    run(journal, registry, direct, Nobody())
    return journal, registry


class Edge(Speaker):
    """Keeps how it was let go of."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def hurry(self) -> None:
        self.done.append("hurry")

    def close(self) -> None:
        self.done.append("close")


RECEIVER = Log(kind="log")


def run(
    journal: Read,
    registry: CollectorRegistry,
    direct: Any,
    heed: Nobody,
    edge: Edge | None = None,
) -> None:
    """A lane with this journal, until that stops it."""
    receiver, edge = RECEIVER, edge or Edge()
    lane = Lane(
        "desk",
        receiver,
        journal=journal,  # type: ignore[arg-type]
        edge=edge,
        reveal=str,
        direct=direct,
        heed=heed,
        reader=receiver.reader("", {}),
        report=Reporter("desk", Metrics(registry)),
    )
    journal.lane = lane
    lane.run()
    assert (edge.done, journal.closed) == (["hurry", "close"], True)


def routed(event: StoryEvent, receiver: str, now: datetime) -> Directive | None:
    return directives(TOLD, event, now, lambda *_: False).get(receiver)


def broken(*_: object) -> None:
    raise OverflowError("date value out of range")


EVENT = story_event("en", at=datetime.now(UTC))
LONG = replace(EVENT, story=replace(EVENT.story, id="s" * (MAX_CARRIED // 3)))


@pytest.mark.parametrize(
    ("value", "direct", "reason"),
    [
        (None, routed, Reason.UNDECODABLE),
        (b'{"x":' + b"[" * 100_000, routed, Reason.UNDECODABLE),
        (encode(EVENT), broken, Reason.FAILED),
        (b" " * (MAX_CARRIED + 1), routed, Reason.TOO_LARGE),
        (encode(LONG), routed, Reason.TOO_LARGE),
    ],
    ids=["nothing", "bottomless", "a fault of ours", "too large", "its ledger record is too large"],
)
def test_a_record_that_nothing_can_be_told_of_is_put_aside_and_counted(
    value: bytes | None, direct: Any, reason: Reason
) -> None:
    journal, registry = read(value, direct)
    [(kept, said)] = journal.rejected
    assert kept == value
    assert said.startswith(f"{reason}: ")
    assert not journal.written
    labels = {"stage": "alerting-desk", "outcome": reason.value}
    assert registry.get_sample_value("newswatch_records_total", labels) == 1


def test_any_other_waits_and_is_counted() -> None:
    journal, registry = read(encode(EVENT), routed)
    assert (journal.rejected, journal.written) == ([], [EVENT.id])
    labels = {"stage": "alerting-desk", "outcome": Reason.ADMITTED.value}
    assert registry.get_sample_value("newswatch_records_total", labels) == 1


def test_while_its_receiver_is_disabled_a_lane_reads_on_and_tells_nothing() -> None:
    now, journal = datetime.now(UTC), Empty(turns=2)
    notice = notice_of("other", "it is back", now)
    gone = Standing(receiver="desk", at=now, disabled="gone", settings=fingerprint(RECEIVER))

    run(journal, CollectorRegistry(), routed, Nobody(notice, standing=gone))

    assert journal.done == [f"write {notice.id}: pending"]


@pytest.mark.parametrize(
    ("began", "ended", "hours", "told"),
    [(4, 2, 3, []), (4, 2, 6, ["late"]), (1, -1, -6, [])],
    ids=["read late", "read late, from before", "of a clock that runs ahead"],
)
def test_an_event_is_muted_as_of_its_own_time_unless_that_is_still_to_come(
    began: int, ended: int, hours: int, told: list[str]
) -> None:
    """Mute times that were over when alerting was started again, or its offsets were lost."""
    now = datetime.now(UTC)
    from_, to = (now - timedelta(hours=ago) for ago in (began, ended))
    at = {"from": from_.time(), "to": to.time()}
    root = rooted((Route(name="all", receivers=("desk",), mute=(Window.model_validate(at),)),))
    late = replace(EVENT, id="late", at=now - timedelta(hours=hours))

    journal, _ = read(
        encode(late), lambda *asked: directives(root, asked[0], asked[2], _never).get("desk")
    )

    assert journal.written == told


def _never(*_: object) -> bool:
    return False


def test_a_notice_leaves_its_topic_only_once_the_ledger_surely_says_that_it_was_told() -> None:
    """Else who died in between would have told it, and nothing would say so."""
    notice = notice_of("other", "it is disabled", datetime.now(UTC))
    journal = Empty(turns=2)

    run(journal, CollectorRegistry(), routed, Nobody(notice))

    assert journal.done[2:5] == [  # before it was told: that it waits
        f"write {notice.id}: delivered",
        "sure",
        f"notified {notice.id}",
    ]


class Waiting(Empty):
    """A journal of a ledger with four alerts; it keeps when it was polled."""

    group = "alerting-desk"

    def poll(self, ledger: Any, seconds: float) -> list[Incoming]:
        if not self.done:
            for number in range(4):
                event = story_event("en", number)
                ledger.enter(replace(WAITING, alert=str(number), held=event), 0)
        self.done.append("poll")
        return super().poll(ledger, seconds)

    def write(self, delivery: Any, _partition: int) -> None:
        self.done.append(delivery.outcome.value)

    def lag(self) -> Iterator[tuple[int, int]]:
        return iter([(0, 7)])


class Slow(Edge):
    """Takes more than half of a turn for a message."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def send(self, request: Request) -> Response | Failure:
        self.now += 0.6 * TURN
        return super().send(request)


def test_a_lane_with_a_slow_receiver_polls_in_between_and_says_how_it_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who does not poll is taken for dead, and another tells the same."""
    journal, registry, edge = Waiting(turns=2), CollectorRegistry(), Slow()
    monkeypatch.setattr("services.alerting.lane.time.monotonic", lambda: edge.now)
    run(journal, registry, routed, Nobody(), edge)
    told = ["delivered", "sure"] * 2
    first = ["pending", "sure"]  # the ledger takes records
    assert journal.done == ["poll", *first, *told, "poll", *told, "poll"]
    for gauge, value in (("waiting_alerts", 0), ("receiver_held", 1), ("receiver_up", 1)):
        name = f"newswatch_alerting_{gauge}"
        assert registry.get_sample_value(name, {"receiver": "desk"}) == value
    labels = {"group": "alerting-desk", "topic": "stories.events", "partition": "0"}
    assert registry.get_sample_value("newswatch_consumer_lag_records", labels) == 7


class Grown(Empty):
    """A journal of a ledger that has an alert of long ago; its events' topic is made anew."""

    def poll(self, ledger: Any, seconds: float) -> list[Incoming]:
        assert self.lane
        if self._turns == 2:
            ledger.enter(replace(WAITING, outcome=Outcome.DELIVERED, at=EVENT.at - 2 * KEEP), 0)
            self.lane.read_again()
        return super().poll(ledger, seconds)


def test_a_topic_that_was_made_anew_is_read_again_once_and_what_is_old_forgotten() -> None:
    journal = Grown(turns=2)
    run(journal, CollectorRegistry(), routed, Nobody())
    assert journal.done == ["erase a", "read again"]


WAITING = Delivery(
    alert="a", receiver="desk", event="e", story="s", outcome=Outcome.PENDING, at=EVENT.at
)


class Losing(Empty):
    """A journal of a ledger with an alert. Its topic is lost before the last poll, or after it.

    The answers are to who asks whether the receiver is still ours.
    """

    in_doubt = True

    def __init__(self, answers: list[bool], *, late: bool = False) -> None:
        super().__init__(turns=0 if late else answers.count(False))
        self._answers, self._late = answers, late

    def poll(self, ledger: Any, seconds: float) -> list[Incoming]:
        assert self.lane
        ledger.enter(WAITING, 0)
        if not self._late:
            self.lane.write_again()
        return super().poll(ledger, seconds)

    def commit(self) -> None:
        assert self.lane
        if self._late:
            self.lane.write_again()

    def still_holds(self) -> bool:
        return self._answers.pop(0)

    def forsake(self) -> None:
        self.done.append("forsake")


@pytest.mark.parametrize(
    "journal",
    [Losing([True]), Losing([False, True]), Losing([True], late=True)],
    ids=["ours", "not ours for sure at first", "told to stop meanwhile"],
)
def test_a_lost_ledger_is_written_again_before_anything_else_and_before_the_lane_ends(
    journal: Losing,
) -> None:
    """Who took it for another's would go by what is written: nothing."""
    run(journal, CollectorRegistry(), routed, Nobody())

    assert journal.done == ["write a: pending", "sure"]
