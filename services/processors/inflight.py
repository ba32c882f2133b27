"""inflight: how many records are under way, and when none is."""

import asyncio


class InFlight:
    """Room for so many at once; more wait to enter."""

    def __init__(self, room: int) -> None:
        self._room = asyncio.Semaphore(room)
        self._inside = 0
        self._empty = asyncio.Event()
        self._empty.set()

    async def enter(self) -> None:
        """Wait for room, and take it."""
        await self._room.acquire()
        self._inside += 1
        self._empty.clear()

    def leave(self) -> None:
        """Give the room back."""
        self._inside -= 1
        self._room.release()
        if not self._inside:
            self._empty.set()

    async def empty(self) -> None:
        """Wait until nothing is inside."""
        await self._empty.wait()
