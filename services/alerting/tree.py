"""The tree of routes as files say it (`deploy/config/routes/*.toml`), checked and inherited."""

from collections.abc import Collection
from datetime import timedelta
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from services.alerting.duration import Duration
from services.alerting.ledger import KEEP
from services.alerting.notice import Notice
from services.alerting.timing import Timing
from services.alerting.windows import Digest, Window
from shared.records import EventKind, Level, StoryEvent
from shared.zone import Zone

CatchUp = Literal["each", "digest"]
"""What a receiver that was down gets: each alert, oldest first, or one digest of the untried."""

By = Literal["story", "watch", "topic", "level", "language", "kind", "route"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cover(_Strict):
    """Which events a route takes: every condition that is given must hold."""

    watch: tuple[str, ...] = ()
    level: tuple[Level, ...] = ()
    kind: tuple[EventKind, ...] = ()
    topics: tuple[str, ...] = ()  # any of them
    languages: tuple[str, ...] = ()  # any article in any of them
    blocs: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    min_score: float = Field(default=0.0, ge=0, le=1)
    min_families: int = Field(default=0, ge=0)
    min_languages: int = Field(default=0, ge=0)
    silent_blocs: tuple[str, ...] = ()  # none of them has reported it …
    silent_for: Duration = timedelta()  # … so long after it was first seen

    def covers(self, event: StoryEvent) -> bool:
        """Whether this event is one of them."""
        story, articles = event.story, event.story.articles
        sources = [article.source for article in articles]
        languages = {*story.languages, *(article.language for article in articles)}
        families = {*story.families, *(source.voice for source in sources)}
        return (
            _any(self.watch, {story.watch})
            and _any(self.level, {story.level})
            and _any(self.kind, {event.kind})
            and _any(self.topics, set(story.topics))
            and _any(self.languages, languages)
            and _any(self.blocs, _heard(event))
            and _any(self.outlets, {source.outlet for source in sources})
            and _any(self.families, families)
            and story.score >= self.min_score
            and len(families) >= self.min_families
            and len(languages) >= self.min_languages
            and self._silent(event)
        )

    def _silent(self, event: StoryEvent) -> bool:
        if not self.silent_blocs:
            return True
        old = event.at - event.story.first_seen >= self.silent_for
        return old and not _heard(event).intersection(self.silent_blocs)


class Route(_Strict):
    """One route. None: as the route above says."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    match: Cover = Cover()
    receivers: tuple[str, ...] | None = None
    continues: bool = Field(default=False, alias="continue")
    notice: tuple[Notice, ...] | None = None
    group_by: tuple[By, ...] | None = None
    group_wait: Duration | None = None
    group_interval: Duration | None = Field(default=None, le=KEEP)
    repeat_interval: Duration | None = Field(default=None, le=KEEP)
    pace: Duration | None = Field(default=None, le=KEEP)
    daily_budget: int | None = Field(default=None, ge=1)
    digest: Digest | None = None
    catch_up: CatchUp | None = None
    quiet: tuple[Window, ...] | None = None
    mute: tuple[Window, ...] | None = None
    timezone: Zone | None = None
    routes: tuple["Route", ...] = ()
    path: str = Field(default="", exclude=True)

    def below(self, above: "Route") -> Self:
        """This route with what it does not say taken from the one above, down the tree."""
        inherited = {
            name: getattr(above, name) for name in _INHERITED if getattr(self, name) is None
        }
        whole = self.model_copy(update={**inherited, "path": f"{above.path}/{self.name}"})
        below = tuple(route.below(whole) for route in self.routes)
        return whole.model_copy(update={"routes": below})

    def timing(self) -> Timing:
        """What it says about when."""
        return Timing(
            zone=self.timezone or "UTC",
            group_wait=self.group_wait or timedelta(),
            group_interval=self.group_interval or timedelta(),
            repeat_interval=self.repeat_interval or timedelta(),
            pace=self.pace or timedelta(),
            budget=self.daily_budget,
            digest=self.digest,
            catch_up=self.catch_up == "digest",
            quiet=self.quiet or (),
            mute=self.mute or (),
        )


class RoutesFile(_Strict):
    """One file: routes that stand beside those of the other files, in the order of file names."""

    route: tuple[Route, ...] = ()


_INHERITED = (
    "receivers",
    "notice",
    "group_by",
    "group_wait",
    "group_interval",
    "repeat_interval",
    "pace",
    "daily_budget",
    "digest",
    "catch_up",
    "quiet",
    "mute",
    "timezone",
)

ROOT = Route(name="root", notice=("opened",), group_by=("story",), timezone="UTC", receivers=())


def rooted(routes: tuple[Route, ...]) -> Route:
    """The whole tree: these routes under a root that tells nobody."""
    return ROOT.model_copy(update={"routes": tuple(route.below(ROOT) for route in routes)})


def _heard(event: StoryEvent) -> set[str]:
    """The blocs that have reported it."""
    listed = {article.source.bloc for article in event.story.articles}
    return listed | {share.bloc for share in event.story.blocs}


def _any(wanted: tuple[object, ...], there: Collection[object]) -> bool:
    return not wanted or bool(set(wanted) & set(there))
