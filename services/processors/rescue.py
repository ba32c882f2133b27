"""Tables whose changelog somebody deleted: written again from here, the only place that has them.

Two may come to it at once, each before it gives its partitions up: a rebalance, and the end of the
process. What either leaves behind is not there to be written any more; so the second waits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import structlog

SAVE_WITHIN = 120.0
"""Seconds to write all lost tables again; then it is left to whoever comes next."""

Held = Callable[[str], Collection[int]]
"""The partitions of a topic, by its name, that are ours now."""

Still = Callable[[], Awaitable[None]]
"""Waits until no stage works: what it writes meanwhile could be overwritten by what was before."""

log = structlog.get_logger()


class Rescue:
    """Which changelogs are lost, and which tables were written again since."""

    def __init__(self, held: Held, still: Still) -> None:
        self._held, self._still = held, still
        self._tables: dict[str, tuple[str, Any]] = {}  # by changelog: the stage's source, the table
        self._lost: frozenset[str] = frozenset()
        self._written: frozenset[str] = frozenset()
        self._at_work = asyncio.Lock()

    def add(self, source: str, table: Any) -> None:
        """A table (`AckedTable`) of the stage that reads the topic of this name."""
        self._tables[table.changelog_topic_name] = source, table

    def lost(self, changelogs: Collection[str]) -> None:
        """These changelogs hold nothing any more. From any thread."""
        self._lost |= frozenset(changelogs)

    def all_lost(self) -> None:
        """None of the tables has its changelog."""
        self.lost(self._tables.keys())

    async def carry_out(self) -> None:
        """Write each lost table again, once, as far as its partitions are ours.

        Returns when it is on the broker, also where another call does the work, or not in time;
        the next call tries again.
        """
        try:
            async with asyncio.timeout(SAVE_WITHIN), self._at_work:
                for changelog in (self._lost & self._tables.keys()) - self._written:
                    await self._write(changelog)
        except TimeoutError:
            log.critical("could not write lost tables again", within=SAVE_WITHIN)

    async def _write(self, changelog: str) -> None:
        await self._still()
        source, table = self._tables[changelog]
        entries = table.write_again(self._held(source))
        await asyncio.gather(*await table.send())
        self._written |= {changelog}
        log.warning("wrote a table again", table=table.name, entries=entries)
