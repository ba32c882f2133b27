"""Stories that may close, and those that lose room first, are found without a look at all."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.processors.gather.quiet import Quiet

from .conftest import START

LIFE = timedelta(days=7)
MINUTES = st.integers(0, 20_000)
FAMILIES = st.sampled_from(["", "aa", "irna"])
TOLD = st.tuples(MINUTES, FAMILIES, st.integers(1, 3))
HEARD = st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | TOLD), max_size=20)


@given(HEARD, MINUTES)
def test_stories_are_found_by_how_long_they_have_been_quiet_and_by_who_alone_tells_them(
    heard: list[tuple[str, tuple[int, str, int] | None]], minutes: int
) -> None:
    quiet, known = Quiet(), {}
    for story, told in heard:
        if told is None:
            quiet.forget(story)
            known.pop(story, None)
        else:
            at, family, articles = told
            known[story] = START + timedelta(minutes=at), family, articles
            quiet.since(story, *known[story])
    now = START + timedelta(minutes=minutes)
    longest = sorted(known, key=lambda story: (known[story][0], story))
    assert list(quiet.longest()) == longest
    assert list(quiet.for_long(LIFE, now)) == [one for one in longest if known[one][0] + LIFE < now]
    held = {family: 0 for _, family, _ in known.values() if family}
    for family in held:
        alone = [story for story in longest if known[story][1] == family]
        assert list(quiet.longest(family)) == alone
        assert {*map(quiet.alone, alone)} == {family}
        held[family] = sum(known[story][2] for story in alone)
    assert quiet.greatest() == max(((held[one], one) for one in held), default=(0, ""))
