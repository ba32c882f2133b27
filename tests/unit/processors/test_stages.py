"""The stages, each on records as they stand on its topic."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from services.processors.envelope import largest, put_aside
from services.processors.gather.reader import Reader
from services.processors.judge import Seen
from services.processors.stages import (
    MENTIONS_KEPT,
    Effects,
    Gather,
    Incoming,
    Select,
    StageOutcome,
    Tag,
)
from services.processors.timely import timely
from services.processors.understand import Understanding
from shared.codec import Undecodable, decode, encode
from shared.headers import MAX_CARRIED
from shared.identity import article_id, fingerprint
from shared.records import Article, EventKind, Lane, Level, Match, Source, StoryEvent, TaggedArticle
from shared.topics import ARTICLES_RAW, ARTICLES_TAGGED, MAX_ARTICLE, MAX_RECORD
from tests import shipped

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def clock() -> datetime:
    return AT


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return shipped.understanding()


@pytest.fixture(scope="module")
def reader() -> Reader:
    return shipped.reader()


def article(text: str = "Iran and Turkey signed a gas agreement in Ankara.") -> Article:
    url = "https://example.org/1"
    return Article(
        id=article_id(url), url=url, title="Iran and Turkey sign", text=text, published=AT,
        first_seen=AT, fingerprint=fingerprint("Iran and Turkey sign", "", text),
        source=Source(feed="f", outlet="o"),
    )  # fmt: skip


def incoming(
    value: bytes | None, offset: int = 0, lane: Lane = Lane.LIVE, key: bytes = b"iran-turkiye"
) -> Incoming:
    place = f"t-0-{offset}"
    return Incoming(
        key=key, value=value, lane=lane, partition=0, place=place, origin=f"t@a1b2-0-{offset}"
    )


def apply(table: dict[bytes, bytes], effects: Effects) -> None:
    for write in effects.writes:
        if write.value is None:
            table.pop(write.key, None)
        else:
            table[write.key] = write.value


def test_an_article_goes_through_all_stages_to_a_story(
    understanding: Understanding, reader: Reader
) -> None:
    (tagged,) = Tag(understanding, {}, clock)(incoming(encode(article()))).outputs
    (matched,) = Select(understanding.watches)(incoming(tagged.value)).outputs
    (event,) = Gather(reader, {}, clock)(incoming(matched.value)).outputs

    found = decode(matched.value, Match)
    assert found.watch == "iran-turkiye"
    assert found.tagged.relations[found.watch].level is Level.BILATERAL
    assert decode(event.value, StoryEvent).story.headline == "Iran and Turkey sign"


def test_an_article_read_again_after_a_crash_has_the_same_effects(
    understanding: Understanding,
) -> None:
    table: dict[bytes, bytes] = {}
    stage, record = Tag(understanding, table, clock), incoming(encode(article()))

    first = stage(record)
    apply(table, first)

    assert stage(record).outputs == first.outputs
    assert stage(incoming(record.value, offset=1)).outcome is StageOutcome.UNCHANGED


def test_so_has_a_match_whichever_part_of_its_writes_survived(
    understanding: Understanding, reader: Reader
) -> None:
    (tagged,) = Tag(understanding, {}, clock)(incoming(encode(article()))).outputs
    (matched,) = Select(understanding.watches)(incoming(tagged.value)).outputs
    record = incoming(matched.value)
    whole = Gather(reader, {}, clock)(record)

    for survived in range(len(whole.writes) + 1):
        table = {write.key: write.value for write in whole.writes[:survived] if write.value}
        restarted = Gather(reader, table, clock)
        restarted.recovered()
        assert restarted(record).outputs == whole.outputs


def test_what_was_decided_and_never_written_is_decided_again_once_tables_are_recovered(
    understanding: Understanding, reader: Reader
) -> None:
    """Whoever had the partition meanwhile may have written something else, or nothing."""
    record = incoming(matched(understanding, article()))
    gather = Gather(reader, {}, clock)
    first = gather(record)
    gather.recovered()
    assert gather(record) == first


def test_a_match_of_which_nothing_is_new_changes_nothing(
    understanding: Understanding, reader: Reader
) -> None:
    found, table = matched(understanding, article()), dict[bytes, bytes]()
    gather = Gather(reader, table, clock)
    first = gather(incoming(found))
    apply(table, first)
    again = gather(incoming(found, offset=1))
    assert (first.outcome, again.outcome) == (StageOutcome.PASSED, StageOutcome.UNCHANGED)
    assert table
    assert (again.writes, again.outputs) == ((), ())


def test_an_article_that_no_watch_asks_for_goes_no_further(understanding: Understanding) -> None:
    other = structs.replace(article("A festival of carpets opened in Lyon."), title="Carpets")
    (tagged,) = Tag(understanding, {}, clock)(incoming(encode(other))).outputs
    effects = Select(understanding.watches)(incoming(tagged.value, lane=Lane.REPLAY))
    assert effects == Effects(outcome=StageOutcome.UNMATCHED, lane=Lane.REPLAY)


def test_the_lane_goes_with_a_record(understanding: Understanding) -> None:
    effects = Tag(understanding, {}, clock)(incoming(encode(article()), lane=Lane.REPLAY))

    assert effects.lane is Lane.REPLAY


@pytest.mark.parametrize("value", [None, b"", b"{}", b"\xff\xfe", b"[1]"])
def test_what_is_no_article_is_told_from_a_fault(
    understanding: Understanding, value: bytes | None
) -> None:
    with pytest.raises(Undecodable):
        Tag(understanding, {}, clock)(incoming(value))


def test_a_name_repeated_without_end_makes_no_record_too_large(
    understanding: Understanding,
) -> None:
    hostile = article("Iran Turkey " * ((MAX_ARTICLE - 10_000) // 12))

    effects = Tag(understanding, {}, clock)(incoming(encode(hostile)))

    assert largest(effects) <= MAX_CARRIED
    (tagged,) = effects.outputs
    assert len(decode(tagged.value, TaggedArticle).mentions) == MENTIONS_KEPT


@pytest.mark.parametrize("year", [1, 9999])
@pytest.mark.parametrize("field", ["published", "first_seen"])
def test_an_article_of_a_year_that_cannot_be_reckoned_with_is_none(
    understanding: Understanding, year: int, field: str
) -> None:
    odd = structs.replace(article(), **{field: AT.replace(year=year)})
    with pytest.raises(Undecodable, match=f"the year {year}"):
        Tag(understanding, {}, clock)(incoming(encode(odd)))


def matched(understanding: Understanding, of: Article) -> bytes:
    (tagged,) = Tag(understanding, {}, clock)(incoming(encode(of))).outputs
    (found,) = Select(understanding.watches)(incoming(tagged.value)).outputs
    assert found.value
    return found.value


def test_an_article_from_next_year_closes_no_story(
    understanding: Understanding, reader: Reader
) -> None:
    """Written to the topic by whoever can: what the stage before would say of it does not count."""
    first = matched(understanding, article())
    other = article("Iranian and Turkish police seized heroin at the Gurbulak crossing.")
    hasty = structs.replace(
        decode(matched(understanding, other), Match).tagged.article,
        first_seen=AT + timedelta(days=365), id="ab" * 16,
    )  # fmt: skip
    last = structs.replace(article(), first_seen=AT + timedelta(minutes=1), id="cd" * 16)
    table: dict[bytes, bytes] = {}
    gather = Gather(reader, table, clock)
    told = []
    for offset, found in enumerate((first, _of(hasty, first), _of(last, first))):
        effects = gather(incoming(found, offset))
        apply(table, effects)
        told += [decode(output.value, StoryEvent) for output in effects.outputs]
    assert EventKind.CLOSED not in {event.kind for event in told}
    assert {event.at for event in told} <= {AT, AT + timedelta(minutes=1)}
    assert len(told[-1].story.articles) > 1


def _of(other: Article, found: bytes) -> bytes:
    match = decode(found, Match)
    return encode(structs.replace(match, tagged=structs.replace(match.tagged, article=other)))


def test_an_article_seen_in_the_future_makes_judge_forget_nothing(
    understanding: Understanding,
) -> None:
    table: dict[bytes, bytes] = {}
    stage = Tag(understanding, table, clock)
    for offset in range(3):
        apply(table, stage(incoming(encode(structs.replace(article(), id=str(offset))), offset)))
    hasty = structs.replace(article(), id="hasty", first_seen=AT + timedelta(days=365))
    apply(table, stage(incoming(encode(hasty), 3)))
    assert set(table) == {b"0", b"1", b"2", b"hasty"}
    assert decode(table[b"hasty"], Seen).last_seen == AT.timestamp()


JUNK = (b"", b"\x00\xff", b"null", b"{}", b"[" * 100_000, b'{"last_seen":1,"revisions":[]}')


def stale(effects: Effects) -> list[bytes]:
    return [write.key for write in effects.writes if write.value is None]


def test_what_was_not_heard_of_for_long_is_forgotten_also_after_a_restart(
    understanding: Understanding,
) -> None:
    table: dict[bytes, bytes] = {}
    stage = Tag(understanding, table, clock)
    for offset, name in enumerate(("first", "second")):
        old = structs.replace(article(), id=name, first_seen=AT - timedelta(days=47 - offset))
        apply(table, stage(incoming(encode(old), offset)))
    nowhere = b'{"last_seen":1,"revisions":[{"fingerprint":"f","origin":"","verdict":"new"}]}'
    restarted = Tag(understanding, table | {b"forged": nowhere}, clock)
    restarted.recovered()

    for one in (stage, restarted):
        assert stale(one(incoming(encode(article()), 2))) == [b"first", b"second"]


def test_what_judge_never_heard_of_is_not_called_unreadable(understanding: Understanding) -> None:
    unread: list[str] = []
    Tag(understanding, {}, clock, unread.append)(incoming(encode(article())))
    assert unread == []


def test_history_that_judge_knows_is_tagged_anew_and_remembered_as_before(
    understanding: Understanding,
) -> None:
    table: dict[bytes, bytes] = {}
    stage = Tag(understanding, table, clock)
    first = stage(incoming(encode(article())))
    apply(table, first)

    again = stage(incoming(encode(article()), offset=1, lane=Lane.REPLAY))

    assert (again.outputs, again.writes) == (first.outputs, ())


def test_an_article_is_understood_as_of_its_feed_and_its_day(understanding: Understanding) -> None:
    """In 2020 the visitor is Iran's president, in 2026 somebody of that name."""
    visit = structs.replace(article(), title="آقای روحانی به ترکیه سفر کرد", text="")
    then = structs.replace(visit, published=AT.replace(year=2020))
    short = structs.replace(article(), title="Ankara", text="", source=structs.replace(
        article().source, language="tr"))  # fmt: skip

    def tagged(one: Article) -> TaggedArticle:
        (output,) = Tag(understanding, {}, clock)(incoming(encode(one))).outputs
        return decode(output.value, TaggedArticle)

    assert {mention.entity for mention in tagged(then).mentions} == {"rouhani", "turkiye"}
    assert {mention.entity for mention in tagged(visit).mentions} == {"turkiye"}
    assert tagged(short).language.code == "tr"


