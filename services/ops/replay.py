"""`newswatch replay --deliver RECEIVER`: history told again, to whom it is asked for, by name.

What that receiver was told before is not told again: the alert's id is the same.
"""

from datetime import UTC, datetime

from services.ops.broker import BOOTSTRAP, Bootstrap, Namespace, broker, moment, send, story_events
from services.ops.config_dir import CONFIG_DIR
from services.ops.known import need_receiver, need_watch
from services.ops.options import ConfigDir
from shared.codec import encode
from shared.headers import for_one
from shared.records import EventKind
from shared.topics import STORIES_EVENTS


def replay(
    *,
    deliver: str,
    since: str,
    until: str | None = None,
    watch: str | None = None,
    config_dir: ConfigDir = CONFIG_DIR,
    kind: tuple[EventKind, ...] = (EventKind.OPENED,),
    dry_run: bool = False,
    bootstrap: Bootstrap = BOOTSTRAP,
    namespace: Namespace = "",
) -> int:
    """Send past story events to one receiver, oldest first. It gets none twice.

    Args:
        deliver: The receiver's name. Nobody else gets anything.
        since: How far back: 2h, 1d or an ISO 8601 time.
        until: Up to when; by default now.
        watch: Only stories of this watch.
        config_dir: The configuration folder with the watches.
        kind: The kinds of events to send.
        dry_run: Send nothing; only say how many would be sent.
        bootstrap: The broker's address.
        namespace: The prefix of every topic's name.
    """
    now = datetime.now(UTC)
    start, end = moment(since, now) or now, moment(until, now) or now
    if watch:
        need_watch(config_dir, watch)
    kafka = broker(bootstrap, namespace, STORIES_EVENTS)
    need_receiver(kafka, deliver)
    found = {
        event.id: event
        for event in story_events(kafka)
        if start <= event.at <= end and event.kind in kind and watch in {None, event.story.watch}
    }
    if not dry_run:
        events = sorted(found.values(), key=lambda event: (event.at, event.id))
        send(
            kafka,
            STORIES_EVENTS,
            ((event.story.id.encode(), encode(event), for_one(deliver)) for event in events),
        )
    print(f"{len(found)} {'would be' if dry_run else 'were'} sent to {deliver}")
    return 0
