"""Whether the fetcher should end, and why."""

import asyncio
import concurrent.futures
from collections.abc import Mapping

from shared.told import Told


class Ending:
    """Whether the service should end: it was told to, or a part broke."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self.stopping = asyncio.Event()
        self._bug: BaseException | None = None
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(lambda _loop, context: self._break(context))

    def heed(self) -> None:
        """Something is begun: from now on it is finished when we are told to stop."""
        self._told.heed_on(self._loop, self.stopping.set)

    def broke(self, bug: BaseException) -> None:
        """A part died. From any thread."""
        self._loop.call_soon_threadsafe(self._break, {"exception": bug})

    def ended(self, part: asyncio.Future[None] | concurrent.futures.Future[None]) -> None:
        """A part came to its end, by a fault or because it was told to."""
        if not part.cancelled() and (bug := part.exception()):
            self.broke(bug)

    def check(self) -> None:
        """Raise what broke, if anything did."""
        if self._bug is not None:
            raise self._bug

    def _break(self, context: Mapping[str, object]) -> None:
        bug = context.get("exception")
        broken = bug if isinstance(bug, BaseException) else RuntimeError(context.get("message"))
        self._bug = self._bug or broken
        self.stopping.set()