@pytest.mark.parametrize(
    ("ahead", "seen"),
    [(-50, -50), (0, 0), (60, 60), (61, 0)],
    ids=["past", "now", "tolerated", "beyond"],
)
def test_an_article_keeps_its_own_time_unless_it_is_more_than_an_hour_ahead(
    ahead: int, seen: int
) -> None:
    minutes = timedelta(minutes=ahead)
    kept = timely(structs.replace(article(), first_seen=AT + minutes), AT)
    assert kept.first_seen == AT + timedelta(minutes=seen)


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_what_judge_remembers_and_cannot_read_is_forgotten(
    understanding: Understanding, junk: bytes
) -> None:
    table = {article().id.encode(): junk, b"other": junk, b"\xff": junk}
    unread: list[str] = []
    stage = Tag(understanding, table, clock, unread.append)
    stage.recovered()
    assert sorted(unread) == sorted([article().id, "other", "\ufffd"])
    assert stage(incoming(encode(article()))).outcome is StageOutcome.PASSED


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_what_gather_remembers_and_cannot_read_is_as_if_it_had_never_been(
    understanding: Understanding, reader: Reader, junk: bytes
) -> None:
    found, table = matched(understanding, article()), dict[bytes, bytes]()
    first = Gather(reader, table, clock)(incoming(found))
    apply(table, first)
    watch = b"iran-turkiye"
    keys = (b"/s/000000000007", b"/e/000000000007", b"/s/seven", b"/x/1", b"/s/")
    table |= {watch + key: junk for key in keys} | {b"\xff": junk, watch: junk}
    unread: list[str] = []

    again = Gather(reader, table, clock, unread.append)(incoming(found))

    assert again.outputs == first.outputs
    assert {f"{watch.decode()}/s/000000000007", f"{watch.decode()}/s/seven"} <= {*unread}


