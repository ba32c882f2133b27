"""`newswatch story`: the stories of a running Newswatch; of one, all that is known."""

import sys
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from services.alerting.bidi import clean
from services.alerting.names import read_names
from services.alerting.view import Reader
from services.alerting.words import Reading
from services.ops.broker import (
    BOOTSTRAP,
    Bootstrap,
    Namespace,
    broker,
    end,
    moment,
    readable,
    story_events,
)
from services.ops.chronicle import chronicle, heading, latest, lines, sound, swallowed
from services.ops.config_dir import CONFIG_DIR
from services.ops.known import need_watch
from services.ops.listing import print_lines
from services.ops.options import ConfigDir
from shared.kafka import Kafka
from shared.records import Delivery, StoryEvent
from shared.topics import DELIVERIES, STORIES_EVENTS
from shared.zone import known_zone

MISTAKEN = 2

Json = Annotated[bool, Parameter(name="--json")]

story = App(name="story", help="List recent stories, or show all that is known of one.")


@story.command(name="list")
def listed(
    *,
    since: str = "1d",
    watch: str | None = None,
    language: Reading = "en",
    zone: str = "UTC",
    as_json: Json = False,
    config_dir: ConfigDir = CONFIG_DIR,
    bootstrap: Bootstrap = BOOTSTRAP,
    namespace: Namespace = "",
) -> int:
    """List the stories with recent events, the latest first.

    Args:
        since: How far back: 2h, 1d or an ISO 8601 time.
        watch: Only stories of this watch.
        language: The language of the headlines, where an outlet has one in it.
        zone: The time zone of the times shown, e.g. Europe/Istanbul.
        as_json: Print each story in full, as one line of JSON.
        config_dir: The configuration folder with the watches.
        bootstrap: The broker's address.
        namespace: The prefix of every topic's name.
    """
    reader = Reader(language=language, zone=_zone(zone))
    start = moment(since, datetime.now(UTC))
    if watch:
        need_watch(config_dir, watch)
    found = latest(_events(broker(bootstrap, namespace, STORIES_EVENTS)))
    gone = swallowed(found)
    wanted = [
        event
        for own, event in found.items()
        if own not in gone
        and (start is None or event.at >= start)
        and watch in {None, event.story.watch}
    ]
    wanted.sort(key=lambda event: event.at, reverse=True)
    shown = (_json(event.story) if as_json else heading(event, reader) for event in wanted)
    print_lines(shown, nothing=f"no story since {start:%Y-%m-%d %H:%M} UTC")
    return 0


@story.command
def show(
    id_: str,
    *,
    language: Reading = "en",
    zone: str = "UTC",
    as_json: Json = False,
    config_dir: ConfigDir = CONFIG_DIR,
    bootstrap: Bootstrap = BOOTSTRAP,
    namespace: Namespace = "",
) -> int:
    """Show one story: who reported it and when, what happened to it, and who was told of it.

    Args:
        id_: The story's id, or its first characters.
        language: The language of names and the headline.
        zone: The time zone of the times shown, e.g. Europe/Istanbul.
        as_json: Print one line of JSON: the story, its events and its deliveries.
        config_dir: The configuration folder with the gazetteer.
        bootstrap: The broker's address.
        namespace: The prefix of every topic's name.
    """
    zone = _zone(zone)
    kafka = broker(bootstrap, namespace, STORIES_EVENTS, DELIVERIES)
    found = latest(_events(kafka))
    ledger = readable(kafka, DELIVERIES, Delivery)
    told = chronicle(_one(id_, found), found, _events(kafka), ledger)
    if as_json:
        print(_json(told))
    else:
        names = read_names(config_dir / "gazetteer").get(language, {})
        print("\n".join(lines(told, Reader(language=language, zone=zone, names=names))))
    return 0


def _events(kafka: Kafka) -> Iterator[StoryEvent]:
    return filter(sound, story_events(kafka))


def _zone(name: str) -> str:
    try:
        return known_zone(name)
    except ValueError as error:
        end(f"--zone {name!r}: {error}")


def _one(begin: str, known: Collection[str]) -> str:
    """The only one that begins so; else the command ends here."""
    fitting = sorted(own for own in known if own.startswith(begin))
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        few = clean(", ".join(fitting[:5]))
        print(f"{len(fitting)} stories begin with {begin!r}: {few} …", file=sys.stderr)
    else:
        print(f"no story {begin!r}; see newswatch story list --since 30d", file=sys.stderr)
    sys.exit(MISTAKEN)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
