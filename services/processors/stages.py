"""The stages between two topics, as pure functions: a record in, effects out.

    articles.raw     ▸ Tag     judge ▸ detect ▸ find ▸ relate ▸ topics    ▸ articles.tagged
    articles.tagged  ▸ Select  match                                     ▸ articles.matched
    articles.matched ▸ Gather  gather                                    ▸ stories.events

A stage reads its table and returns what to write to it; the shell carries the effects out: table
first, then outputs, then the acknowledgement. Every record ends in exactly one StageOutcome. A
record that is no record raises Undecodable; any other exception is a fault of ours. The shell turns
both into a dead letter.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct, structs

from services.processors.forget import Ages
from services.processors.gather.reader import Reader
from services.processors.gather.stories import Stories
from services.processors.judge import Judgement, Seen, judge
from services.processors.match import match
from services.processors.timely import timely
from services.processors.understand import Understanding
from services.processors.watches import Watch
from shared.codec import Undecodable, decode, encode
from shared.records import Article, Lane, Match, TaggedArticle, Verdict
from shared.topics import ARTICLES_MATCHED, ARTICLES_TAGGED, STORIES_EVENTS, Topic

MENTIONS_KEPT = 500
"""Of one article, the first; a page that repeats a name without end adds nothing."""


Clock = Callable[[], datetime]

Unread = Callable[[str], None]
"""Is told each key of a table whose value cannot be read: that is as if it had never been."""


def _unsaid(_key: str) -> None:
    """Nobody wants to know."""


class StageOutcome(StrEnum):
    """How a stage ended with a record."""

    PASSED = "passed"  # its outputs are on the next topic
    UNCHANGED = "unchanged"  # seen before, nothing to say
    UNMATCHED = "unmatched"  # no watch asks for it
    UNDECODABLE = "undecodable"  # dead letter: the record is bad
    TOO_LARGE = "too-large"  # dead letter: it, or what would follow, is more than a topic takes
    FAILED = "failed"  # dead letter: we are


class Incoming(Struct, frozen=True, kw_only=True):
    """A record as it stands on its topic. `place` is topic-partition-offset.

    `origin` says the topic's id, too: no other record ever has it.
    """

    key: bytes | None
    value: bytes | None
    lane: Lane
    partition: int
    place: str
    origin: str


class Write(Struct, frozen=True):
    """Set `key` in the stage's table, or delete it where `value` is None."""

    key: bytes
    value: bytes | None


class Output(Struct, frozen=True):
    """A record for another topic."""

    topic: Topic
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class Effects(Struct, frozen=True, kw_only=True):
    """What a record brings about, in the order in which the shell must do it."""

    outcome: StageOutcome
    lane: Lane
    writes: tuple[Write, ...] = ()
    outputs: tuple[Output, ...] = ()


class Stage(Protocol):
    """What the shell runs."""

    def __call__(self, incoming: Incoming) -> Effects:
        """The effects of this record. Raises Undecodable for bytes that are no such record."""

    def recovered(self) -> None:
        """The table is not what it was (start, rebalance, a fault): drop every cache of it."""


