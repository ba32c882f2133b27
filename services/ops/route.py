"""`newswatch route test`: whom a story event would be told to, when, and why."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from services.alerting.bidi import clean
from services.alerting.configuration import read_routes
from services.alerting.ledger import Ledger
from services.alerting.route import describe, directives
from services.alerting.timing import due
from services.alerting.tree import Route
from services.ops.config_dir import CONFIG_DIR
from services.ops.options import ConfigDir
from shared.codec import Undecodable, decode
from shared.config import ConfigError
from shared.records import StoryEvent

MISTAKEN = 2

route = App(name="route", help="Try out the routes.")


@route.command(name="test")
def try_out(
    *,
    config_dir: ConfigDir = CONFIG_DIR,
    routes: Annotated[Path | None, Parameter(env_var="NEWSWATCH_ROUTES")] = None,
    at: datetime | None = None,
) -> int:
    """Read story events as JSON lines; say which receivers would be told, when and why.

    Each story is treated as the first of the day, whatever was told before.

    Args:
        config_dir: The configuration folder, which holds `routes/`.
        routes: Another file or folder of routes.
        at: The time to suppose; by default now.
    """
    now = at or datetime.now(UTC)
    now = now if now.tzinfo else now.replace(tzinfo=UTC)
    try:
        root = read_routes(routes or config_dir / "routes")
    except ConfigError as error:
        print(error, file=sys.stderr)
        return MISTAKEN
    bad = 0
    for number, line in enumerate(sys.stdin.buffer, 1):
        if not line.strip():
            continue
        try:
            print("\n".join(_lines(root, decode(line, StoryEvent), now)))
        except Undecodable as error:
            bad = MISTAKEN
            print(f"line {number}: {error}", file=sys.stderr)
    return bad


def _lines(root: Route, event: StoryEvent, now: datetime) -> list[str]:
    found = directives(root, event, now, lambda *_: False)
    said = [f"{event.kind.value} {clean(event.story.id)}: {clean(event.story.headline)}"]
    for directive in found.values():
        when = due(
            directive.timing,
            route=directive.route,
            group=directive.group,
            story=event.story.id,
            ledger=Ledger(),
            now=now,
        )
        said.append("  " + clean(describe(directive, when.at, now)))
    return said if found else [*said, "  nobody: no route takes it"]
