"""The audit, on topics as the services leave them: whatever is taken away from them is missed."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerting.message import Reason
from services.alerting.route import Directive, directives
from services.alerting.tree import Route, rooted
from services.ops.audit import cut_short, taking
from services.ops.audit_alerts import Alerts
from services.ops.audit_articles import Articles
from services.ops.audit_fates import Fate, Row, Scope
from services.ops.audit_report import SHOWN, json_lines, lines
from services.processors.envelope import put_aside
from services.processors.match import match
from services.processors.stages import (
    Effects,
    Gather,
    Incoming,
    Select,
    Stage,
    StageOutcome,
    Tag,
    Write,
)
from shared.codec import Undecodable, decode, encode
from shared.headers import LANE_HEADER
from shared.identity import alert_id, article_id, fingerprint
from shared.records import Article, Delivery, Lane, Outcome, Source, StoryEvent
from shared.topics import (
    ALERTS_DEAD,
    ARTICLES_MATCHED,
    ARTICLES_RAW,
    ARTICLES_TAGGED,
    DELIVERIES,
    SEEN_CHANGELOG,
    STORIES_CHANGELOG,
    STORIES_EVENTS,
    Topic,
)
from tests import shipped

T0 = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DESK = "desk"
ROOT = rooted((Route(name="all", receivers=(DESK,), notice=("opened", "grew")),))
READ = (ARTICLES_RAW, ARTICLES_TAGGED, ARTICLES_MATCHED)
NEWS = (
    ("gas", "Iran raises natural gas exports to Turkey", "Tehran and Ankara signed it on Monday."),
    ("wall", "Turkey and Iran discuss the border wall", "Officers of both met at Bazargan."),
    ("rain", "Rain in Lisbon", "It will go on raining until Friday."),
    ("film", "Turkish cinema is guest of honour at Tehran's film festival", "Iran shows 12 films."),
)


@dataclass(frozen=True)
class Rec:
    """A record as Kafka's client gives it."""

    topic: str
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp: int = int(T0.timestamp() * 1000)
    partition: int = 0


Topics = dict[Topic, list[Rec]]


def put(
    topics: Topics,
    topic: Topic,
    key: bytes | None,
    value: bytes | None,
    *headers: tuple[str, bytes],
) -> None:
    held = topics.setdefault(topic, [])
    held.append(Rec(topic.name, len(held), key, value, headers))


def article(slug: str, title: str, text: str) -> Article:
    url = f"https://example.org/{slug}"
    return Article(
        id=article_id(url), url=url, title=title, text=text, published=T0, first_seen=T0,
        fingerprint=fingerprint(title, "", text), source=Source(feed="f", outlet=f"The {slug}"),
    )  # fmt: skip


def incoming(record: Rec, log: str) -> Incoming:
    place = f"{record.partition}-{record.offset}"
    lane = Lane.REPLAY if (LANE_HEADER, b"replay") in record.headers else Lane.LIVE
    return Incoming(
        key=record.key, value=record.value, lane=lane, partition=0,
        place=f"{record.topic}-{place}", origin=f"{record.topic}@{log}-{place}",
    )  # fmt: skip


def through(
    topics: Topics,
    source: Topic,
    stage: Stage,
    table: dict[bytes, bytes],
    changelog: Topic | None,
    log: str,
) -> None:
    """Every record of the topic through the stage, as the shell does it."""
    for record in topics.get(source, ()):
        try:
            effects = stage(incoming(record, log))
        except Undecodable as why:
            effects = put_aside(
                incoming(record, log), StageOutcome.UNDECODABLE, str(why),
                topic=source, stage="any", at=T0,
            )  # fmt: skip
        written(topics, table, effects, changelog)


def written(
    topics: Topics, table: dict[bytes, bytes], effects: Effects, changelog: Topic | None
) -> None:
    for write in effects.writes:
        assert changelog
        put(topics, changelog, write.key, write.value)
        _set(table, write)
    lane = (LANE_HEADER, effects.lane.encode())
    for output in effects.outputs:
        put(topics, output.topic, output.key, output.value, lane, *output.headers)


def _set(table: dict[bytes, bytes], write: Write) -> None:
    if write.value is None:
        table.pop(write.key, None)
    else:
        table[write.key] = write.value


