from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kafka import TopicPartition
from kafka.structs import OffsetAndTimestamp

from shared.offsets import begin_at

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PARTITION = TopicPartition("news", 0)


class Reader:
    """A consumer of one partition, whose records came at these times; one comes at each request."""

    def __init__(self, *came: datetime) -> None:
        self.came = list(came)
        self.position = 0

    def assignment(self) -> set[TopicPartition]:
        return {PARTITION}

    def end_offsets(self, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(partitions, self._answered(len(self.came)))

    def offsets_for_times(self, since: dict[TopicPartition, int]) -> dict[TopicPartition, Any]:
        moment = since[PARTITION]
        times = [int(time.timestamp() * 1000) for time in self.came]
        later = [number for number, time in enumerate(times) if time >= moment]
        place = OffsetAndTimestamp(later[0], times[later[0]], None) if later else None
        return {PARTITION: self._answered(place)}

    def seek(self, partition: TopicPartition, offset: int) -> None:
        assert partition == PARTITION
        self.position = offset

    def _answered(self, answer: Any) -> Any:
        self.came.append(NOW)
        return answer


@pytest.mark.parametrize(
    ("came", "begins"),
    [
        pytest.param([], 0, id="nothing yet, and a record that comes while we ask is read"),
        pytest.param([NOW - timedelta(days=2)], 1, id="what is older is left out"),
        pytest.param([NOW - timedelta(days=2), NOW], 1, id="what is newer is read"),
    ],
)  # fmt: skip
def test_reading_begins_at_a_moment(came: list[datetime], begins: int) -> None:
    reader = Reader(*came)

    begin_at(reader, NOW - timedelta(hours=1))

    assert reader.position == begins