class Tag:
    """articles.raw ▸ articles.tagged."""

    def __init__(
        self,
        understanding: Understanding,
        table: Mapping[bytes, bytes],
        clock: Clock,
        unread: Unread = _unsaid,
    ) -> None:
        self._understanding, self._table = understanding, table
        self._clock, self._unread = clock, unread
        self._ages = Ages()

    def recovered(self) -> None:
        """Read the ages of all articles from the table again."""
        self._ages = Ages()
        self._ages.restore(self._remembered())

    def __call__(self, incoming: Incoming) -> Effects:
        """Judge ▸ detect ▸ find ▸ relate ▸ topics."""
        article = timely(decode(incoming.value, Article), self._clock())
        key = article.id.encode()
        judgement = judge(
            self._seen(key, self._table.get(key)), article, incoming.origin, incoming.lane
        )
        if judgement.verdict is Verdict.UNCHANGED:
            return Effects(outcome=StageOutcome.UNCHANGED, lane=incoming.lane)
        tagged = self._tagged(article, judgement.verdict)
        return Effects(
            outcome=StageOutcome.PASSED,
            lane=incoming.lane,
            writes=tuple(self._writes(key, judgement, incoming.partition)),
            outputs=(Output(ARTICLES_TAGGED, key, encode(tagged)),),
        )

    def _seen(self, key: bytes, remembered: bytes | None) -> Seen | None:
        """What is remembered of an article; gather knows the article, too, where that is lost."""
        try:
            return None if remembered is None else decode(remembered, Seen)
        except Undecodable:
            self._unread(key.decode(errors="replace"))
            return None

    def _remembered(self) -> Iterator[tuple[int, bytes, float]]:
        for key, value in self._table.items():
            if (seen := self._seen(key, value)) and (at := _PLACE.search(seen.latest.origin)):
                yield int(at[1]), key, seen.last_seen

    def _tagged(self, article: Article, verdict: Verdict) -> TaggedArticle:
        understood = self._understanding.understand(
            article.fields,
            prior=article.source.language,
            on=article.published.date(),
        )
        kept = structs.replace(understood, mentions=understood.mentions[:MENTIONS_KEPT])
        return kept.tagged(article, verdict)

    def _writes(self, key: bytes, judgement: Judgement, partition: int) -> Iterator[Write]:
        if judgement.seen is None:
            return
        self._ages.heard(partition, key, judgement.seen.last_seen)
        yield Write(key, encode(judgement.seen))
        for stale in self._ages.stale(partition, judgement.seen.last_seen):
            yield Write(stale, None)


class Select:
    """articles.tagged ▸ articles.matched."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self._watches = watches

    def recovered(self) -> None:
        """Nothing: this stage has no table."""

    def __call__(self, incoming: Incoming) -> Effects:
        """One Match for each watch that asks for the article."""
        tagged = decode(incoming.value, TaggedArticle)
        matches = match(tagged, self._watches)
        if not matches:
            return Effects(outcome=StageOutcome.UNMATCHED, lane=incoming.lane)
        return Effects(
            outcome=StageOutcome.PASSED,
            lane=incoming.lane,
            outputs=tuple(
                Output(ARTICLES_MATCHED, found.watch.encode(), encode(found)) for found in matches
            ),
        )


class Gather:
    """articles.matched ▸ stories.events."""

    def __init__(
        self,
        reader: Reader,
        table: Mapping[bytes, bytes],
        clock: Clock,
        unread: Unread = _unsaid,
    ) -> None:
        self._reader, self._table = reader, table
        self._clock, self._unread = clock, unread
        self._stories: dict[str, Stories] = {}

    def recovered(self) -> None:
        """Each watch's stories are read from the table again when its next match comes."""
        self._stories = {}

    def __call__(self, incoming: Incoming) -> Effects:
        """gather: what this match does to its watch's stories."""
        found = _timely(decode(incoming.value, Match), self._clock())
        if incoming.key != found.watch.encode():  # its stories may be another processor's
            raise Undecodable(f"a match of the watch {found.watch!r} with another key")
        decision = self._stories_of(found.watch).step(found, incoming.origin, incoming.lane)
        return Effects(
            outcome=StageOutcome.PASSED if decision.events else StageOutcome.UNCHANGED,
            lane=decision.lane,
            writes=tuple(Write(key.encode(), value) for key, value in decision.writes),
            outputs=tuple(
                Output(STORIES_EVENTS, event.story.id.encode(), encode(event))
                for event in decision.events
            ),
        )

    def _stories_of(self, watch: str) -> Stories:
        if watch not in self._stories:
            stories = self._stories[watch] = Stories(watch, self._reader)
            for key in stories.restore(
                (key.decode(errors="replace") for key in self._table),
                lambda key: self._table[key.encode()],
            ):
                self._unread(key)
        return self._stories[watch]


def _timely(found: Match, now: datetime) -> Match:
    article = timely(found.tagged.article, now)
    if article is found.tagged.article:
        return found
    return structs.replace(found, tagged=structs.replace(found.tagged, article=article))


_PLACE = re.compile(r"-(\d+)-\d+$")
"""The partition in an origin."""
