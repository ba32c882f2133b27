"""Where each article went, from articles.raw to stories.events: every topic beside the next. Pure.

What follows from a record is on the broker before the record is committed. So for each record that
was committed there must be one of these, or it is missing:

    articles.raw       its revision on articles.tagged, or in judge's table as one seen before
    articles.tagged    a match for each watch that asks for it, by the watches as they are now
    articles.matched   the step that it made, and on stories.events whatever that step tells; where
                       the step was deleted since, an event that its article caused
    each of them       the record on the topic's dead letters
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Any

import msgspec

from services.ops.audit_fates import Fate, Row, Scope
from services.ops.record import headers, is_history, place_of
from services.processors.gather.claim import own_id
from services.processors.gather.steps import UNREADABLE, as_sent, seq_of, watch_of
from services.processors.judge import Seen
from shared.codec import Undecodable, decode
from shared.records import Article, EventKind, Match, StoryEvent, TaggedArticle
from shared.topics import ARTICLES_MATCHED, ARTICLES_RAW, ARTICLES_TAGGED, Topic

READ = (ARTICLES_RAW, ARTICLES_TAGGED, ARTICLES_MATCHED)
"""What the processors read."""

Content = tuple[str, str]
"""An article's id and fingerprint: one revision."""

Asking = Callable[[TaggedArticle], Iterable[str]]
"""The watches that ask for an article."""

_NEWS = (EventKind.OPENED, EventKind.GREW)
_UNREADABLE = "it cannot be read, and was not put aside"


class _Named(msgspec.Struct, frozen=True):
    id: str
    fingerprint: str


class _Signals(msgspec.Struct, frozen=True):
    told: _Named


class _Step(msgspec.Struct, frozen=True):
    """As much of a step as shows what made it."""

    origin: str
    signals: _Signals