@cache
def whole(log: str = "id") -> Mapping[Topic, tuple[Rec, ...]]:
    """All topics after four articles, a copy, a revision, one fetched again and one that is none.

    The desk has been told of the first two events, one waits, one was given up.
    """
    topics: Topics = {}
    articles = [article(*one) for one in NEWS]
    copy = article("copied", articles[0].title, articles[0].text)
    text = "Tehran and Ankara signed it on Monday. It adds 2 billion cubic metres."
    revised = article("gas", "Iran doubles natural gas exports to Turkey", text)
    for one in (*articles, copy, revised, articles[1]):
        put(topics, ARTICLES_RAW, one.id.encode(), encode(one))
    put(topics, ARTICLES_RAW, b"none", b"{")
    understanding = shipped.understanding()
    seen: dict[bytes, bytes] = {}
    stories: dict[bytes, bytes] = {}
    tag, select = Tag(understanding, seen, lambda: T0), Select(understanding.watches)
    through(topics, ARTICLES_RAW, tag, seen, SEEN_CHANGELOG, log)
    through(topics, ARTICLES_TAGGED, select, {}, None, log)
    gather = Gather(shipped.reader(), stories, lambda: T0)
    through(topics, ARTICLES_MATCHED, gather, stories, STORIES_CHANGELOG, log)
    outcomes = [Outcome.DELIVERED, Outcome.DELIVERED, Outcome.RETRY, Outcome.DEAD]
    told = [one for one in events(topics) if DESK in directing(one, T0) and noticed(one)]
    for event, outcome in zip(told, outcomes, strict=True):
        alert = alert_id(event.id, DESK)
        entry = Delivery(
            alert=alert, receiver=DESK, event=event.id, story=event.story.id, outcome=outcome, at=T0
        )
        put(topics, DELIVERIES, alert.encode(), encode(entry))
        if outcome is Outcome.DEAD:
            put(topics, ALERTS_DEAD, alert.encode(), encode(entry))
    return {topic: tuple(records) for topic, records in topics.items()}


def events(topics: Mapping[Topic, list[Rec]]) -> Iterator[StoryEvent]:
    return (decode(record.value, StoryEvent) for record in topics[STORIES_EVENTS])


def directing(event: StoryEvent, at: datetime) -> Mapping[str, Directive]:
    return directives(ROOT, event, at, lambda *_: False)


def noticed(event: StoryEvent) -> bool:
    return not directing(event, T0)[DESK].edit


def audited(
    topics: Mapping[Topic, tuple[Rec, ...]],
    done: Mapping[Topic, int] | None = None,
    since: datetime = T0,
) -> dict[str, Row]:
    """The rows by name; `done` is up to where topics were read, if not to their end."""
    done = {topic: len(records) for topic, records in whole().items()} | dict(done or {})
    scopes = {topic: Scope(since, {0: done[topic]}) for topic in READ}
    watches = shipped.understanding().watches
    articles = Articles(
        scopes,
        dict.fromkeys(READ, "id"),
        lambda found: (one.watch for one in match(found, watches)),
    )
    alerts = Alerts({DESK: Scope(since, {0: done[STORIES_EVENTS]})}, directing)
    for topic, take in taking(articles, alerts):
        for record in topics.get(topic, ()):
            take(record)
    articles.end()
    return {row.name: row for row in (*articles.rows.values(), *alerts.rows.values())}


def faults(rows: Mapping[str, Row]) -> list[str]:
    return [fault for row in rows.values() for fault in row.faults]


def without(topic: Topic, index: int) -> dict[Topic, tuple[Rec, ...]]:
    kept = tuple(record for number, record in enumerate(whole()[topic]) if number != index)
    return {**whole(), topic: kept}


def test_where_all_is_there_each_record_has_one_end() -> None:
    rows = audited(whole())

    assert not faults(rows)
    assert rows["articles.raw"].fates == {Fate.PASSED: 6, Fate.KNOWN: 1, Fate.ASIDE: 1}
    assert rows["articles.tagged"].fates == {Fate.PASSED: 5, Fate.UNASKED: 1}
    assert rows["articles.matched"].fates == {Fate.PASSED: 5}
    assert rows[DESK].fates == {
        Fate.TOLD: 2, Fate.WAITING: 1, Fate.GIVEN_UP: 1, Fate.UNASKED: 1
    }  # fmt: skip


def test_a_log_that_lost_its_end_once_is_followed_as_any_other() -> None:
    rows = audited(whole("id~1"))

    assert not faults(rows)
    assert rows["articles.matched"].fates == {Fate.PASSED: 5}