@pytest.mark.parametrize("key", [None, b"another"])
def test_a_match_under_another_key_joins_no_story(
    understanding: Understanding, reader: Reader, key: bytes | None
) -> None:
    """It lies in any partition: its watch's stories may be remembered by another processor."""
    record = structs.replace(incoming(matched(understanding, article())), key=key)

    with pytest.raises(Undecodable, match="a match of the watch 'iran-turkiye' with another key"):
        Gather(reader, {}, clock)(record)


def test_a_key_counts_for_what_a_topic_takes(understanding: Understanding) -> None:
    long = structs.replace(article(), id="k" * MAX_CARRIED)
    assert largest(Tag(understanding, {}, clock)(incoming(encode(long)))) > MAX_CARRIED


def test_of_what_no_topic_takes_the_beginning_is_put_aside() -> None:
    record = structs.replace(incoming(b"v" * (3 * MAX_RECORD)), key=b"k" * MAX_RECORD)
    effects = put_aside(
        record, StageOutcome.TOO_LARGE, "why", topic=ARTICLES_RAW, stage="tag", at=AT
    )
    (letter,) = effects.outputs
    assert letter.key == b"k" * 1000
    assert letter.value
    assert set(letter.value) == set(b"v")
    assert largest(effects) == MAX_CARRIED
    assert dict(letter.headers)["cut"].startswith(str(4 * MAX_RECORD).encode())


def test_a_record_of_nothing_can_be_put_aside() -> None:
    """No client sends a record that has neither key nor value."""
    record = structs.replace(incoming(None), key=None)
    effects = put_aside(
        record, StageOutcome.UNDECODABLE, "why", topic=ARTICLES_RAW, stage="tag", at=AT
    )
    assert (effects.outputs[0].key, effects.outputs[0].value) == (b"", None)


def test_what_is_put_aside_is_whole_and_says_why() -> None:
    record = incoming(b"\xffbytes", offset=7)

    effects = put_aside(
        record, StageOutcome.FAILED, "KeyError", topic=ARTICLES_RAW, stage="tag", at=AT
    )

    (letter,) = effects.outputs
    assert (letter.topic.name, letter.key, letter.value) == (
        "articles.raw.dead",
        record.key,
        b"\xffbytes",
    )
    assert dict(letter.headers) == {
        "reason": b"failed: KeyError",
        "stage": b"tag",
        "at": AT.isoformat().encode(),
        "source": b"t-0-7",
    }
    assert ARTICLES_TAGGED.dead.name == "articles.tagged.dead"