class Articles:
    """The audit of what the processors read.

    The records come topic by topic, in the order of the methods: whatever may follow from one is
    known when it comes.
    """

    def __init__(
        self, scopes: Mapping[Topic, Scope], ids: Mapping[Topic, str], asking: Asking
    ) -> None:
        """`scopes` and `ids`, which the broker gave them, are those of the topics `READ`."""
        self.rows = {topic: Row(topic.name) for topic in READ}
        self._scopes, self._ids, self._asking = scopes, ids, asking
        self._aside: set[str] = set()  # places
        self._steps: dict[str, tuple[bytes, ...]] = {}  # by origin, what the step tells
        self._held: set[tuple[str, str]] = set()  # watch and article, of steps
        self._placed: set[tuple[str, Content]] = set()  # likewise, with the revision
        self._events: dict[str, bytes] = {}  # by id
        self._sent: set[bytes] = set()
        self._news: dict[tuple[str, str], str] = {}  # by watch and article, the event
        self._caused: set[tuple[str, str]] = set()  # watch and article
        self._matched: set[tuple[str, Content]] = set()
        self._tagged: set[Content] = set()
        self._read: set[str] = set()  # origins on articles.raw
        self._passed: set[Content] = set()
        self._unseen: dict[Content, list[Any]] = defaultdict(list)  # records of articles.raw

    def deleted_unread(self, topic: Topic, begins: Mapping[int, int]) -> None:
        """`begins` is by partition the offset of the oldest record that the topic has."""
        self._scopes[topic].count_unread(self.rows[topic], topic, begins)

    def dead(self, record: Any) -> None:
        """A dead letter of one of the topics."""
        self._aside.add(headers(record).get("source", ""))

    def step(self, record: Any) -> None:
        """A record of the changelog of stories, also of what was deleted there since."""
        if record.key is None or record.value is None:
            return
        try:
            kind, _ = seq_of(record.key.decode())
            if kind == "e":
                told = as_sent(record.value)
                self._steps[_plain(told.origin)] = tuple(map(_digest, told.events))
            elif kind == "s":
                step = msgspec.msgpack.decode(record.value, type=_Step)
                article = step.signals.told
                self._steps.setdefault(_plain(step.origin), ())
                watch = watch_of(record.key).decode()
                self._held.add((watch, article.id))
                self._placed.add((watch, (article.id, article.fingerprint)))
        except UNREADABLE:
            return  # as gather does: as if it had never been

    def event(self, record: Any, event: StoryEvent) -> None:
        """A record of stories.events that is for all."""
        digest, faults = _digest(record.value), self.rows[ARTICLES_MATCHED].faults
        self._sent.add(digest)
        if self._events.setdefault(event.id, digest) != digest:
            faults.append(f"stories.events {place_of(record)}: event {event.id} with other content")
        if event.article is None:
            return
        cause = event.story.watch, event.article
        self._caused.add(cause)
        if event.kind in _NEWS and not is_history(record):
            first = self._news.setdefault(cause, event.id)
            if first != event.id:
                faults.append(
                    f"stories.events {place_of(record)}: article {event.article} is news a second "
                    f"time, by event {event.id} after {first}"
                )

    def match(self, record: Any) -> None:
        """A record of articles.matched."""
        try:
            found = decode(record.value, Match)
        except Undecodable:
            self._count(ARTICLES_MATCHED, record, None, _UNREADABLE)
            return
        article = found.tagged.article
        own = found.watch, (article.id, article.fingerprint)
        again = own in self._matched
        self._matched.add(own)
        names = {article.id, own_id(article.id, article.source.voice)}
        told = any((found.watch, name) in self._caused for name in names)
        held = any((found.watch, name) in self._held for name in names)
        placed = any((found.watch, (name, article.fingerprint)) in self._placed for name in names)
        events = self._steps.get(self._origin(ARTICLES_MATCHED, record))
        fate, fault = None, f"article {article.id} is in no story of the watch {found.watch}"
        if lost := sum(event not in self._sent for event in events or ()):
            fault = f"{lost} of the events of its step are not on stories.events"
        elif placed or events == () or (told and (events or not held)):
            fate = Fate.KNOWN if again or (placed and events is None) else Fate.PASSED
        elif held:
            fault = f"the story of article {article.id} does not have this revision of it"
        self._count(ARTICLES_MATCHED, record, fate, fault)

    def tagged(self, record: Any) -> None:
        """A record of articles.tagged."""
        try:
            found = decode(record.value, TaggedArticle)
        except Undecodable:
            self._count(ARTICLES_TAGGED, record, None, _UNREADABLE)
            return
        content = found.article.id, found.article.fingerprint
        self._tagged.add(content)
        asked = [*self._asking(found)]
        lost = [watch for watch in asked if (watch, content) not in self._matched]
        fate = None if lost else Fate.PASSED if asked else Fate.UNASKED
        fault = f"article {content[0]} is not on articles.matched for {', '.join(lost)}"
        self._count(ARTICLES_TAGGED, record, fate, fault)

    def raw(self, record: Any) -> None:
        """A record of articles.raw."""
        self._read.add(self._origin(ARTICLES_RAW, record))
        try:
            article = decode(record.value, Article)
        except Undecodable:
            self._count(ARTICLES_RAW, record, None, _UNREADABLE)
            return
        content = article.id, article.fingerprint
        if content not in self._tagged:
            self._unseen[content].append(record)
            return
        fate = Fate.KNOWN if content in self._passed else Fate.PASSED
        self._passed.add(content)
        self._count(ARTICLES_RAW, record, fate)

    def seen(self, record: Any) -> None:
        """A record of the changelog of what judge has seen."""
        try:
            seen = decode(record.value, Seen)
        except Undecodable:
            return
        article = (record.key or b"").decode(errors="replace")
        for revision in seen.revisions:
            if (
                _plain(revision.origin) not in self._read
            ):  # from before; else its outputs must be there
                for known in self._unseen.pop((article, revision.fingerprint), ()):
                    self._count(ARTICLES_RAW, known, Fate.KNOWN)

    def end(self) -> None:
        """Nothing more comes."""
        for (article, _), (first, *again) in self._unseen.items():
            fault = f"article {article} is not on articles.tagged"
            self._count(ARTICLES_RAW, first, None, fault)
            for record in again:
                self._count(ARTICLES_RAW, record, Fate.KNOWN)

    def _count(self, topic: Topic, record: Any, fate: Fate | None, fault: str = "") -> None:
        scope, row = self._scopes[topic], self.rows[topic]
        if not scope.covers(record):
            return
        if not scope.is_read(record):
            row.count(Fate.UNDER_WAY)
        elif fate:
            row.count(fate)
        elif f"{record.topic}-{place_of(record)}" in self._aside:
            row.count(Fate.ASIDE)
        else:
            row.count(Fate.MISSING, f"{topic.name} {place_of(record)}: {fault}")

    def _origin(self, topic: Topic, record: Any) -> str:
        return f"{record.topic}@{self._ids[topic]}-{place_of(record)}"


def _plain(origin: str) -> str:
    """The origin without how often the log was seen to have lost its end (`processors/note.py`)."""
    return _ENDS.sub("", origin)


_ENDS = re.compile(r"~\d+(?=-\d+-\d+$)")


def _digest(value: bytes) -> bytes:
    return blake2b(value, digest_size=16).digest()
