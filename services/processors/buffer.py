"""Faust's buffer of what was read ahead of a stage, by weight: a large record counts as several.

By number alone, 4,096 records of a megabyte would have to fit into memory; and the process that
takes the place of the one that died of it would read the same ones.
"""

from typing import Any

from mode.utils.queues import ThrowableQueue

UNIT = 16_000
"""Bytes; a record counts once, and once more for each of these."""


class Buffer(ThrowableQueue):  # type: ignore[misc]
    """A queue of events whose size is their weight, so that Faust pauses reading by weight."""

    _weight = 0

    def qsize(self) -> int:
        """The weight of all events inside."""
        return self._weight

    def clear(self) -> None:
        """Forget all of them, while the flow is stopped: their partitions are given up.

        Faust calls this when the flow goes on, too, with records inside that were just read; their
        partition would stand still until it is looked at.
        """
        if not self._flow_control.is_active():
            super().clear()
            self._weight = 0

    def _put(self, event: Any) -> None:
        super()._put(event)
        self._weight += _weight(event)

    def _get(self) -> Any:
        event = super()._get()
        self._weight -= _weight(event)
        return event


def _weight(event: Any) -> int:
    return 1 + len(event.message.value or b"") // UNIT
