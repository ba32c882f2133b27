"""Times in a line of JSON: what is one is read, what is none is None."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ops.instants import instant


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-20T10:00:00Z",
        "2026-11-20T10:00:00",
        "2026-11-20T13:00:00+03:00",
        "Fri, 20 Nov 2026 10:00:00 GMT",
        "Fri, 20 Nov 2026 13:00:00 +0300",
        1795168800,
        1795168800.0,
        1795168800000,
        "1795168800",
        "2026/11/20 10:00",
        "20.11.2026 10:00:00",
        "20 November 2026 10:00",
        "Nov 20, 2026 10:00",
    ],
)
def test_the_forms_of_one_time(written: str | float) -> None:
    assert instant(written) == datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", [None, "", "yesterday", "2026-13-40", "2026", "3/4/2026", 1e300, float("nan")]
)
def test_what_is_no_time(written: str | float | None) -> None:
    assert instant(written) is None


@given(st.none() | st.text() | st.integers() | st.floats())
def test_anything_is_a_time_with_a_zone_or_none(written: str | float | None) -> None:
    time = instant(written)
    assert time is None or time.tzinfo is not None