@given(st.data())
def test_whatever_one_record_is_taken_away_its_cause_is_missing(data: st.DataObject) -> None:
    lost = (ARTICLES_TAGGED, ARTICLES_MATCHED, STORIES_EVENTS, DELIVERIES, ALERTS_DEAD)
    topic = data.draw(st.sampled_from((*lost, ARTICLES_RAW.dead)))
    index = data.draw(st.integers(0, len(whole()[topic]) - 1))

    rows = audited(without(topic, index))

    [fault] = faults(rows)
    assert sum(row.fates[Fate.MISSING] for row in rows.values()) == 1
    assert fault


@given(st.data())
def test_what_was_not_read_yet_is_under_way_and_not_missing(data: st.DataObject) -> None:
    topic = data.draw(st.sampled_from((*READ, STORIES_EVENTS)))
    held = len(whole()[topic])
    read = data.draw(st.integers(0, held))

    rows = audited(whole(), {topic: read})

    assert not faults(rows)
    name = DESK if topic is STORIES_EVENTS else topic.name
    assert rows[name].fates[Fate.UNDER_WAY] == held - read
    assert rows[name].fates.total() == held


def test_what_came_before_is_not_counted() -> None:
    rows = audited(without(ARTICLES_TAGGED, 0), since=T0 + timedelta(seconds=1))

    assert not any(row.fates for row in rows.values())


def test_an_article_whose_step_is_long_deleted_is_found_by_its_event() -> None:
    rows = audited({**whole(), STORIES_CHANGELOG: ()})

    assert not faults(rows)


def test_a_revision_that_its_story_does_not_have_is_missing() -> None:
    steps = whole()[STORIES_CHANGELOG]
    last = max(record.key or b"" for record in steps).rpartition(b"/")[2]
    kept = tuple(record for record in steps if not (record.key or b"").endswith(last))
    topics = {**whole(), STORIES_CHANGELOG: kept, STORIES_EVENTS: whole()[STORIES_EVENTS][:-1]}

    [fault] = faults(audited(topics))

    assert "does not have this revision" in fault


def test_what_was_seen_before_the_first_record_read_is_no_loss() -> None:
    again = whole()[ARTICLES_RAW][-2]  # fetched again; the first time is no more on the topic
    topics = {**whole(), ARTICLES_RAW: (again,), ARTICLES_TAGGED: (), ARTICLES_MATCHED: ()}

    assert audited(topics)["articles.raw"].fates == {Fate.KNOWN: 1}


def test_an_event_with_other_content_under_its_id_is_a_fault() -> None:
    first = whole()[STORIES_EVENTS][0]
    other = replace(first, offset=99, value=(first.value or b"") + b" ")
    topics = {**whole(), STORIES_EVENTS: (*whole()[STORIES_EVENTS], other)}

    assert any("with other content" in fault for fault in faults(audited(topics)))


def test_an_article_that_is_news_by_two_events_is_a_fault() -> None:
    first = whole()[STORIES_EVENTS][0]
    event = msgspec.structs.replace(decode(first.value, StoryEvent), id="another")
    twice = replace(first, offset=99, value=encode(event))
    topics = {**whole(), STORIES_EVENTS: (*whole()[STORIES_EVENTS], twice)}

    assert any("is news a second time" in fault for fault in faults(audited(topics)))

    history = replace(twice, headers=((LANE_HEADER, b"replay"),))
    topics = {**whole(), STORIES_EVENTS: (*whole()[STORIES_EVENTS], history)}
    assert not faults(audited(topics))


@pytest.mark.parametrize(
    ("outcome", "later", "fault"),
    [
        (Outcome.RETRY, timedelta(), "waits again"),
        (Outcome.DELIVERED, timedelta(seconds=1), "was told again"),
        (Outcome.DELIVERED, timedelta(), ""),  # the ledger was written again
    ],
)
def test_an_alert_that_was_told_stays_told(outcome: Outcome, later: timedelta, fault: str) -> None:
    first = whole()[DELIVERIES][0]
    entry = msgspec.structs.replace(decode(first.value, Delivery), outcome=outcome, at=T0 + later)
    again = replace(first, offset=99, value=encode(entry))
    found = faults(audited({**whole(), DELIVERIES: (*whole()[DELIVERIES], again)}))

    assert [fault in one for one in found] == [True] * bool(fault)


def test_a_receiver_without_any_entry_is_new_and_misses_nothing() -> None:
    rows = audited({**whole(), DELIVERIES: ()})

    assert rows[DESK].fates == {Fate.UNASKED: len(whole()[STORIES_EVENTS])}


