"""What the ledger forgets, and what it must not."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.alerting.ledger import KEEP, WAITING, Ledger
from shared.records import Delivery, Outcome
from shared.topics import (
    ALERTS_DEAD,
    ARTICLES_MATCHED,
    ARTICLES_RAW,
    ARTICLES_TAGGED,
    STORIES_EVENTS,
    Topic,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SEGMENT = timedelta(days=7)


def kept(topic: Topic) -> timedelta:
    """How old a record can be and still be read: Kafka deletes whole segments."""
    assert topic.retention
    return topic.retention + SEGMENT


def test_an_alert_is_remembered_for_longer_than_its_event_can_come_again() -> None:
    whole_way = [ARTICLES_RAW, ARTICLES_TAGGED, ARTICLES_MATCHED, STORIES_EVENTS]
    replayed = sum((kept(topic) for topic in [*whole_way, STORIES_EVENTS]), timedelta())
    redriven = kept(STORIES_EVENTS) + kept(ALERTS_DEAD) + kept(STORIES_EVENTS)
    assert max(replayed, redriven) < KEEP


@st.composite
def deliveries(draw: st.DrawFn) -> list[Delivery]:
    """Alerts of few stories, of any age, in any outcome."""
    outcomes = st.sampled_from(list(Outcome))
    ages = st.timedeltas(timedelta(), 2 * KEEP)
    made = []
    for number in range(draw(st.integers(0, 25))):
        story = f"s{draw(st.integers(0, 4))}"
        made.append(
            Delivery(
                alert=f"a{number}",
                receiver="r",
                event=f"e{number}",
                story=story,
                outcome=draw(outcomes),
                at=NOW - draw(ages),
                route="all",
                group=f"story={story}",
                batch=draw(st.sampled_from(["", "b1", "b2"])),
                edit=draw(st.booleans()),
                message=draw(st.sampled_from(["", f"C:{number}"])),
            )
        )
    return made


def ledger_of(records: list[Delivery]) -> Ledger:
    ledger = Ledger()
    for record in records:
        ledger.enter(record, int(record.alert[1:]) % 2)
    return ledger


def asked_of(ledger: Ledger, records: list[Delivery]) -> list[object]:
    """Every answer about these, but when a group was last told."""
    return [
        [(ledger.knows(r.alert), ledger.delivered(r.alert)) for r in records],
        [ledger.partition(r.alert) for r in records if ledger.knows(r.alert)],
        [(ledger.earlier(r.story), ledger.was_told(r.batch)) for r in records],
        [ledger.last_told(f"story:all:{r.story}") for r in records],
        [ledger.told_since("all", r.at, NOW) for r in records],
        (ledger.waiting, ledger.is_empty, ledger.last_told("route:all")),
    ]


@given(deliveries())
def test_a_ledger_that_is_written_again_answers_as_it_did(records: list[Delivery]) -> None:
    ledger, again = ledger_of(records), Ledger()
    for record, partition in ledger.records("r"):
        again.enter(record, partition)
    assert asked_of(again, records) == asked_of(ledger, records)


@given(deliveries())
def test_forgetting_changes_no_answer_that_can_still_be_asked_for(records: list[Delivery]) -> None:
    before = NOW - KEEP
    whole, pruned = ledger_of(records), ledger_of(records)
    gone = pruned.stale(before)
    for alert in gone:
        pruned.forget(alert)
    pruned.tidy(before)
    read_again = ledger_of([record for record in records if record.alert not in gone])
    for ledger in (pruned, read_again):
        assert ledger.waiting == whole.waiting
        for record in records:
            if record.at >= before or record.outcome in WAITING:
                assert ledger.knows(record.alert)
                assert ledger.delivered(record.alert) == whole.delivered(record.alert)
            if record.at >= before and record.outcome is Outcome.DELIVERED:
                assert ledger.earlier(record.story) == whole.earlier(record.story)
                assert ledger.was_told(record.batch)
                if not record.edit:
                    assert ledger.last_told("route:all") == whole.last_told("route:all")
        assert ledger.told_since("all", before, NOW) == whole.told_since("all", before, NOW)


@given(deliveries())
def test_what_is_old_is_forgotten_but_for_one_message_a_story(records: list[Delivery]) -> None:
    before = NOW - KEEP
    ledger = ledger_of(records)
    for alert in ledger.stale(before):
        ledger.forget(alert)
    old = [found for found in ledger.settled.values() if found.at < before]
    assert len({found.story for found in old}) == len(old)
    assert ledger.stale(before) == []


@given(deliveries())
def test_of_what_is_forgotten_nothing_is_left(records: list[Delivery]) -> None:
    """A process runs for years."""
    ledger, later = ledger_of(records), NOW + timedelta(seconds=1)
    for alert in ledger.stale(later):
        ledger.forget(alert)
    ledger.tidy(later)
    waiting = ledger_of([record for record in records if record.outcome in WAITING])
    assert _kept(ledger) == _kept(waiting)


def _kept(ledger: Ledger) -> dict[str, object]:
    """All that it has in memory; of a route that told nothing its name may be left."""
    return vars(ledger) | {"_messages": [told for told in ledger._messages.values() if told]}


def test_what_is_redriven_waits_again_and_is_dead_no_more() -> None:
    dead, again = (
        Delivery(alert="a1", receiver="r", event="e", story="s", outcome=outcome, at=NOW)
        for outcome in (Outcome.DEAD, Outcome.PENDING)
    )
    ledger = ledger_of([dead])
    ledger.enter(again, 1)
    assert ledger.stale(NOW + KEEP) == []
    assert [record for record, _ in ledger.records("r")] == [again]


def test_only_what_was_told_counts_as_told() -> None:
    """Of a message that is sealed, what was silenced meanwhile goes; the rest is still to tell."""
    for outcome in Outcome:
        ledger = Ledger()
        ledger.enter(
            Delivery(
                alert="a1", receiver="r", event="e", story="s", outcome=outcome, at=NOW, batch="b"
            ),
            0,
        )
        told = outcome is Outcome.DELIVERED
        assert ledger.was_told("b") is ledger.delivered("a1") is told
        assert (ledger.told_since("", NOW, NOW) == 1) is told
