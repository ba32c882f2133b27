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
from shared.kafka import Kafka, read_to_end
from shared.records import Record
from shared.topics import NOTICES, RECEIVERS_STATE, SILENCES

HEARD = (SILENCES, RECEIVERS_STATE, NOTICES)

log = structlog.get_logger("alerting.hear")

_Kept = TypeVar("_Kept", bound=Record)


class Heard:
    """The state of the three topics. Lanes read it from their threads; one thread listens.

    What lanes see is made anew after each poll, so that who reads the earlier one sees no change.
    """

    def __init__(self, kafka: Kafka) -> None:
        """Reads what is there. Raises NoBroker."""
        self._silences: dict[str, Silence] = {}
        self._standings: dict[str, Standing] = {}
        self._notices: dict[str, Notice] = {}
        self._show()
        self._take: dict[str, Callable[[str, bytes | None], None]] = {
            kafka.name(SILENCES): self._silence,
            kafka.name(RECEIVERS_STATE): self._standing,
            kafka.name(NOTICES): self._notice,
        }
        self._kafka = kafka
        self._consumer = kafka.follower(HEARD)
        self._catch_up()

    def begin_again(self) -> None:
        """A topic was made anew, perhaps with other partitions; what was heard before still holds.

        Raises NoBroker.
        """
        follower = self._kafka.follower(HEARD)
        self._consumer.close()
        self._consumer = follower
        self._catch_up()

    def listen(self) -> None:
        """Take over what has come since."""
        came = self._consumer.poll(timeout_ms=0)
        for records in came.values():
            for record in records:
                self._enter(record)
        if came:
            self._show()

    def close(self) -> None:
        """No more."""
        self._consumer.close()

    def _catch_up(self) -> None:
        for record in read_to_end(self._consumer):
            self._enter(record)
        self._show()

    def _show(self) -> None:
        self.silences = tuple(self._silences.values())
        self.standings, self.notices = dict(self._standings), dict(self._notices)

    def _enter(self, record: Any) -> None:
        try:
            self._take[record.topic](record.key.decode(), record.value)
        except (Undecodable, UnicodeDecodeError, AttributeError) as error:
            log.warning("a record cannot be read", topic=record.topic, error=type(error).__name__)

    def _silence(self, key: str, value: bytes | None) -> None:
        _take_over(self._silences, key, value, Silence, "id")
        holds = key in self._silences and self._silences[key].until > datetime.now(UTC)
        log.info("silence", id=key, done="made" if holds else "over")

    def _standing(self, key: str, value: bytes | None) -> None:
        _take_over(self._standings, key, value, Standing, "receiver")

    def _notice(self, key: str, value: bytes | None) -> None:
        _take_over(self._notices, key, value, Notice, "id")


def _take_over(
    known: dict[str, _Kept], key: str, value: bytes | None, kind: type[_Kept], keyed_by: str
) -> None:
    """The record of this key, or that there is none any more.

    Raises Undecodable, also for one with another's key, which nobody could take away.
    """
    if value is None:
        known.pop(key, None)
        return
    record = decode(value, kind)
    if key != getattr(record, keyed_by):
        raise Undecodable(f"a {kind.__name__} with another one's key")
    known[key] = record
