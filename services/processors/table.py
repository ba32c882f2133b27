"""A Faust table that leaves its changelog records to be sent, and awaited, by the shell."""

from typing import Any

import faust


class AckedTable(faust.Table):  # type: ignore[misc]
    """A table whose changelog records are handed out to be sent, not left to Faust's buffer.

    That buffer is why Faust's commit would wait as long as records stream in.
    """

    def __post_init__(self) -> None:
        self.unsent: list[Any] = []

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
