"""What lies in another key's partition is put aside before its stage sees it."""

import pytest

from services.processors.partitions import partition_of
from services.processors.placed import Placed
from services.processors.stages import Effects, Incoming, StageOutcome
from shared.codec import Undecodable
from shared.records import Lane

PASSED = Effects(outcome=StageOutcome.PASSED, lane=Lane.LIVE)
KEY, PARTITIONS = b"iran-turkiye", 6
RIGHT = partition_of(KEY, PARTITIONS)


class Passing:
    """A stage that takes everything."""

    def __call__(self, _incoming: Incoming) -> Effects:
        return PASSED

    def recovered(self) -> None:
        """There is nothing to drop."""


def in_partition(number: int) -> Incoming:
    place = f"articles.matched-{number}-7"
    return Incoming(key=KEY, value=b"", lane=Lane.LIVE, partition=number, place=place, origin=place)


def test_what_lies_where_its_key_belongs_goes_to_the_stage() -> None:
    assert Placed(Passing(), PARTITIONS)(in_partition(RIGHT)) is PASSED


def test_what_another_client_put_elsewhere_is_put_aside_with_the_reason() -> None:
    """Its watch's stories are remembered by whoever has the right partition."""
    with pytest.raises(Undecodable, match=f"'iran-turkiye' belongs in partition {RIGHT}: "):
        Placed(Passing(), PARTITIONS)(in_partition((RIGHT + 1) % PARTITIONS))
