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
                message=draw(st.sampled_from(["", f"C:{number}"])),
            )
        )
    return made


def ledger_of(records: list[Delivery]) -> Ledger:
    ledger = Ledger()
    for number, record in enumerate(records):
        ledger.enter(record, number % 2)
    return ledger


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
                assert ledger.last_told("route:all") == whole.last_told("route:all")
        assert ledger.told_since("all", before) == whole.told_since("all", before)


@given(deliveries())
def test_what_is_old_is_forgotten_but_for_one_message_a_story(records: list[Delivery]) -> None:
    before = NOW - KEEP
    ledger = ledger_of(records)
    for alert in ledger.stale(before):
        ledger.forget(alert)
    old = [found for found in ledger.settled.values() if found.at < before]
    assert len({found.story for found in old}) == len(old)
    assert ledger.stale(before) == []
