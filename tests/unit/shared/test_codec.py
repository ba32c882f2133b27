"""What is no record is told as such, whatever it is."""

from datetime import UTC, datetime

import pytest

from services.alerting.silence import Silence
from services.alerting.standing import Notice, Standing
from services.fetcher.state import FeedState
from services.processors.judge import Seen
from shared.codec import Undecodable, decode, encode
from shared.records import Article, Delivery, Match, Record, Story, StoryEvent, TaggedArticle

RECORDS = (
    Article, TaggedArticle, Match, StoryEvent, Delivery, Silence, Standing, Notice, FeedState, Seen,
)  # fmt: skip
BYTES = {
    "nothing": None,
    "no bytes": b"",
    "a null": b"null",
    "a list": b"[]",
    "not UTF-8": b'{"id":"\xff"}',
    "half a surrogate pair": b'{"id":"\\ud800"}',
    "NaN": b'{"x":NaN}',
    "a bottomless list in a field that nobody knows": b'{"x":' + b"[" * 100_000,
    "a bottomless object": b'{"x":' * 100_000,
}


@pytest.mark.parametrize("kind", RECORDS)
@pytest.mark.parametrize("data", BYTES.values(), ids=BYTES)
def test_what_is_no_record_is_undecodable_and_nothing_else(
    kind: type[Record], data: bytes | None
) -> None:
    with pytest.raises(Undecodable):
        decode(data, kind)


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Silence, b'{"id":"x","until":"2026-01-01T00:00:00","made":"2026-01-01T00:00:00Z"}'),
        (Standing, b'{"receiver":"x","at":"2026-01-01T00:00:00"}'),
        (Notice, b'{"id":"x","about":"y","at":"2026-01-01T00:00:00","text":"z"}'),
        (FeedState, b'{"feed":"x","next_at":"2026-01-01T00:00:00"}'),
    ],
)
def test_a_time_without_an_offset_makes_no_record(kind: type[Record], data: bytes) -> None:
    with pytest.raises(Undecodable, match="timezone"):
        decode(data, kind)


def test_what_is_written_again_is_the_same_to_the_byte_in_whatever_order_it_was_gathered() -> None:
    """As of a step that is taken again after a crash."""
    at = datetime(2026, 11, 20, tzinfo=UTC)
    one, other = (
        Story(id="s", watch="w", headline="h", headlines=dict(said), first_seen=at,
              first_published=at, articles=())
        for said in ((("en", "a"), ("tr", "b")), (("tr", "b"), ("en", "a")))
    )  # fmt: skip
    assert encode(one) == encode(other)
