"""`newswatch audit`: whether anything was lost, or told twice, by what is on the broker."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.progress import Progress

from services.alerting.configuration import read_routes
from services.alerting.route import Directive, directives
from services.alerting.silence import Silence, silenced
from services.alerting.tree import Route
from services.ops.audit_alerts import Alerts
from services.ops.audit_articles import READ, Articles
from services.ops.audit_fates import Row, Scope
from services.ops.audit_report import json_lines, lines
from services.ops.broker import BOOTSTRAP, Bootstrap, Namespace, broker, moment, readable
from services.ops.chronicle import sound
from services.ops.config_dir import CONFIG_DIR
from services.ops.options import ConfigDir
from services.ops.record import is_for_one
from services.processors.match import match
from services.processors.watches import Watch, load_watches
from shared.codec import Undecodable, decode
from shared.config import ConfigError
from shared.kafka import Kafka
from shared.records import StoryEvent
from shared.topics import (
    ALERTING_GROUPS,
    ALERTS_DEAD,
    ARTICLES_MATCHED,
    ARTICLES_RAW,
    ARTICLES_TAGGED,
    DELIVERIES,
    PROCESSORS_ID,
    SEEN_CHANGELOG,
    SILENCES,
    STORIES_CHANGELOG,
    STORIES_EVENTS,
    Topic,
)

MISTAKEN = 2

LONGEST = ARTICLES_RAW.retention or timedelta()
"""How far back it goes: what follows from an article is kept longer than the article itself."""

CLOCKS = timedelta(hours=1)
"""By how much the clocks of the services' machines may differ: what follows from a record is looked
for from so much earlier on."""

Take = Callable[[Any], None]
"""What is done with a record."""

_BY_TIME = (*READ, STORIES_EVENTS)
"""Topics that are read from that time on; the others are read whole."""

NEEDED = (
    *_BY_TIME,
    *(topic.dead for topic in _BY_TIME),
    *(STORIES_CHANGELOG, SEEN_CHANGELOG, DELIVERIES, ALERTS_DEAD, SILENCES),
)


def audit(
    *,
    since: str = "1d",
    as_json: Annotated[bool, Parameter(name="--json")] = False,
    config_dir: ConfigDir = CONFIG_DIR,
    routes: Annotated[Path | None, Parameter(env_var="NEWSWATCH_ROUTES")] = None,
    bootstrap: Bootstrap = BOOTSTRAP,
    namespace: Namespace = "",
) -> int:
    """Follow every record from topic to topic, and say what is missing and what was told twice.

    It only reads, and may run at any time. It goes by the topics, watches and routes as they are
    now: if you changed them, or somebody deleted a topic, begin after that. The exit status is 1 if
    there is a fault.

    Args:
        since: How far back: 2h, 1d or an ISO 8601 time; at most 14d.
        as_json: Print a line of JSON for each topic and each receiver, with all faults.
        config_dir: The configuration folder with the watches and routes.
        routes: Another file or folder of routes.
        bootstrap: The broker's address.
        namespace: The prefix of every topic's name.
    """
    now = datetime.now(UTC)
    begin = max(moment(since, now) or now, now - LONGEST)
    try:
        watches = load_watches(config_dir / "watches")
        root = read_routes(routes or config_dir / "routes")
    except ConfigError as error:
        print(error, file=sys.stderr)
        return MISTAKEN
    kafka = broker(bootstrap, namespace, *NEEDED)
    topics, receivers = _audited(kafka, begin, watches, root)
    print("\n".join((json_lines if as_json else lines)(begin, topics, receivers)))
    return 1 if any(row.faults for row in (*topics, *receivers)) else 0


def _audited(
    kafka: Kafka, begin: datetime, watches: Sequence[Watch], root: Route
) -> tuple[list[Row], list[Row]]:
    """The rows of topics and of receivers."""
    silences = tuple(readable(kafka, SILENCES, Silence))
    done = kafka.committed(PROCESSORS_ID, READ)
    lanes = {
        group.removeprefix(ALERTING_GROUPS): kafka.committed(group, (STORIES_EVENTS,))
        for group in sorted(kafka.groups())
        if group.startswith(ALERTING_GROUPS)
    }
    ids = kafka.ids(READ)

    def directing(event: StoryEvent, at: datetime) -> Mapping[str, Directive]:
        return directives(root, event, at, partial(silenced, silences)) if sound(event) else {}

    articles = Articles(
        {topic: Scope(begin, done[topic]) for topic in READ},
        ids,
        lambda tagged: (found.watch for found in match(tagged, watches)),
    )
    alerts = Alerts(
        {name: Scope(begin, own[STORIES_EVENTS]) for name, own in lanes.items()}, directing
    )
    extents = kafka.extents(_BY_TIME)
    if cut := cut_short(extents, [done, *lanes.values()]):
        print(
            f"The broker says that {', '.join(cut)} ends before what was read of it: its end was "
            "lost, or the broker is the stand-in, which miscounts. Do not trust what follows.",
            file=sys.stderr,
        )
    for topic, held in extents.items():
        begins = {partition: offsets.start for partition, offsets in held.items()}
        (articles if topic in READ else alerts).deleted_unread(topic, begins)
    _read(kafka, taking(articles, alerts), begin - CLOCKS)
    articles.end()
    return list(articles.rows.values()), list(alerts.rows.values())


def cut_short(
    extents: Mapping[Topic, Mapping[int, range]], read: Sequence[Mapping[Topic, Mapping[int, int]]]
) -> list[str]:
    """The topics of which a group has read more than the broker says there is."""
    return [
        topic.name
        for topic, held in extents.items()
        if any(
            at > held[partition].stop
            for group in read
            for partition, at in group.get(topic, {}).items()
            if partition in held
        )
    ]


def taking(articles: Articles, alerts: Alerts) -> tuple[tuple[Topic, Take], ...]:
    """Who takes the records of which topic, in the order in which they are to be read."""

    def event(record: Any) -> None:
        if is_for_one(record):
            return
        try:
            found = decode(record.value, StoryEvent)
        except Undecodable:
            alerts.event(record, None)
            return
        articles.event(record, found)
        alerts.event(record, found)

    return (
        *((topic.dead, articles.dead) for topic in READ),
        (STORIES_EVENTS.dead, alerts.dead),
        (ALERTS_DEAD, alerts.buried),
        (DELIVERIES, alerts.entry),
        (STORIES_CHANGELOG, articles.step),
        (STORIES_EVENTS, event),
        (ARTICLES_MATCHED, articles.match),
        (ARTICLES_TAGGED, articles.tagged),
        (ARTICLES_RAW, articles.raw),
        (SEEN_CHANGELOG, articles.seen),
    )


def _read(kafka: Kafka, takers: Sequence[tuple[Topic, Take]], begin: datetime) -> None:
    """Give each record of each topic to whom it belongs; a person at a terminal sees how far."""
    extents = kafka.extents([topic for topic, _ in takers if topic not in _BY_TIME])
    extents |= kafka.extents(_BY_TIME, begin)
    left = sum(len(offsets) for held in extents.values() for offsets in held.values())
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=left)
        for topic, take in takers:
            progress.update(task, description=topic.name)
            at = {partition: offsets.start for partition, offsets in extents[topic].items()}
            if not any(extents[topic].values()):
                continue
            for record in kafka.read(topic, came_since=begin if topic in _BY_TIME else None):
                take(record)
                progress.advance(task, record.offset + 1 - at.get(record.partition, 0))
                at[record.partition] = record.offset + 1
