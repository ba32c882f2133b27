"""Where each article went, from articles.raw to stories.events: every topic beside the next. Pure.

What follows from a record is on the broker before the record is committed. So for each record that
was committed there must be one of these, or it is missing:

    articles.raw       its revision on articles.tagged, or in judge's table as one seen before
    articles.tagged    a match for each watch that asks for it, by the watches as they are now
    articles.matched   the step that it made, and on stories.events whatever that step tells; where
                       the step was deleted since, an event that its article caused
    each of them       the record on the topic's dead letters
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple, TypeVar

from services.ops.audit_fates import Fate, Row, Scope
from services.ops.record import headers, is_history, place_of
from services.processors.gather.claim import own_id
from services.processors.gather.steps import UNREADABLE, as_sent, outline, seq_of, watch_of
from services.processors.judge import Seen
from services.processors.note import origin_of, whichever_end
from shared.codec import Undecodable, decode
from shared.records import Article, EventKind, Match, Record, StoryEvent, TaggedArticle
from shared.topics import ARTICLES_MATCHED, ARTICLES_RAW, ARTICLES_TAGGED, Topic

READ = (ARTICLES_RAW, ARTICLES_TAGGED, ARTICLES_MATCHED)
"""What the processors read."""

R = TypeVar("R", bound=Record)

Content = tuple[str, str]
"""An article's id and fingerprint: one revision."""

Asking = Callable[[TaggedArticle], Iterable[str]]
"""The watches that ask for an article."""

_NEWS = (EventKind.OPENED, EventKind.GREW)


class _Stood(NamedTuple):
    """A record without what it holds."""

    topic: str
    partition: int
    offset: int
    timestamp: int


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
        self._unseen: dict[Content, list[_Stood]] = defaultdict(list)  # on articles.raw

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
                self._steps[whichever_end(told.origin)] = tuple(map(_digest, told.events))
            elif kind == "s":
                step, watch = outline(record.value), watch_of(record.key).decode()
                self._steps.setdefault(whichever_end(step.origin), ())
                self._held.add((watch, step.content[0]))
                self._placed.add((watch, step.content))
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
        if (found := self._readable(ARTICLES_MATCHED, record, Match)) is None:
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
        if (found := self._readable(ARTICLES_TAGGED, record, TaggedArticle)) is None:
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
        if (article := self._readable(ARTICLES_RAW, record, Article)) is None:
            return
        content = article.id, article.fingerprint
        if content not in self._tagged:
            stood = _Stood(record.topic, record.partition, record.offset, record.timestamp)
            self._unseen[content].append(stood)
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
                whichever_end(revision.origin) not in self._read
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

    def _readable(self, topic: Topic, record: Any, kind: type[R]) -> R | None:
        """What the record says; one that cannot be read is counted."""
        try:
            return decode(record.value, kind)
        except Undecodable:
            self._count(topic, record, None, "it cannot be read, and was not put aside")
            return None

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
        return origin_of(record.topic, self._ids[topic], place_of(record))


def _digest(value: bytes) -> bytes:
    return blake2b(value, digest_size=16).digest()
