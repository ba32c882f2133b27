"""Forged records, of topics and of tables: one is answered, and the next real one is understood."""

import zlib
from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.processors.gather.account import opened
from services.processors.gather.reader import Reader
from services.processors.gather.steps import MOST_TOLD, Act, Step, Told, as_sent
from services.processors.judge import Seen
from services.processors.stages import Effects, Gather, Select, Stage, StageOutcome, Tag
from services.processors.understand import Understanding
from shared.codec import Undecodable, decode, encode
from shared.records import Article, EventKind, Lane, Match, Record, StoryEvent, TaggedArticle
from shared.topics import ARTICLES_MATCHED, ARTICLES_TAGGED, STORIES_EVENTS
from tests import shipped
from tests.forged import forged
from tests.unit.processors.test_stages import AT, apply, article, clock, incoming

FOLLOWS = {ARTICLES_TAGGED: TaggedArticle, ARTICLES_MATCHED: Match, STORIES_EVENTS: StoryEvent}
QUIET = settings(
    max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)

Table = dict[bytes, bytes]


class World:
    """A story told, the records that led to it, and the tables after it; made once."""

    def __init__(self) -> None:
        self.understanding: Understanding = shipped.understanding()
        self.reader: Reader = shipped.reader()
        self.seen: Table = {}
        self.stories: Table = {}
        self.article = article()
        self.tagged, self.match = self.understood(self.article, self.seen)
        apply(self.stories, self.gather(self.stories)(incoming(encode(self.match))))
        self.other = replace(
            article("Two drowned off Bodrum, say the coast guards of Turkey and Iran."),
            id="another", title="Iranian ferry sinks off Turkey",
        )  # fmt: skip

    def understood(self, one: Article, seen: Table) -> tuple[TaggedArticle, Match]:
        tag = self.tag(seen)(incoming(encode(one)))
        apply(seen, tag)
        tagged = decode(tag.outputs[0].value, TaggedArticle)
        matched = Select(self.understanding.watches)(incoming(encode(tagged)))
        return tagged, decode(matched.outputs[0].value, Match)

    def tag(self, table: Table) -> Tag:
        return Tag(self.understanding, table, clock)

    def select(self) -> Select:
        return Select(self.understanding.watches)

    def gather(self, table: Table) -> Gather:
        return Gather(self.reader, table, clock)

    def step(self) -> tuple[bytes, Step]:
        ((key, value),) = [(k, v) for k, v in self.stories.items() if b"/s/" in k]
        return key, msgspec.msgpack.decode(value, type=Step)

    def told(self) -> tuple[bytes, Told]:
        ((key, value),) = [(k, v) for k, v in self.stories.items() if b"/e/" in k]
        return key, as_sent(value)


WORLD = World()


def taken(stage: Stage, value: bytes, offset: int) -> Effects | None:
    """What follows, which others can read; None for what is put aside because it is no record."""
    try:
        effects = stage(incoming(value, offset))
    except Undecodable:
        return None
    for output in effects.outputs:
        decode(output.value, FOLLOWS[output.topic])
    return effects


def passed(stage: Stage, table: Table, record: Record, offset: int) -> None:
    """This real one passes, in this process and, read again, in the next."""
    effects = taken(stage, encode(record), offset)
    assert effects
    assert effects.outcome is StageOutcome.PASSED
    apply(table, effects)
    stage.recovered()
    again = taken(stage, encode(record), offset)
    assert again
    assert again.outputs == effects.outputs


@QUIET
@given(forged(WORLD.article))
def test_after_any_article_a_real_one_is_tagged(value: bytes) -> None:
    table: Table = {}
    tag = WORLD.tag(table)
    if effects := taken(tag, value, 0):
        apply(table, effects)
    passed(tag, table, WORLD.other, 1)


@QUIET
@given(forged(WORLD.tagged))
def test_after_any_tagged_article_a_real_one_is_matched(value: bytes) -> None:
    select = WORLD.select()
    taken(select, value, 0)
    passed(select, {}, WORLD.tagged, 1)


