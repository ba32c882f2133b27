"""What operators and other lanes say in Kafka: silences, standings, notices. An edge.

One reader of all three topics, from their beginning; `listen` takes over what is new.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog

from services.alerting.silence import Silence
from services.alerting.standing import Notice, Standing
from shared.codec import Undecodable, decode
from shared.kafka import Kafka
from shared.records import Record
from shared.topics import NOTICES, RECEIVERS_STATE, SILENCES

log = structlog.get_logger("alerting.hear")

CATCH_UP_MS = 500

_Kept = TypeVar("_Kept", bound=Record)


class Heard:
    """The state of the three topics. Lanes read it from their threads; one thread listens."""

    def __init__(self, kafka: Kafka) -> None:
        """Reads what is there."""
        self.silences: tuple[Silence, ...] = ()
        self.standings: dict[str, Standing] = {}
        self.notices: dict[str, Notice] = {}
        self._take: dict[str, Callable[[str, bytes | None], None]] = {
            kafka.name(SILENCES): self._silence,
            kafka.name(RECEIVERS_STATE): self._standing,
            kafka.name(NOTICES): self._notice,
        }
        self._consumer = kafka.follower([SILENCES, RECEIVERS_STATE, NOTICES])
        ends = self._consumer.end_offsets(list(self._consumer.assignment()))
        while any(self._consumer.position(part) < end for part, end in ends.items()):
            self._poll(CATCH_UP_MS)

    def listen(self) -> None:
        """Take over what has come since."""
        self._poll(0)

    def close(self) -> None:
        """No more."""
        self._consumer.close()

    def _poll(self, milliseconds: int) -> None:
        for records in self._consumer.poll(timeout_ms=milliseconds).values():
            for record in records:
                self._enter(record)

    def _enter(self, record: Any) -> None:
        try:
            self._take[record.topic](record.key.decode(), record.value)
        except (Undecodable, UnicodeDecodeError, AttributeError) as error:
            log.warning("a record cannot be read", topic=record.topic, error=type(error).__name__)

    def _silence(self, key: str, value: bytes | None) -> None:
        others = tuple(silence for silence in self.silences if silence.id != key)
        made = None if value is None else _decoded(key, value, Silence, "id")
        self.silences = others if made is None else (*others, made)
        holds = made is not None and made.until > datetime.now(UTC)
        log.info("silence", id=key, done="made" if holds else "over")

    def _standing(self, key: str, value: bytes | None) -> None:
        self.standings = _with(self.standings, key, value, Standing, "receiver")

    def _notice(self, key: str, value: bytes | None) -> None:
        self.notices = _with(self.notices, key, value, Notice, "id")


def _with(
    known: dict[str, _Kept], key: str, value: bytes | None, kind: type[_Kept], keyed_by: str
) -> dict[str, _Kept]:
    """A new dict, so that who reads the old one sees no change."""
    others = {name: record for name, record in known.items() if name != key}
    return others if value is None else others | {key: _decoded(key, value, kind, keyed_by)}


def _decoded(key: str, value: bytes, kind: type[_Kept], keyed_by: str) -> _Kept:
    """The record. Raises Undecodable, also under another's key: nobody could take it away."""
    record = decode(value, kind)
    if key != getattr(record, keyed_by):
        raise Undecodable(f"a {kind.__name__} with another one's key")
    return record
