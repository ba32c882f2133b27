"""Between Kafka's messages and the stages' records: what comes in, and what is put aside."""

from datetime import datetime
from typing import Any

from services.processors.note import origin_of
from services.processors.stages import Effects, Incoming, Output, StageOutcome, Write
from shared.headers import carried, dead_letter_headers, lane_of
from shared.topics import Topic


def largest(effects: Effects) -> int:
    """The size of the largest key and value, in bytes, that these effects would send."""
    sent: tuple[Write | Output, ...] = (*effects.writes, *effects.outputs)
    return max((len(one.key or b"") + len(one.value or b"") for one in sent), default=0)


def incoming(event: Any, log: str) -> Incoming:
    """The record of a Faust event, read from this log of its topic (`note.py`).

    A topic that was made anew has other records at the same offsets: its log keeps them apart.
    """
    message, headers = event.message, event.message.headers or ()
    place = f"{message.partition}-{message.offset}"
    return Incoming(
        key=message.key,
        value=message.value,
        lane=lane_of(headers.items() if isinstance(headers, dict) else headers),
        partition=message.partition,
        place=f"{message.topic}-{place}",
        origin=origin_of(message.topic, log, place),
    )


def put_aside(
    record: Incoming, outcome: StageOutcome, reason: str, *, topic: Topic, stage: str, at: datetime
) -> Effects:
    """The record, as far as it fits, on its topic's dead topic, with the reason in headers."""
    key, value, cut = carried(record.key, record.value)
    headers = cut + dead_letter_headers(
        reason=f"{outcome}: {reason}",
        stage=stage,
        at=at,
        source=record.place,
    )
    return Effects(
        outcome=outcome,
        lane=record.lane,
        outputs=(Output(topic.dead, key, value, tuple(headers)),),
    )
