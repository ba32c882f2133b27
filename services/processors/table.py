"""A Faust table that leaves its changelog records to be sent, and awaited, by the shell."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

import faust

from services.processors.partitions import partition_of
from services.processors.stages import Write


class AckedTable(faust.Table):  # type: ignore[misc]
    """A table whose changelog records are handed out to be sent, not left to Faust's buffer.

    That buffer is why Faust's commit would wait as long as records stream in.
    """

    def __post_init__(self) -> None:
        self.unsent: list[Any] = []
        self.keyed_by: Callable[[bytes], bytes] = bytes  # the key of the records of an entry

    async def write(self, writes: Iterable[Write]) -> list[Any]:
        """Carry these out; the futures of the changelog records that this sends."""
        for write in writes:
            if write.value is None:
                self.pop(write.key, None)
            else:
                self[write.key] = write.value
        return await self.send()

    def send_changelog(
        self,
        partition: int | None,
        key: Any,
        value: Any,
        key_serializer: Any = None,
        value_serializer: Any = None,
    ) -> Any:
        """The record's future, kept until `send` is awaited."""
        future = self.changelog_topic.as_future_message(
            key=key,
            value=value,
            partition=partition,
            key_serializer=key_serializer or self.key_serializer,
            value_serializer=value_serializer or self.value_serializer,
            callback=self._on_changelog_sent,
            eager_partitioning=True,
        )
        self.unsent.append(future)
        return future

    async def send(self) -> list[Any]:
        """Send what was written since the last call; the futures that the broker will fulfil."""
        sent, self.unsent = self.unsent, []
        for future in sent:
            await self.changelog_topic.publish_message(future, wait=False)
        return sent

    def write_again(self, partitions: Collection[int]) -> int:
        """Leave a changelog record of all that is held of these partitions, for `send`; how many.

        For the day a changelog is lost and this memory is all that there is.
        """
        before = len(self.unsent)
        for key, value in list(self.items()):
            number = partition_of(self.keyed_by(key), int(self.partitions))
            if number in partitions:
                self.send_changelog(number, key, value)
        return len(self.unsent) - before
