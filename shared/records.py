"""The records on the topics, one frozen type for each stage of knowledge.

All times are aware datetimes in UTC. All offsets are Unicode code points into the field as given,
end exclusive: `field[start:end] == surface`. Fields may be added with a default; a published field
never changes its meaning. Unknown fields are ignored on reading, so that an older reader can follow
a newer writer.
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from msgspec import Struct


class Record(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A value on a topic: immutable, JSON on the wire, defaults left out."""


class Lane(StrEnum):
    """Whether a record is news or history. Travels in the header `lane`; absent means live."""

    LIVE = "live"
    REPLAY = "replay"


# ── articles.raw ────────────────────────────────────────────────────────────────────────────────


class Source(Record, frozen=True, kw_only=True):
    """Who published an article, as the feed catalogue says."""

    feed: str
    outlet: str
    home: str = ""  # country of the outlet: ISO 3166-1 alpha-2, or a word such as "diaspora"
    family: str = ""  # the publisher family: nine editions of one house are one voice
    bloc: str = ""  # e.g. "iranian-state", "turkish-opposition"; used for silence and first mover
    language: str | None = None  # the feed's own label: a prior, not an answer


class PublishedSource(StrEnum):
    """Where the publication time was read."""

    FEED = "feed"
    PAGE = "page"
    FIRST_SEEN = "first-seen"


class Article(Record, frozen=True, kw_only=True):
    """One fetched revision of one article. Key on the topic: `id`."""

    id: str  # hash of the canonical URL: shared.identity.article_id
    url: str  # canonical
    title: str
    summary: str = ""
    text: str = ""
    published: datetime
    published_source: PublishedSource = PublishedSource.FEED
    first_seen: datetime  # when this revision first reached us; latency is measured from here
    fingerprint: str  # hash of the normalised content: shared.identity.fingerprint
    source: Source


# ── articles.tagged ─────────────────────────────────────────────────────────────────────────────

Field = Literal["title", "summary", "text"]


class Language(Record, frozen=True, kw_only=True):
    """The language an article is written in. `code` is ISO 639 (`ku` is Kurmanji), or `und`."""

    code: str
    confidence: float


class Span(Record, frozen=True, kw_only=True):
    """A stretch of one field."""

    field: Field
    start: int
    end: int


class Mention(Record, frozen=True, kw_only=True):
    """One place where an entity is named."""

    side: str  # the gazetteer's word for whom it stands for, e.g. "iran"
    entity: str  # the gazetteer's id, e.g. "erdogan"
    kind: str  # country, demonym, capital, city, institution, person, team, …
    field: Field
    start: int
    end: int
    surface: str


class Level(StrEnum):
    """How two sides meet in an article."""

    BILATERAL = "bilateral"  # one acts toward, in or about the other
    CO_MENTION = "co-mention"  # both are there, nothing ties them
    NONE = "none"


class Relation(Record, frozen=True, kw_only=True):
    """Whether an article is about the two sides of a watch, with the spans that decided."""

    level: Level
    score: float  # 0 to 1; ranks
    evidence: tuple[Span, ...] = ()


class Verdict(StrEnum):
    """What judge says of an article."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"


class TaggedArticle(Record, frozen=True, kw_only=True):
    """An article and all that was understood of it. Key on the topic: the article's id."""

    article: Article
    verdict: Verdict
    language: Language
    mentions: tuple[Mention, ...] = ()
    relations: dict[str, Relation] = {}  # by watch id; levels above `none` only
    topics: tuple[str, ...] = ()  # at most three, the strongest first


# ── articles.matched ────────────────────────────────────────────────────────────────────────────


class Match(Record, frozen=True, kw_only=True):
    """A tagged article and the watch it matched. Key on the topic: `watch`."""

    watch: str
    tagged: TaggedArticle


# ── stories.events ──────────────────────────────────────────────────────────────────────────────


class Role(StrEnum):
    """What an article is to its story."""

    ORIGINAL = "original"
    COPY = "copy"
    OWN_REPORT = "own-report"
    FOLLOW_UP = "follow-up"


class Quote(Record, frozen=True, kw_only=True):
    """A sentence of an article that shows why it matched; `marks` are (start, end) in `text`."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()
    language: str = "und"


class StoryArticle(Record, frozen=True, kw_only=True):
    """An article as its story remembers it."""

    id: str
    fingerprint: str
    url: str
    title: str
    source: Source
    language: str
    published: datetime
    first_seen: datetime
    role: Role = Role.ORIGINAL
    similarity: float = 1.0
    score: float = 0.0


class Story(Record, frozen=True, kw_only=True):
    """The articles, in any language, from any outlet, that report one event: as known so far."""

    id: str
    watch: str
    headline: str
    headline_language: str = "und"
    headlines: dict[str, str] = {}  # the best headline by language
    first_seen: datetime
    first_published: datetime
    articles: tuple[StoryArticle, ...]
    quote: Quote | None = None
    entities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    level: Level = Level.BILATERAL
    score: float = 0.0


class EventKind(StrEnum):
    """What happened to a story."""

    OPENED = "opened"
    GREW = "grew"
    REVISED = "revised"
    MERGED = "merged"
    CLOSED = "closed"


class StoryEvent(Record, frozen=True, kw_only=True):
    """Something happened to a story. Key on the topic: the story's id. `id` comes from content."""

    id: str
    kind: EventKind
    at: datetime  # first_seen of the article that caused it
    story: Story
    article: str | None = None  # id of the article that caused it
    new: tuple[str, ...] = ()  # what is new, e.g. "language:tr", "family:aa", "number:56"


# ── deliveries ──────────────────────────────────────────────────────────────────────────────────


class Outcome(StrEnum):
    """How the last attempt to deliver an alert ended."""

    PENDING = "pending"  # written down, not yet tried
    DELIVERED = "delivered"
    RETRY = "retry"
    DEAD = "dead"


class Delivery(Record, frozen=True, kw_only=True):
    """The ledger entry of one alert to one receiver. Key on the topic: `alert`."""

    alert: str  # shared.identity.alert_id
    receiver: str
    event: str
    story: str
    outcome: Outcome
    attempts: int = 0
    at: datetime  # of the last attempt
    next_at: datetime | None = None
    reason: str = ""
