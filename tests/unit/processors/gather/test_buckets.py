"""Buckets hold what a dictionary of short lists would, the newest articles of each key."""

from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from services.processors.gather.buckets import LARGEST, Buckets

KEYS = st.sets(st.integers(0, 5), max_size=4)
STEPS = st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=120)


@given(STEPS, st.lists(KEYS, min_size=31, max_size=31))
def test_they_hold_the_newest_articles_of_each_key(
    steps: list[tuple[bool, int]], keys: list[set[int]]
) -> None:
    buckets, plain, held = Buckets(), defaultdict[int, list[int]](list), set[int]()
    for adds, place in steps:
        if adds and place not in held:
            held.add(place)
            buckets.add(keys[place], place)
            for key in keys[place]:
                plain[key] = [*plain[key], place][-LARGEST:]
        elif not adds and place in held:
            held.remove(place)
            buckets.remove(keys[place], place)
            for key in keys[place]:
                plain[key] = [one for one in plain[key] if one != place]
    for key in range(6):
        assert list(buckets.find([key])) == plain[key]
    assert Counter(buckets.find(range(6))) == Counter(
        place for key in range(6) for place in plain[key]
    )


def test_a_key_that_nobody_has_any_more_is_forgotten() -> None:
    buckets = Buckets()
    for place in range(40):
        buckets.add([1, 2], place)
    for place in range(40):
        buckets.remove([1, 2], place)
    assert not [*buckets.find([1, 2])]
    assert not buckets._held