def test_a_mute_time_or_a_silence_is_no_loss() -> None:
    def muted(event: StoryEvent, at: datetime) -> Mapping[str, Directive]:
        return {DESK: replace(directing(event, at)[DESK], unsaid=Reason.SILENCED)}

    record = whole()[STORIES_EVENTS][0]
    alerts = Alerts({DESK: Scope(T0, {0: 1})}, muted)
    alerts.entry(whole()[DELIVERIES][1])
    alerts.event(record, decode(record.value, StoryEvent))

    assert alerts.rows[DESK].fates == {Fate.SILENCED: 1}


def test_mute_times_and_silences_count_when_it_happened_as_they_do_in_a_lane() -> None:
    asked = []

    def silent(_: StoryEvent, at: datetime) -> Mapping[str, Directive]:
        asked.append(at)
        return {}

    record = whole()[STORIES_EVENTS][0]
    late = replace(record, timestamp=record.timestamp + 3_600_000)
    Alerts({DESK: Scope(T0, {0: 1})}, silent).event(late, decode(record.value, StoryEvent))

    assert asked == [T0]


def test_records_that_the_broker_deleted_unread_are_missing() -> None:
    row = Row("articles.raw")

    Scope(T0, {0: 5, 1: 5}).count_unread(row, ARTICLES_RAW, {0: 8, 1: 5, 2: 7})

    assert row.fates == {Fate.MISSING: 3}
    assert row.faults == ["articles.raw 0: 3 records were deleted before they were read"]


def test_a_person_sees_two_tables_and_the_first_faults() -> None:
    rows = audited(without(ARTICLES_TAGGED, 0))
    topics, desk = [row for name, row in rows.items() if name != DESK], rows[DESK]
    desk.faults += ["\x1b[31mred"] * SHOWN

    said = list(lines(T0, topics, [desk]))

    assert said[0] == "since 2026-11-20 12:00 UTC"
    assert any(line.split()[:3] == ["articles.raw", "8", "5"] for line in said)
    assert "and 1 more; --json has them all" in said
    assert not any("\x1b" in line for line in said)
    assert list(lines(T0, [Row("articles.raw")], []))[-1].startswith("Nothing is missing")


def test_a_person_is_told_how_what_is_missing_is_made_up_for() -> None:
    topic, desk = Row("articles.raw"), Row(DESK)
    assert not [line for line in lines(T0, [topic], [desk]) if "replay" in line or "Stop" in line]

    topic.count(Fate.MISSING, "one")
    desk.count(Fate.MISSING, "another")
    said = list(lines(T0, [topic], [desk]))

    assert any("set their group back on articles.raw" in line for line in said)
    assert said[-1] == "  newswatch replay --deliver desk --since 2026-11-20T12:00"


def test_a_machine_reads_all_of_it() -> None:
    [topic, desk] = map(json.loads, json_lines(T0, [Row("articles.raw")], [audited(whole())[DESK]]))

    assert topic == {
        "topic": "articles.raw", "since": "2026-11-20T12:00:00Z", "records": 0,
        "fates": {}, "faults": [],
    }  # fmt: skip
    assert desk["receiver"] == DESK
    assert desk["fates"]["told"] == 2


@pytest.mark.parametrize("order", [1, -1], ids=["first first", "last first"])
@pytest.mark.parametrize(("began", "fate"), [(HOUR, Fate.UNASKED), (-HOUR, Fate.MISSING)])
def test_a_receiver_owes_what_came_since_its_first_alert_in_whatever_order_they_are_read(
    order: int, began: timedelta, fate: Fate
) -> None:
    """The ledger's partitions, and a compacted log, hold a receiver's first alert anywhere."""
    entries = [decode(record.value or b"", Delivery) for record in whole()[DELIVERIES]]
    times = (HOUR, began, HOUR, HOUR)
    _, *later = (
        replace(record, value=encode(msgspec.structs.replace(entry, at=T0 + at)))
        for record, entry, at in zip(whole()[DELIVERIES], entries, times, strict=True)
    )
    rows = audited({**whole(), DELIVERIES: tuple(later[::order])})
    usual = audited(whole())[DESK].fates
    assert rows[DESK].fates[fate] == usual[fate] + 1
    assert rows[DESK].fates[Fate.TOLD] == usual[Fate.TOLD] - 1


def test_a_topic_that_ends_before_what_was_read_of_it_is_named() -> None:
    extents = {ARTICLES_RAW: {0: range(4), 1: range(4)}, STORIES_EVENTS: {0: range(2, 9)}}
    whole = {ARTICLES_RAW: {0: 4, 1: 3}}

    assert cut_short(extents, [whole, {STORIES_EVENTS: {0: 9}}]) == []
    assert cut_short(extents, [whole, {STORIES_EVENTS: {0: 10}}]) == [STORIES_EVENTS.name]
