"""The catalogue of feeds, as people edit it: `deploy/config/feeds.toml`.

A file has one `[defaults]` table and a `[[feed]]` table a feed; what a feed leaves out, the
defaults give. All durations are seconds. Pure: `shared.config` reads the file.
"""

from collections import Counter
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.fetcher.links import admissible
from services.fetcher.private import Private
from shared.records import Source
from shared.reference import SecretRef
from shared.zone import Zone

DAY = 86_400.0


def _web_address(url: str) -> str:
    if not admissible(url):
        raise ValueError("must be an http or https URL without a password; copy it from a browser")
    return url


WebAddress = Annotated[str, AfterValidator(_web_address)]
HeaderName = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,100}$")]


class PoliteKey(StrEnum):
    """What must not be asked too often."""

    HOST = "host"
    DOMAIN = "domain"
    FEED = "feed"
    ADDRESS = "address"


class FullText(StrEnum):
    """When an entry's page is fetched for its text."""

    AUTO = "auto"  # for entries that carry only a line or two
    ALWAYS = "always"
    NEVER = "never"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Feed(_Strict):
    """A URL that lists an outlet's newest articles, and how to treat it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,99}$")]
    url: WebAddress
    outlet: str
    home: str = ""  # ISO 3166-1 alpha-2, or a word such as "diaspora"
    family: str = ""  # the publisher family; nine editions of one house are one voice
    bloc: str = ""
    language: str | None = None  # a prior, not an answer
    time_zone: Zone = "UTC"  # of dates that name none
    verified: bool = False  # whether somebody saw it answer; the note says when and how
    note: str = ""
    floor: Annotated[float, Field(gt=0)] = 600.0  # never polled more often
    ceiling: Annotated[float, Field(gt=0)] = 7200.0  # nor, while it is well, less often
    max_entries: Annotated[int, Field(gt=0)] = 500  # published a poll; the rest next time
    max_bytes: Annotated[int, Field(gt=0)] = 8_000_000  # of a document, inflated
    max_age_days: Annotated[float, Field(gt=0)] = 30.0  # older entries are filtered
    full_text: FullText = FullText.NEVER
    polite_key: PoliteKey = PoliteKey.HOST
    concurrency: Annotated[int, Field(gt=0)] = 2  # at once for one polite key
    spacing: Annotated[float, Field(ge=0)] = 5.0  # between starts for one polite key
    websub: bool = True  # subscribe where a public feed names a hub
    headers: dict[HeaderName, SecretRef] = {}  # what a private feed is asked with
    query: dict[str, SecretRef] = {}  # likewise, as parameters of its URL

    @model_validator(mode="after")
    def _ordered(self) -> "Feed":
        if self.ceiling < self.floor:
            raise ValueError(
                f"ceiling {self.ceiling} is below floor {self.floor}; raise the ceiling"
            )
        return self

    @property
    def source(self) -> Source:
        """Who publishes it, as records say it."""
        return Source(
            feed=self.id,
            outlet=self.outlet,
            home=self.home,
            family=self.family or self.outlet,
            bloc=self.bloc,
            language=self.language,
        )

    @property
    def private(self) -> Private:
        """What it is asked with beyond its URL; falsy where anybody may read it."""
        return Private(url=self.url, headers=self.headers, query=self.query)

    @property
    def host(self) -> str:
        """The host it lives on."""
        return urlsplit(self.url).hostname or ""


class Catalogue(_Strict):
    """One file of feeds."""

    defaults: dict[str, Any] = {}
    feed: tuple[Feed, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _with_defaults(cls, values: Any) -> Any:
        if not isinstance(values, dict) or not isinstance(values.get("feed"), list):
            return values
        defaults = values.get("defaults", {})
        if isinstance(defaults, dict) and defaults.keys() & {"headers", "query"}:
            raise ValueError("defaults: a secret belongs to one feed; move headers and query to it")
        return {**values, "feed": [{**defaults, **feed} for feed in values["feed"]]}

    @model_validator(mode="after")
    def _distinct(self) -> "Catalogue":
        if twice := doubled(self.feed):
            raise ValueError("; ".join(twice))
        return self


def doubled(feeds: tuple[Feed, ...]) -> list[str]:
    """A sentence for each id or URL that two feeds share."""
    fields: tuple[Literal["id", "url"], ...] = ("id", "url")
    return [
        f"two feeds have the {field} {value}; remove one"
        for field in fields
        for value, count in Counter(getattr(feed, field) for feed in feeds).items()
        if count > 1
    ]
