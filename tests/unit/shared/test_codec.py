"""What is no record is told as such, whatever it is."""

import pytest

from services.alerting.silence import Silence
from services.alerting.standing import Notice, Standing
from services.fetcher.state import FeedState
from services.processors.judge import Seen
from shared.codec import Undecodable, decode
from shared.records import Article, Delivery, Match, Record, StoryEvent, TaggedArticle

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
