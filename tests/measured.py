"""What tests have measured, told at the end of the run, whichever process they ran in."""

from collections.abc import Callable
from functools import partial

import pytest

Measured = Callable[[str], None]


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Measured:
    """Say what this test has measured."""
    return partial(record_property, "measured")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Every test's figures under its name."""
    ended = [r for how in ("passed", "failed") for r in terminalreporter.stats.get(how, [])]
    told = [
        (r.nodeid, text) for r in ended for name, text in r.user_properties if name == "measured"
    ]
    if told:
        terminalreporter.section("measured")
    for test, text in told:
        terminalreporter.write_line(f"{test}\n  {text}")
