"""The records on the topics, one frozen type for each stage of knowledge.

All times are aware datetimes in UTC; a record with one that has no offset is none. All offsets are
Unicode code points into the field as given, end exclusive: `field[start:end] == surface`. Fields
may be added with a default; a published field never changes its meaning. Unknown fields are ignored
on reading, so that an older reader can follow a newer writer.

One file although it is long: the records are one declaration, read from top to bottom.
"""

from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, datetime
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct

Moment = Annotated[datetime, Meta(tz=True)]
"""A time as records hold it: with its offset, or every comparison with another one would raise."""

Id = Annotated[str, Meta(min_length=1)]
"""What something is known by."""

Count = Annotated[int, Meta(ge=0, lt=2**53)]
"""A whole number as records hold it, exact for every reader of JSON. Larger ones, which JSON
allows, cannot be packed, indexed or multiplied by."""


def reckonable(at: datetime) -> bool:
    """Whether hours can be added to it: not in the first and the last year that there are."""
    return MINYEAR < at.year < MAXYEAR


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

    @property
    def voice(self) -> str:
        """The publisher family; an outlet without one speaks for itself."""
        return self.family or self.outlet


class PublishedSource(StrEnum):
    """Where the publication time was read."""

    FEED = "feed"
    PAGE = "page"
    FIRST_SEEN = "first-seen"


Field = Literal["title", "summary", "text"]


class Article(Record, frozen=True, kw_only=True):
    """One fetched revision of one article. Key on the topic: `id`."""

    id: str  # hash of the canonical URL: shared.identity.article_id
    url: str  # canonical
    title: str
    summary: str = ""
    text: str = ""
    published: Moment
    published_source: PublishedSource = PublishedSource.FEED
    first_seen: Moment  # when this revision first reached us; latency is measured from here
    fingerprint: str  # hash of the normalised content: shared.identity.fingerprint
    source: Source

    @property
    def fields(self) -> Mapping[Field, str]:
        """What is read of it, in this order."""
        return {"title": self.title, "summary": self.summary, "text": self.text}


# ── articles.tagged ─────────────────────────────────────────────────────────────────────────────


class Language(Record, frozen=True, kw_only=True):
    """The language an article is written in. `code` is ISO 639 (`ku` is Kurmanji), or `und`."""

    code: str
    confidence: float


class Span(Record, frozen=True, kw_only=True):
    """A stretch of one field."""

    field: Field
    start: Count
    end: Count


class Mention(Record, frozen=True, kw_only=True):
    """One place where an entity is named."""

    side: str  # the gazetteer's word for whom it stands for, e.g. "iran"
    entity: str  # the gazetteer's id, e.g. "erdogan"
    kind: str  # country, demonym, capital, city, institution, person, team, …
    field: Field
    start: Count
    end: Count
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
    published: Moment
    first_seen: Moment
    role: Role = Role.ORIGINAL
    similarity: float = 1.0  # to the story as it stood when the article joined, 0 to 1
    score: float = 0.0  # of the relation, as in Relation.score
    revisions: Count = 0  # how often the article has changed since it joined


class BlocShare(Record, frozen=True, kw_only=True):
    """What one bloc of outlets (`Source.bloc`) did with a story."""

    bloc: str
    outlet: str  # the bloc's first to carry it
    article: str  # that article's id
    at: Moment  # when it was published there, or first seen if that was earlier
    lag_s: float  # seconds after the first mover; 0 for the first mover itself
    articles: Count  # how many articles of the bloc so far


class Growth(Record, frozen=True, kw_only=True):
    """How large a story is, counted over all its articles, listed or not."""

    articles: Count
    copies: Count = 0
    families: Count = 0
    outlets: Count = 0
    languages: Count = 0
    countries: Count = 0
    last_hour: Count = 0  # articles of the hour before the event's `at`


