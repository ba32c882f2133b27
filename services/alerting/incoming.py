"""A record of `stories.events` as a lane takes it."""

from dataclasses import dataclass
from typing import Any

from shared.topics import STORIES_EVENTS


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A record as it came."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: dict[str, str]

    @property
    def source(self) -> str:
        """Where it stood."""
        return f"{STORIES_EVENTS.name}-{self.partition}-{self.offset}"


def incoming(record: Any) -> Incoming:
    """What the client gave."""
    headers = {name: value.decode(errors="replace") for name, value in record.headers if value}
    return Incoming(
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=headers,
    )
