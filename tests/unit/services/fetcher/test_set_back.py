"""A clock that is set back is noticed; one that is corrected a little or set ahead need not be."""

from datetime import UTC, datetime, timedelta

import pytest

from services.fetcher.set_back import SetBack

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("step", "noticed"),
    [
        (timedelta(), False),
        (timedelta(seconds=-1), False),
        (timedelta(hours=-2), True),
        (timedelta(hours=2), False),
    ],
)
def test_a_clock_that_is_set_back_is_noticed_once(step: timedelta, *, noticed: bool) -> None:
    clock = SetBack()
    assert not clock.now(NOW, 100.0)
    assert not clock.now(NOW + timedelta(seconds=30), 130.0)
    assert clock.now(NOW + timedelta(seconds=60) + step, 160.0) is noticed
    assert not clock.now(NOW + timedelta(seconds=90) + step, 190.0)
