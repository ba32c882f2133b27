"""A silence that is lifted ends; what it covered until then is still what it covered."""

from datetime import UTC, datetime, timedelta

from services.alerting.silence import Silence
from services.ops.silence import lifted
from shared.codec import decode, encode
from tests.unit.alerting.stories import story_event

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MADE = Silence(id="s", made=NOW - 2 * HOUR, until=NOW + HOUR, watch="iran-turkiye")


def test_what_it_covered_stays_untold_and_what_comes_is_told() -> None:
    ended = lifted(encode(MADE), NOW)
    assert ended is not None
    silence = decode(ended, Silence)
    assert silence.covers(story_event(), "desk", NOW - HOUR)
    assert not silence.covers(story_event(), "desk", NOW)


def test_one_that_is_over_stays_as_it_is_and_one_that_cannot_be_read_goes() -> None:
    assert lifted(encode(MADE), NOW + 2 * HOUR) == encode(MADE)
    assert lifted(b"{", NOW) is None
