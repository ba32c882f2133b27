"""Faust's recovery of tables, which waits for a broker that is away.

Faust's own takes a broker that is silent for 90 s (`broker_request_timeout`) for the order to stop:
it ends, without a word, and no later rebalance begins it again. Where that came after the tables
were read, in the look at where to go on, the process had its partitions from then on, counted as
ready, and did nothing.
"""

from typing import Any

from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery as FaustRecovery


class Recovery(FaustRecovery):  # type: ignore[misc]
    """Waits until it comes, the next rebalance begins, or the process stops."""

    async def _wait(self, coro: Any, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
        await super()._wait(coro)


class Tables(TableManager):  # type: ignore[misc]
    """Faust's, with our `Recovery`."""

    _recovery: Recovery | None = None

    @property
    def recovery(self) -> Recovery:
        """Made when first asked for, as Faust does."""
        if self._recovery is None:
            self._recovery = Recovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery
