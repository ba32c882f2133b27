"""The stages, each on records as they stand on its topic."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.processors.envelope import MAX_CARRIED, largest, put_aside
from services.processors.gather.reader import Reader
from services.processors.stages import (
    MENTIONS_KEPT,
    Effects,
    Gather,
    Incoming,
    Select,
    StageOutcome,
    Tag,
)
from services.processors.understand import Understanding
from shared.codec import Undecodable, decode, encode
from shared.identity import article_id, fingerprint
from shared.records import Article, Lane, Level, Match, Source, StoryEvent, TaggedArticle
from shared.topics import ARTICLES_RAW, ARTICLES_TAGGED, MAX_ARTICLE

CONFIG = Path(__file__).parents[3] / "deploy" / "config"
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return Understanding.load(CONFIG)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load(CONFIG)


def article(text: str = "Iran and Turkey signed a gas agreement in Ankara.") -> Article:
    url = "https://example.org/1"
    return Article(
        id=article_id(url), url=url, title="Iran and Turkey sign", text=text, published=AT,
        first_seen=AT, fingerprint=fingerprint("Iran and Turkey sign", "", text),
        source=Source(feed="f", outlet="o"),
    )  # fmt: skip


def incoming(value: bytes | None, offset: int = 0, lane: Lane = Lane.LIVE) -> Incoming:
    return Incoming(key=b"k", value=value, lane=lane, partition=0, origin=f"t-0-{offset}")


def apply(table: dict[bytes, bytes], effects: Effects) -> None:
    for write in effects.writes:
        if write.value is None:
            table.pop(write.key, None)
        else:
            table[write.key] = write.value


def test_an_article_goes_through_all_stages_to_a_story(
    understanding: Understanding, reader: Reader
) -> None:
    (tagged,) = Tag(understanding, {})(incoming(encode(article()))).outputs
    (matched,) = Select(understanding.watches)(incoming(tagged.value)).outputs
    (event,) = Gather(reader, {})(incoming(matched.value)).outputs

    found = decode(matched.value, Match)
    assert found.watch == "iran-turkiye"
    assert found.tagged.relations[found.watch].level is Level.BILATERAL
    assert decode(event.value, StoryEvent).story.headline == "Iran and Turkey sign"


def test_an_article_read_again_after_a_crash_has_the_same_effects(
    understanding: Understanding,
) -> None:
    table: dict[bytes, bytes] = {}
    stage, record = Tag(understanding, table), incoming(encode(article()))

    first = stage(record)
    apply(table, first)

    assert stage(record).outputs == first.outputs
    assert stage(incoming(record.value, offset=1)).outcome is StageOutcome.UNCHANGED


def test_so_has_a_match_whichever_part_of_its_writes_survived(
    understanding: Understanding, reader: Reader
) -> None:
    (tagged,) = Tag(understanding, {})(incoming(encode(article()))).outputs
    (matched,) = Select(understanding.watches)(incoming(tagged.value)).outputs
    record = incoming(matched.value)
    whole = Gather(reader, {})(record)

    for survived in range(len(whole.writes) + 1):
        table = {write.key: write.value for write in whole.writes[:survived] if write.value}
        restarted = Gather(reader, table)
        restarted.recovered()
        assert restarted(record).outputs == whole.outputs


def test_the_lane_goes_with_a_record(understanding: Understanding) -> None:
    effects = Tag(understanding, {})(incoming(encode(article()), lane=Lane.REPLAY))

    assert effects.lane is Lane.REPLAY


@pytest.mark.parametrize("value", [None, b"", b"{}", b"\xff\xfe", b"[1]"])
def test_what_is_no_article_is_told_from_a_fault(
    understanding: Understanding, value: bytes | None
) -> None:
    with pytest.raises(Undecodable):
        Tag(understanding, {})(incoming(value))


def test_a_name_repeated_without_end_makes_no_record_too_large(
    understanding: Understanding,
) -> None:
    hostile = article("Iran Turkey " * ((MAX_ARTICLE - 10_000) // 12))

    effects = Tag(understanding, {})(incoming(encode(hostile)))

    assert largest(effects) <= MAX_CARRIED
    (tagged,) = effects.outputs
    assert len(decode(tagged.value, TaggedArticle).mentions) == MENTIONS_KEPT


def test_what_is_put_aside_is_whole_and_says_why() -> None:
    record = incoming(b"\xffbytes", offset=7)

    effects = put_aside(
        record, StageOutcome.FAILED, "KeyError", topic=ARTICLES_RAW, stage="tag", at=AT
    )

    (letter,) = effects.outputs
    assert (letter.topic.name, letter.key, letter.value) == (
        "articles.raw.dead",
        b"k",
        b"\xffbytes",
    )
    assert dict(letter.headers) == {
        "reason": b"failed: KeyError",
        "stage": b"tag",
        "at": AT.isoformat().encode(),
        "source": b"t-0-7",
    }
    assert ARTICLES_TAGGED.dead.name == "articles.tagged.dead"
