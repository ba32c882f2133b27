"""Whom a window proposes does not depend on whether it was told who comes next."""

from hypothesis import given
from hypothesis import strategies as st

from services.processors.gather.score import Row
from services.processors.gather.window import Window

from .test_bound import rows


@given(st.lists(rows(), max_size=8), st.lists(rows(), max_size=8), st.sets(st.integers(0, 15)))
def test_candidates_are_the_same_where_articles_were_expected(
    here: list[Row], coming: list[Row], leaving: set[int]
) -> None:
    told, untold = Window({}), Window({})
    for row in here:
        told.put(row, "story")
        untold.put(row, "story")
    told.expect([row.signals for row in coming])
    for place, row in enumerate(coming):
        assert told.candidates(row) == untold.candidates(row)
        for window in (told, untold):
            window.put(row, "story")
            if place in leaving:
                window.drop((here + coming)[place].signals.key)
