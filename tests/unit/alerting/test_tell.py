"""What a receiver is told and when, on a clock of the test's own."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

import pytest
from kafka.errors import TopicAuthorizationFailedError
from msgspec import structs
from prometheus_client import CollectorRegistry
from standardwebhooks import Webhook as Receiving

from services.alerting.admit import admitted_notice
from services.alerting.books import Books
from services.alerting.breaker import THRESHOLD
from services.alerting.message import Failure, Reason, Request, Response
from services.alerting.metrics import Metrics
from services.alerting.receivers.receiver import Receiver
from services.alerting.receivers.slack import Slack
from services.alerting.receivers.slack_bot import SlackBot
from services.alerting.receivers.webhook import Webhook
from services.alerting.report import Reporter
from services.alerting.route import Directive
from services.alerting.signature import BadSecret
from services.alerting.standing import Notice, Standing, enabled, fingerprint, notice_of
from services.alerting.tell import Teller
from services.alerting.timing import Timing
from shared.codec import Undecodable, decode
from shared.identity import alert_id
from shared.records import Delivery, Outcome, StoryEvent
from shared.vault import NoSecret
from tests.unit.alerting.stories import T0, story_event

SECRET = "whsec_" + base64.b64encode(b"a secret of twenty-four b").decode()
HOOK = Webhook(kind="webhook", url="https://hooks.example/x", secrets=("env:S",))
BOT = SlackBot(kind="slack-bot", token="env:S", channel="C")  # noqa: S106  a reference
CHAT = Slack(kind="slack", url="https://hooks.example/y")
ABROAD = Slack(kind="slack", url="https://hooks.example/y", rate=None, timezone="Asia/Tehran")
(ARTICLE, *_) = story_event("en", 0).story.articles


class Written:
    """A journal that keeps what is written to it."""

    holds = True

    def __init__(self) -> None:
        self.standings: list[Standing] = []
        self.notices: list[Notice] = []
        self.dead: list[Delivery] = []
        self.done: list[str] = []
        self.ledger: list[Delivery] = []
        self.held, self.in_doubt, self.takes_nothing = True, False, False
        self.is_sure = True

    def write(self, delivery: Delivery, _partition: int) -> None:
        self.ledger.append(delivery)
        self.is_sure &= delivery.outcome is Outcome.SUPPRESSED  # it would be so again

    def still_holds(self) -> bool:
        self.done.append("ask")
        return self.held

    def forsake(self) -> None:
        self.done.append("forsake")

    def sure(self) -> None:
        if self.takes_nothing:
            raise TopicAuthorizationFailedError
        self.is_sure = True

    def stand(self, standing: Standing) -> None:
        self.standings.append(standing)

    def notify(self, notice: Notice) -> None:
        self.notices.append(notice)

    def bury(self, delivery: Delivery, _source: str, _now: datetime) -> None:
        self.dead.append(delivery)


class World:
    """A teller, its books, a clock, and a receiver that answers as the test says."""

    def __init__(self, receiver: Receiver, answer: Callable[[int], int]) -> None:
        self.now, self.sent = T0, list[tuple[datetime, Request]]()
        self.loses_touch = False
        self.trouble: Exception | None = None
        self.fails_at, self.chokes_on, self.choking = "", b"", 500
        self.silenced, self.has_operator = "", True
        self.registry = CollectorRegistry()
        self.written, self._answer = Written(), answer
        journal: Any = self.written
        self.books = Books(journal)
        self.teller = Teller(
            "desk",
            receiver,
            books=self.books,
            edge=self,
            reveal=self._reveal,
            direct=self._direct,
            has_operator=lambda: self.has_operator,
            reader=receiver.reader("", {}),
            report=Reporter("desk", Metrics(self.registry)),
            clock=lambda: self.now,
        )

    def _reveal(self, reference: str) -> str:
        if self.trouble:
            raise self.trouble
        return SECRET if reference == "env:S" else reference

    def _direct(self, event: StoryEvent, receiver: str, _now: datetime) -> Directive:
        unsaid = Reason.SILENCED if event.story.id == self.silenced else Reason.MUTED
        return Directive(receiver=receiver, route="r", group="", timing=Timing(), unsaid=unsaid)

    def send(self, request: Request) -> Response | Failure:
        assert self.written.is_sure, "nothing goes out of which the ledger may not know"
        self.sent.append((self.now, request))
        self.written.in_doubt |= self.loses_touch
        if self.chokes_on and self.chokes_on in request.body:
            return Response(status=self.choking)
        fails = self.fails_at and request.headers.get("webhook-id") == self.fails_at
        said = json.dumps({"ok": True, "channel": "C", "ts": str(len(self.sent))}).encode()
        said = said if request.url.startswith(BOT.api) else b"ok"
        return Response(status=500 if fails else self._answer(len(self.sent)), body=said)

    def hurry(self) -> None:
        """At once already."""

    def close(self) -> None:
        """Nothing to close."""

    def admit(
        self,
        number: int,
        group: str = "",
        *,
        at: datetime | None = None,
        grew: str = "",
        edit: bool = False,
        **story: Any,
    ) -> str:
        event = story_event("en", number)
        told = structs.replace(event.story, **story)
        event = structs.replace(event, id=event.id + grew, story=told, at=at or event.at)
        alert = alert_id(event.id, "desk")
        self.books.enter(
            Delivery(
                alert=alert,
                receiver="desk",
                event=event.id,
                story=event.story.id,
                outcome=Outcome.PENDING,
                at=self.now,
                next_at=self.now,
                group=group,
                edit=edit,
                held=event,
            ),
            0,
        )
        return alert

    def tell_all(self) -> None:
        while self.teller.tell():
            pass

    def run_out(self) -> None:
        """Until nothing waits, from one due time to the next."""
        self.tell_all()
        while waiting := self.books.ledger.waiting:
            due = max(d.next_at for d in waiting.values() if d.next_at)
            self.now = max(due, self.now + timedelta(seconds=1))  # the breaker may be open beyond
            self.tell_all()


def test_every_retry_is_signed_at_its_own_time_under_one_id(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World(HOOK, lambda count: 500 if count < 10 else 204)
    alert = world.admit(0)
    world.run_out()
    assert len(world.sent) == 10
    assert world.sent[-1][0] - world.sent[0][0] > timedelta(days=2)
    for at, request in world.sent:
        monkeypatch.setattr("standardwebhooks.webhooks.datetime", _at(at))
        Receiving(SECRET).verify(request.body, dict(request.headers))
        assert request.headers["webhook-id"] == alert
    assert world.books.ledger.delivered(alert)


def _at(moment: datetime) -> type[datetime]:
    class Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return moment.astimezone(tz)

    return Then


def test_nothing_is_told_before_the_ledger_has_shown_that_it_takes_records() -> None:
    """Else each start would tell it, and end over what the ledger is to say of it."""
    world = World(HOOK, lambda _: 204)
    alert = world.admit(0)
    world.written.takes_nothing = True
    with pytest.raises(TopicAuthorizationFailedError):
        world.tell_all()
    assert world.sent == []

    world.written.takes_nothing = False
    world.tell_all()
    world.admit(1)
    world.tell_all()

    assert len(world.sent) == 2
    assert [(one.alert == alert, one.outcome) for one in world.written.ledger[-3:]] == [
        (True, Outcome.PENDING),
        (True, Outcome.DELIVERED),
        (False, Outcome.DELIVERED),
    ]


def test_what_waits_is_told_in_time_where_the_clock_is_set_back() -> None:
    world = World(HOOK, lambda _: 204)
    world.now += timedelta(hours=3)
    alert = world.admit(0)
    world.now -= timedelta(hours=3)

    world.tell_all()

    assert world.books.ledger.delivered(alert)


def test_past_the_last_try_it_is_buried_and_the_operator_is_to_know() -> None:
    world = World(HOOK, lambda _: 500)
    alert = world.admit(0)
    world.run_out()
    assert [dead.alert for dead in world.written.dead] == [alert]
    assert [n.text for n in world.written.notices] == [
        f"alert {alert} to desk is dead (exhausted) after 10 tries"
    ]


def test_of_one_dead_alert_the_operator_is_told_once_though_it_was_buried_twice() -> None:
    """Whoever wrote it down was killed before the broker had all of it."""
    world, again = World(HOOK, lambda _: 500), World(HOOK, lambda _: 500)
    world.admit(0)
    world.run_out()
    again.now = world.now + timedelta(minutes=1)
    again.books.ledger.enter(world.written.ledger[-2], 0)
    again.run_out()
    assert [n.id for n in again.written.notices] == [n.id for n in world.written.notices]


def test_of_a_notice_that_cannot_be_told_there_is_no_notice_nor_where_nobody_would_be_told() -> (
    None
):
    operators, alone = World(CHAT, lambda _: 400), World(CHAT, lambda _: 400)
    operators.books.enter(admitted_notice(notice_of("other", "it is gone", T0), "desk", T0), 0)
    alone.has_operator = False
    alone.admit(0)
    for world in (operators, alone):
        world.run_out()
        assert len(world.written.dead) == 1
        assert world.written.notices == []


def test_what_became_of_alerts_is_counted() -> None:
    world = World(HOOK, lambda count: {1: 500, 2: 400}.get(count, 204))
    for number in range(3):
        world.admit(number, at=T0 + timedelta(minutes=number))
    world.run_out()
    (notice,) = world.written.notices
    assert notice.text.endswith("is dead (refused) at the first try")
    for name, label, value in (
        ("alerting_alerts_total", {"outcome": "delivered"}, 2),
        ("alerting_alerts_total", {"outcome": "dead"}, 1),
        ("alerting_attempts_total", {"reason": "delivered"}, 2),
        ("alerting_attempts_total", {"reason": "server-error"}, 1),
        ("alert_latency_seconds_count", {}, 2),
    ):
        labels = {"receiver": "desk", **label}
        assert world.registry.get_sample_value(f"newswatch_{name}", labels) == value


def gone() -> World:
    """A receiver that answered 410 once and would take alerts now; three wait for it."""
    world = World(HOOK, lambda count: 410 if count == 1 else 204)
    for number in range(3):
        world.admit(number)
    world.tell_all()
    return world


def test_a_receiver_that_is_gone_is_called_no_more_and_all_is_kept() -> None:
    world = gone()
    world.now += timedelta(days=9)
    world.tell_all()
    assert len(world.sent) == 1
    assert len(world.books.ledger.waiting) == 3
    (standing,) = world.written.standings
    assert standing.disabled == "gone"
    (notice,) = world.written.notices
    assert "receiver desk is disabled (gone)" in notice.text


def test_once_it_is_enabled_all_that_waited_goes_out() -> None:
    world = gone()
    (standing,) = world.written.standings
    world.teller.heed(enabled(standing, "somebody", world.now - timedelta(hours=1)))
    world.tell_all()
    assert not world.books.ledger.waiting
    assert len(world.sent) == 4
    assert world.written.standings == [standing]


def test_what_is_heard_at_every_turn_counts_once() -> None:
    world = World(HOOK, lambda _: 500)
    world.admit(0)
    for _ in range(3):
        world.teller.heed(Standing(receiver="desk", at=T0, by="somebody"))
        world.tell_all()
        world.now += timedelta(seconds=1)
    assert len(world.sent) == 1


def test_who_stands_by_writes_no_standing() -> None:
    (standing,) = gone().written.standings
    world = World(CHAT, lambda _: 200)
    world.written.holds = False
    world.teller.heed(standing)
    assert world.teller.up
    assert world.written.standings == []


def test_what_was_heard_before_does_not_undo_it() -> None:
    world = gone()
    world.teller.heed(Standing(receiver="desk", at=world.now - timedelta(days=1)))
    world.tell_all()
    assert len(world.sent) == 1


def test_another_process_does_not_call_it_either_but_with_other_settings_it_does() -> None:
    (standing,) = gone().written.standings
    same = World(HOOK, lambda _: 204)
    other = World(HOOK.model_copy(update={"url": "https://hooks.example/new"}), lambda _: 204)
    for world in (same, other):
        world.admit(0)
        world.teller.heed(standing)
        world.tell_all()
    assert (len(same.sent), len(other.sent)) == (0, 1)
    assert [written.disabled for written in other.written.standings] == [""]


def test_people_read_notices_together_and_each_is_settled() -> None:
    world = World(CHAT, lambda _: 200)
    notices = [notice_of("other", f"this is number {n}", T0) for n in range(4)]
    for notice in notices:
        world.books.enter(admitted_notice(notice, "desk", world.now), 0)
    world.tell_all()
    (told,) = (request for _, request in world.sent)
    text = json.dumps(json.loads(told.body), ensure_ascii=False)
    assert all(f"this is number {n}" in text for n in range(4))
    settled = {told.alert for told in world.written.ledger if told.outcome is Outcome.DELIVERED}
    assert settled == {notice.id for notice in notices}


@pytest.mark.parametrize(
    "broken",
    [
        {"articles": ()},
        {"articles": (structs.replace(ARTICLE, published=datetime(9999, 12, 31, 23, tzinfo=UTC)),)},
        {"headline": "unspeakable", "headlines": {}},
    ],
    ids=["no articles", "a time that no clock here shows", "words that the receiver chokes on"],
)
@pytest.mark.parametrize("choking", [400, 500])
def test_what_cannot_be_told_is_buried_and_what_was_to_be_told_with_it_is_told(
    broken: dict[str, Any], choking: int
) -> None:
    world = World(ABROAD, lambda _: 200)
    world.chokes_on, world.choking = b"unspeakable", choking
    for number in range(3):
        world.admit(number, group="digest", at=T0 + timedelta(minutes=number))
    bad = world.admit(3, group="digest", at=T0 + timedelta(hours=1), **broken)
    world.run_out()
    outcomes = {told.alert: told.outcome for told in world.written.ledger}
    assert [dead.alert for dead in world.written.dead] == [bad]
    assert list(outcomes.values()).count(Outcome.DELIVERED) == 3


def asked_of(world: World) -> list[tuple[str, str]]:
    """What a bot was asked to do, and with which message."""
    asked = []
    for _, request in world.sent:
        body = json.loads(request.body)
        asked.append((request.url.rpartition("/")[2], body.get("ts") or body.get("thread_ts", "")))
    return asked


def test_what_was_told_of_a_story_is_edited_as_it_grows() -> None:
    world = World(BOT, lambda _: 200)
    for more in ({}, {"grew": "1", "edit": True}, {"grew": "2"}):
        world.admit(0, **more)
        world.run_out()
    assert asked_of(world) == [
        ("chat.postMessage", ""),
        ("chat.update", "1"),
        ("chat.update", "1"),
        ("chat.postMessage", "1"),  # a notice is also said, in the thread
    ]


def test_a_notice_in_a_thread_is_said_once_though_the_edit_before_it_failed() -> None:
    world = World(BOT, lambda count: 500 if count == 2 else 200)
    for more in ({}, {"grew": "1"}):
        world.admit(0, **more)
        world.run_out()
    edit = ("chat.update", "1")
    assert asked_of(world) == [("chat.postMessage", ""), edit, edit, ("chat.postMessage", "1")]


def test_a_message_that_tells_several_stories_is_the_message_of_none() -> None:
    world = World(BOT, lambda _: 200)
    for number in range(2):
        world.admit(number, group="digest")
    world.run_out()
    world.admit(1, grew="1")
    world.run_out()
    assert asked_of(world) == [("chat.postMessage", "")] * 2


@pytest.mark.parametrize("written", [2, 3])
def test_who_was_killed_while_writing_down_what_was_told_tells_none_of_it_again(
    written: int,
) -> None:
    """Two alerts in a message: each is sealed, then each is told."""
    world, after = World(CHAT, lambda _: 200), World(CHAT, lambda _: 200)
    for number in range(2):
        world.admit(number, group="digest")
    world.run_out()
    for record in world.written.ledger[:written]:
        after.books.ledger.enter(record, 0)
    after.run_out()
    assert len(after.sent) == (0 if written > 2 else 1)
    assert len(after.books.ledger.settled) == 2
    (first, *again) = [request for _, request in (*world.sent, *after.sent)]
    assert all(json.loads(one.body) == json.loads(first.body) for one in again)


def test_what_is_silenced_while_it_waits_is_not_told_and_what_was_to_be_told_with_it_is() -> None:
    """Mute times count as of the event, silences as of now."""
    world = World(CHAT, lambda count: 500 if count == 1 else 200)
    alerts = [world.admit(number, group="digest") for number in range(3)]
    world.tell_all()
    world.silenced = world.books.ledger.waiting[alerts[1]].story
    world.run_out()
    outcomes = {record.alert: record.outcome for record in world.written.ledger}
    assert [outcomes[alert] for alert in alerts] == [
        Outcome.DELIVERED,
        Outcome.SUPPRESSED,
        Outcome.DELIVERED,
    ]
    assert len(world.sent) == 2
    assert [b"shoreline/1" in request.body for _, request in world.sent] == [True, False]


def test_an_alert_at_which_a_receiver_fails_holds_up_no_other_for_long() -> None:
    world = World(HOOK, lambda _: 204)
    bad = world.admit(0, at=world.now)
    world.fails_at = bad
    for _ in range(20):  # nobody else has anything to say for five hours: the breaker opens
        world.now += timedelta(minutes=15)
        world.tell_all()
    assert not world.teller.up

    later = [world.admit(number, at=world.now) for number in range(1, 4)]
    world.now += timedelta(minutes=6)
    world.tell_all()

    assert all(world.books.ledger.delivered(alert) for alert in later)
    assert world.books.ledger.waiting.keys() == {bad}


def test_no_alert_dies_of_probes_while_its_receiver_is_down_for_two_weeks() -> None:
    world = World(HOOK, lambda _: 503 if world.now < T0 + timedelta(days=14) else 204)
    alerts = [world.admit(number, at=world.now) for number in range(30)]
    while world.now < T0 + timedelta(days=14, minutes=6):
        world.tell_all()
        world.now += timedelta(minutes=5)
    told = [alert for alert in alerts if world.books.ledger.delivered(alert)]
    assert len(told) >= len(alerts) - THRESHOLD  # those that found out that it was down
    assert len(told) + len(world.written.dead) == len(alerts)


@pytest.mark.parametrize("away", [NoSecret("it is empty"), BadSecret("it is half")])
def test_while_a_secret_is_being_replaced_alerts_wait_and_then_are_told(away: Exception) -> None:
    world = World(HOOK, lambda _: 204)
    alert = world.admit(0)
    world.trouble = away
    for _ in range(4):
        world.tell_all()
        world.now += timedelta(minutes=10)
    assert (world.sent, world.written.dead) == ([], [])

    world.trouble = None
    world.run_out()

    assert len(world.sent) == 1
    assert world.books.ledger.delivered(alert)


def test_a_reason_of_a_later_version_disables_as_any_other() -> None:
    world = World(HOOK, lambda _: 204)
    world.admit(0)
    world.teller.heed(
        Standing(receiver="desk", at=T0, disabled="tired", settings=fingerprint(HOOK))
    )
    world.tell_all()
    assert world.sent == []
    assert not world.teller.up


@pytest.mark.parametrize("year", [1, 9999])
def test_a_standing_of_no_time_is_none(year: int) -> None:
    forged = {"receiver": "desk", "at": f"{year:04}-12-31T23:59:59.999999Z", "disabled": "gone"}
    with pytest.raises(Undecodable, match=f"the year {year}"):
        decode(json.dumps(forged).encode(), Standing)


def test_the_same_trouble_on_another_day_is_another_notice() -> None:
    first = notice_of("desk", "it is disabled", datetime(2026, 1, 1, tzinfo=UTC))
    later = notice_of("desk", "it is disabled", datetime(2026, 1, 2, tzinfo=UTC))
    assert first.id != later.id


@pytest.mark.parametrize(
    ("loses_touch", "held", "asked", "written"),
    [(False, False, [], 1), (True, True, ["ask"], 1), (True, False, ["ask", "forsake"], 0)],
    ids=["in touch", "out of touch, and still ours", "out of touch, and another's by now"],
)
def test_what_was_told_is_written_down_only_by_the_holder(
    *, loses_touch: bool, held: bool, asked: list[str], written: int
) -> None:
    world = World(HOOK, lambda _: 204)
    world.loses_touch, world.written.held = loses_touch, held
    world.admit(0)
    world.teller.tell()
    assert world.written.done == asked
    outcomes = [one.outcome for one in world.written.ledger]
    assert outcomes.count(Outcome.DELIVERED) == written


@pytest.mark.parametrize(
    ("held", "asked", "told"),
    [(True, ["ask", "ask"], 1), (False, ["ask", "forsake"], 0)],
    ids=["still ours", "another's by now"],
)
def test_nothing_is_told_that_another_may_have_told(
    *, held: bool, asked: list[str], told: int
) -> None:
    world = World(HOOK, lambda _: 204)
    world.written.in_doubt, world.written.held = True, held
    world.admit(0)
    world.teller.tell()
    assert world.written.done == asked
    assert len(world.sent) == told
