"""What is heard of silences, standings and notices, whoever wrote it."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from services.alerting.hear import Heard
from services.alerting.silence import Silence
from services.alerting.standing import Notice, Standing
from shared.codec import encode
from shared.records import Record
from shared.topics import NOTICES, RECEIVERS_STATE, SILENCES, Topic
from tests.unit.alerting.stories import T0

SILENCE = Silence(id="s", until=T0, made=T0)
STANDING = Standing(receiver="desk", at=T0, disabled="gone")
NOTICE = Notice(id="n", about="desk", at=T0, text="it is gone")


class Broker:
    """Gives one reader, which reads from the beginning; the test says what comes."""

    def __init__(self) -> None:
        self._came: list[Any] = []
        self._at = self._end = 0

    def name(self, topic: Topic) -> str:
        return topic.name

    def follower(self, _topics: Any) -> "Broker":
        return self

    def assignment(self) -> tuple[int]:
        return (0,)

    def end_offsets(self, _partitions: Any) -> Mapping[int, int]:
        return {0: self._end}

    def position(self, _partition: int) -> int:
        return self._at

    def close(self) -> None:
        """Nothing is open."""

    def comes(self, topic: Topic, key: bytes | None, value: bytes | None) -> None:
        self._came.append(SimpleNamespace(topic=topic.name, key=key, value=value))
        self._end += 1

    def poll(self, **_options: Any) -> Mapping[Any, list[Any]]:
        came, self._came, self._at = self._came, [], self._end
        return {None: came}


def heard_of(heard: Heard) -> list[Any]:
    return [*heard.silences, *heard.standings.values(), *heard.notices.values()]


@pytest.mark.parametrize(
    ("topic", "key", "record"),
    [(SILENCES, b"s", SILENCE), (RECEIVERS_STATE, b"desk", STANDING), (NOTICES, b"n", NOTICE)],
    ids=["a silence", "a standing", "a notice"],
)
def test_what_stands_under_its_own_key_holds_until_it_is_taken_away_and_else_it_is_not_heard(
    topic: Topic, key: bytes, record: Record
) -> None:
    """Under another's it could not be taken away: a notice would be for ever."""
    broker: Any = Broker()
    heard = Heard(broker)

    for other in (None, b"\xff", b"another"):
        broker.comes(topic, other, encode(record))
    heard.listen()
    assert heard_of(heard) == []

    broker.comes(topic, key, encode(record))
    heard.listen()
    assert heard_of(heard) == [record]

    broker.comes(topic, key, None)
    heard.listen()
    assert heard_of(heard) == []


def test_what_was_said_before_it_listened_is_heard_and_holds_where_a_topic_is_made_anew() -> None:
    broker: Any = Broker()
    broker.comes(SILENCES, b"s", encode(SILENCE))
    heard = Heard(broker)
    assert heard_of(heard) == [SILENCE]

    broker.comes(NOTICES, b"n", encode(NOTICE))
    heard.begin_again()
    assert heard_of(heard) == [SILENCE, NOTICE]


def test_who_looks_at_what_was_heard_sees_no_change_while_looking() -> None:
    broker: Any = Broker()
    heard = Heard(broker)
    broker.comes(NOTICES, b"n", encode(NOTICE))
    heard.listen()
    looking = iter(heard.notices.values())

    broker.comes(NOTICES, b"n", None)
    heard.listen()

    assert list(looking) == [NOTICE]