@QUIET
@given(forged(WORLD.match))
def test_after_any_match_a_real_one_is_told(value: bytes) -> None:
    table: Table = {}
    gather = WORLD.gather(table)
    if effects := taken(gather, value, 0):
        apply(table, effects)
    passed(gather, table, WORLD.understood(WORLD.other, {})[1], 1)


@QUIET
@given(forged(decode(WORLD.seen[WORLD.article.id.encode()], Seen)))
def test_with_any_memory_of_an_article_another_is_tagged(value: bytes) -> None:
    table = {WORLD.article.id.encode(): value, b"\xff": value}
    tag = WORLD.tag(table)
    tag.recovered()
    taken(tag, encode(WORLD.article), 0)
    passed(tag, table, WORLD.other, 1)


@QUIET
@given(forged(WORLD.step()[1], packed=True), st.sampled_from([b"1", b"2"]))
def test_with_any_step_another_story_is_told(value: bytes, number: bytes) -> None:
    key, _ = WORLD.step()
    stories_are_told(WORLD.stories | {key[:-1] + number: value})


@QUIET
@given(forged(WORLD.told()[1], packed=True).map(zlib.compress))
def test_with_any_events_of_a_step_another_story_is_told(value: bytes) -> None:
    key, _ = WORLD.told()
    stories_are_told(WORLD.stories | {key: value})


def step(**forged: object) -> Step:
    return replace(WORLD.step()[1], **forged)


OPENED = WORLD.step()[1]
OWN = opened(OPENED.story, "iran-turkiye", OPENED.signals, live=True)


@pytest.mark.parametrize(
    "forged",
    [
        step(now=AT.replace(tzinfo=None)),
        step(now=AT.replace(year=9999)),
        step(signals=replace(OPENED.signals, vector=b"\x01")),
        step(signals=replace(OPENED.signals, sketch=replace(OPENED.signals.sketch, values=b""))),
        step(counted=OWN),
        step(act=Act.COUNTED, counted=OWN),
        step(merged=(OPENED.story,)),
        step(seq=2),
        step(origin="articles.matched"),
    ],
)
def test_a_step_that_gather_cannot_have_taken_is_as_if_it_had_never_been(forged: Step) -> None:
    key, _ = WORLD.step()
    unread: list[str] = []
    table = WORLD.stories | {key: msgspec.msgpack.encode(forged)}
    gather = Gather(WORLD.reader, table, clock, unread.append)

    assert taken(gather, encode(WORLD.match), 1)
    assert unread == [key.decode()]


@pytest.mark.parametrize("again", [step(seq=2), step(seq=2, story="other")])
def test_an_article_that_a_second_step_opens_stays_in_one_story_which_ends_like_any(
    again: Step,
) -> None:
    key, _ = WORLD.step()
    table = WORLD.stories | {key[:-1] + b"2": msgspec.msgpack.encode(again)}
    later = AT + timedelta(days=30)
    _, match = WORLD.understood(WORLD.other, {})
    article = replace(WORLD.other, published=later, first_seen=later)
    late = replace(match, tagged=replace(match.tagged, article=article))

    effects = taken(Gather(WORLD.reader, table, lambda: later), encode(late), 1)

    assert effects
    told = [decode(output.value, StoryEvent).kind for output in effects.outputs]
    assert told == [EventKind.OPENED, EventKind.CLOSED]


def test_events_that_unpack_to_more_than_a_step_may_tell_are_read_no_further() -> None:
    told = Told("articles.matched-0-1", Lane.LIVE, (bytes(MOST_TOLD),))
    with pytest.raises(msgspec.MsgspecError):
        as_sent(zlib.compress(msgspec.msgpack.encode(told), 1))


def stories_are_told(table: Table) -> None:
    """Whatever this table holds."""
    gather = WORLD.gather(table)
    gather.recovered()
    _, match = WORLD.understood(WORLD.other, {})
    passed(gather, table, match, 7)
