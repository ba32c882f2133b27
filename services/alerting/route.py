"""Whom to tell of an event: the tree of routes, matched depth first.

A route takes an event that its `match` covers; then its own routes are asked in order, the first
that takes it wins, and with `continue` the following ones are asked too. Where none of them takes
it, the route itself tells its receivers. What a route does not say, it has from the one above it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.alerting.message import Reason
from services.alerting.notice import is_notice
from services.alerting.timing import Timing, muted
from services.alerting.tree import Route
from shared.records import StoryEvent

Silenced = Callable[[StoryEvent, str, datetime], bool]
"""Whether a silence covers this event for this receiver at this time."""


@dataclass(frozen=True, kw_only=True)
class Directive:
    """That a receiver is to be told of an event: by which route, with what, how.

    `group` names what it is told together with. `unsaid` is why it is not told at all; `edit`
    means that it is no notice, but that what was told before may be brought up to date.
    """

    receiver: str
    route: str
    group: str
    timing: Timing
    edit: bool = False
    unsaid: Reason | None = None


def directives(
    root: Route, event: StoryEvent, moment: datetime, silenced: Silenced
) -> dict[str, Directive]:
    """Whom to tell of this event, by receiver; the first route that names a receiver has it.

    `moment` is that for which mute times and silences are asked.
    """
    result: dict[str, Directive] = {}
    for route in _taking(root, event):
        for receiver in route.receivers or ():
            result.setdefault(receiver, _directive(route, receiver, event, moment, silenced))
    return result


def _taking(route: Route, event: StoryEvent) -> Iterator[Route]:
    """The routes that tell this event, starting at one whose match covers it."""
    taken = False
    for child in route.routes:
        if child.match.covers(event):
            taken = True
            yield from _taking(child, event)
            if not child.continues:
                return
    if not taken:
        yield route


def _directive(
    route: Route, receiver: str, event: StoryEvent, moment: datetime, silenced: Silenced
) -> Directive:
    timing = route.timing()
    unsaid = None
    if silenced(event, receiver, moment):
        unsaid = Reason.SILENCED
    elif muted(timing, moment):
        unsaid = Reason.MUTED
    return Directive(
        receiver=receiver,
        route=route.path,
        group=_group(route, event),
        timing=timing,
        edit=not is_notice(event, route.notice or ()),
        unsaid=unsaid,
    )


def _group(route: Route, event: StoryEvent) -> str:
    if route.digest:
        return f"{route.path} digest"
    story = event.story
    values = {
        "story": story.id,
        "watch": story.watch,
        "topic": next(iter(story.topics), ""),
        "level": story.level.value,
        "language": story.headline_language,
        "kind": event.kind.value,
        "route": "",
    }
    return " ".join([route.path, *(f"{by}={values[by]}" for by in route.group_by or ())])


def describe(directive: Directive, at: datetime, now: datetime) -> str:
    """One line for people: which receiver, when, why."""
    if directive.unsaid:
        return f"{directive.receiver}: not told ({directive.unsaid.value}), route {directive.route}"
    if directive.edit:
        return f"{directive.receiver}: no notice by route {directive.route}; edited where possible"
    wait = at - now
    when = "now" if wait <= timedelta() else f"in {wait}, at {at.isoformat(timespec='seconds')}"
    return f"{directive.receiver}: {when}, route {directive.route}, with {directive.group!r}"
