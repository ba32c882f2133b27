"""Faust's recovery of tables, which waits for a broker that is away, and for nothing else.

Faust's own takes a broker that is silent for 90 s (`broker_request_timeout`) for the order to stop:
it ends, without a word, and no later rebalance begins it again. Where that came after the tables
were read, in the look at where to go on, the process had its partitions from then on, counted as
ready, and did nothing.

And it waits for the record at a changelog's last offset, also where there is none: a copy made in
transactions, as one cluster mirrors another, ends with an offset that says only that it is whole.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from aiokafka.errors import IllegalStateError
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery as FaustRecovery
from faust.types import TP

from services.processors.consumer import SAID_WITHIN


class Recovery(FaustRecovery):  # type: ignore[misc]
    """Waits until it comes, the next rebalance begins, or the process stops."""

    _left: Mapping[TP, int] = {}

    async def _wait(self, coro: Any, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
        await super()._wait(coro)

    async def pass_over_what_is_no_record(self) -> None:
        """Wait no more for what a changelog ends with, if nothing came of it, but it was read.

        Not before all is as at the last look: what was read may be on its way to its table.
        """
        left = {tp: offsets for tp, offsets in self.active_remaining().items() if offsets > 0}
        still = [tp for tp, offsets in left.items() if self._left.get(tp) == offsets]
        self._left = left
        for tp in still if self.in_recovery and self.tables.changelog_queue.empty() else []:
            with suppress(IllegalStateError, TimeoutError):  # given up just now; no broker
                position = await asyncio.wait_for(self.app.consumer.position(tp), SAID_WITHIN)
                if (position or 0) > self.active_highwaters[tp]:
                    self.active_highwaters[tp] = self.active_offsets[tp]


class Tables(TableManager):  # type: ignore[misc]
    """Faust's, with our `Recovery`."""

    _recovery: Recovery | None = None

    @property
    def recovery(self) -> Recovery:
        """Made when first asked for, as Faust does."""
        if self._recovery is None:
            self._recovery = Recovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery
