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

Whole = Callable[[str], Collection[int]]
"""The partitions of a topic, by its name, that are ours and of which all is known that was written.

Of others a table may have what was so once: written again, it would hide what another wrote since.
"""

Still = Callable[[], Awaitable[None]]
"""Waits until no stage works: what it writes meanwhile could be overwritten by what was before."""

log = structlog.get_logger()


class Rescue:
    """Which changelogs are lost, and were not written again since."""

    def __init__(self, whole: Whole, still: Still) -> None:
        self._whole, self._still = whole, still
        self._tables: dict[str, tuple[str, Any]] = {}  # by changelog: the stage's source, the table
        self._lost: set[str] = set()  # changed in single steps: other threads do, too
        self._at_work = asyncio.Lock()

    def add(self, source: str, table: Any) -> None:
        """A table (`AckedTable`) of the stage that reads the topic of this name."""
        self._tables[table.changelog_topic_name] = source, table

    @property
    def sources(self) -> Collection[str]:
        """The topics of which tables remember something."""
        return {source for source, _ in self._tables.values()}

    def lost(self, changelogs: Collection[str]) -> None:
        """These changelogs hold nothing any more. From any thread."""
        self._lost.update(self._tables.keys() & changelogs)

    def all_lost(self) -> None:
        """None of the tables has its changelog, for all that is known."""
        self.lost(self._tables.keys())

    async def carry_out(self) -> bool:
        """Write each lost table again, as far as its partitions are ours; whether any was written.

        Returns when it is on the broker, also where another call does the work, or not in time;
        the next call tries again.
        """
        try:
            async with asyncio.timeout(SAVE_WITHIN), self._at_work:
                written = [await self._write(changelog) for changelog in sorted(self._lost)]
        except TimeoutError:
            log.critical("could not write lost tables again", within=SAVE_WITHIN)
            return False
        return any(written)

    async def _write(self, changelog: str) -> bool:
        """Whether it is on the broker; one that cannot be written does not keep the others."""
        await self._still()
        source, table = self._tables[changelog]
        self._lost.discard(changelog)  # first: it may be lost again while it is written
        try:
            entries = table.write_again(self._whole(source))
            await asyncio.gather(*await table.send())
        except BaseException as why:
            self._lost.add(changelog)
            if not isinstance(why, Exception):
                raise
            log.critical("cannot write a lost table again", table=table.name, why=repr(why)[:500])
            return False
        log.warning("wrote a table again", table=table.name, entries=entries)
        return True
