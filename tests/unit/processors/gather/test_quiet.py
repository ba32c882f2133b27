"""Stories that may close are found without a look at all the others."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.processors.gather.quiet import Quiet

from .conftest import START

LIFE = timedelta(days=7)
MINUTES = st.integers(0, 20_000)
HEARD = st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | MINUTES), max_size=20)


@given(HEARD, MINUTES)
def test_all_that_were_quiet_for_long_are_found_and_none_heard_of_an_hour_later(
    heard: list[tuple[str, int | None]], minutes: int
) -> None:
    quiet, newest = Quiet(), {}
    for story, at in heard:
        if at is None:
            quiet.forget(story)
            newest.pop(story, None)
        else:
            newest[story] = START + timedelta(minutes=at)
            quiet.since(story, newest[story])
    now = START + timedelta(minutes=minutes)
    found = list(quiet.for_long(LIFE, now))
    assert {story for story, at in newest.items() if at + LIFE < now} <= set(found)
    assert all(newest[story] + LIFE < now + timedelta(hours=1) for story in found)
    assert len(found) == len(set(found))
