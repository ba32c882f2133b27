"""Which of the system's clocks says how much time has passed."""

import time

import pytest

from shared.passed import passed


def test_a_machine_that_slept_has_not_stood_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the kernel adds to its clocks when it wakes, as clock_gettime(2) has it."""
    slept = {getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC): 8 * 3600.0}
    monkeypatch.setattr(time, "clock_gettime", lambda clock: slept.get(clock, 0.0))
    assert passed() == 8 * 3600.0


def test_it_passes_as_on_any_clock() -> None:
    assert passed() <= passed()