class Story(Record, frozen=True, kw_only=True):
    """The articles, in any language, from any outlet, that report one event: as known so far.

    `articles` lists at most 40 whole: the first 25 that joined and the newest 15; `growth` counts
    them all, and `families`, `countries`, `languages`, `blocs` are made from them all. A story
    stays far below Kafka's limit of 1 MB.
    """

    id: str
    watch: str
    headline: str
    headline_language: str = "und"
    headlines: dict[str, str] = {}  # the best headline by language
    first_seen: Moment
    first_published: Moment
    articles: tuple[StoryArticle, ...]
    quote: Quote | None = None
    entities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    level: Level = Level.BILATERAL  # the strongest of its articles
    score: float = 0.0  # the highest of its articles
    growth: Growth | None = None
    families: tuple[str, ...] = ()  # publisher families in order of arrival (outlet if it has none)
    countries: tuple[str, ...] = ()  # homes of the outlets in order of arrival
    languages: tuple[str, ...] = ()  # in order of arrival
    blocs: tuple[BlocShare, ...] = ()  # by time; the first is the first mover
    silent: tuple[str, ...] = ()  # the catalogue's blocs without an article, from 6 hours on
    facts: tuple[str, ...] = ()  # numbers told by two articles or in a title, e.g. "56", "3.5e9"
    merged: tuple[str, ...] = ()  # ids of the stories that turned out to be this one
    last_seen: Moment | None = None  # first_seen of the newest article


class EventKind(StrEnum):
    """What happened to a story."""

    OPENED = "opened"
    GREW = "grew"  # an article joined, or a bloc's silence became worth saying
    REVISED = "revised"  # one of its articles changed what it says, or was withdrawn
    MERGED = "merged"  # `merged` lists the stories it swallowed; nothing more comes of those
    CLOSED = "closed"  # 7 days without an article, or quiet longest when room ran out


class Change(Record, frozen=True, kw_only=True):
    """What a revision changed in an article. Cosmetic changes (counters, clocks) are none."""

    what: Literal["title", "numbers", "entities", "text", "retracted"]
    before: str = ""
    after: str = ""


class StoryEvent(Record, frozen=True, kw_only=True):
    """Something happened to a story. Key on the topic: the story's id. `id` comes from content."""

    id: str
    kind: EventKind
    at: Moment  # first_seen of the article that caused it
    story: Story
    article: str | None = None  # id of the article that caused it
    # What is new, as "<kind>:<value>": language:tr, family:aa, country:TR, bloc:western, number:56,
    # entity:fidan, topic:energy, level:bilateral (an escalation), silence:arab. Empty: nothing new.
    new: tuple[str, ...] = ()
    role: Role | None = None  # of the article that caused it
    merged: tuple[str, ...] = ()  # kind merged: ids of the stories swallowed by this event
    changed: tuple[Change, ...] = ()  # kind revised: what the article changed


# ── deliveries ──────────────────────────────────────────────────────────────────────────────────


class Outcome(StrEnum):
    """How the last attempt to deliver an alert ended."""

    PENDING = "pending"  # written down, not yet tried
    DELIVERED = "delivered"
    RETRY = "retry"
    DEAD = "dead"
    SUPPRESSED = "suppressed"  # a silence or a mute time covered it: told to nobody, on purpose


class Delivery(Record, frozen=True, kw_only=True):
    """The ledger entry of one alert to one receiver. Key on the topic: `alert`."""

    alert: Id  # shared.identity.alert_id
    receiver: str
    event: str
    story: str
    outcome: Outcome
    attempts: Count = 0
    at: Moment  # of the last attempt
    next_at: Moment | None = None
    reason: str = ""
    step: Count = 0  # how far down the retry schedule it is
    first_at: Moment | None = None  # of the first attempt
    route: str = ""  # the route that asked for it
    group: str = ""  # what it is told together with
    batch: str = ""  # id of the message it was sealed into; a resend is the same message again
    digest: bool = False  # told in a digest
    catch_up: bool = False  # told in a digest, if the receiver was down when it was due
    edit: bool = False  # no notice: only brings up to date what was told before
    message: str = ""  # the receiver's own id of the message that told it
    held: StoryEvent | None = None  # what is to be told, while it waits and when it is dead
    text: str = ""  # instead of an event: a notice to the operator
