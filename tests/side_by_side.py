"""Which tests do not run at the same time; all others may.

pytest-xdist's own marks of groups do nothing under pytest 9.2 (its issue 1386), and say nothing.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling

ONE_AFTER_THE_OTHER = {
    "the usual ports": (
        "tests/e2e/test_make_run.py",
        "tests/e2e/test_what_the_operator_sees.py",
        "tests/contract/test_readme.py::test_a_broker_",
    ),
    "a broker behind a wire": (
        "tests/e2e/test_kills.py",
        "tests/e2e/test_lost_requests.py",
    ),
}
"""What they share ▸ where they begin. They run in one process, before the others."""


class Scheduling(LoadScopeScheduling):
    """A test goes to whichever process has nothing to do."""

    def _split_scope(self, nodeid: str) -> str:
        return next(
            (shared for shared, tests in ONE_AFTER_THE_OTHER.items() if nodeid.startswith(tests)),
            nodeid,
        )


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling:
    """Ours, for every distribution."""
    return Scheduling(config, log)
