from hypothesis import given
from hypothesis import strategies as st

from services.processors.inorder import InOrder


def begun(offsets: range, generation: int = 1) -> InOrder[int]:
    order: InOrder[int] = InOrder()
    for offset in offsets:
        order.begin(generation, "p", offset, offset)
    return order


def test_a_record_waits_for_those_before_it() -> None:
    order = begun(range(3))

    assert list(order.finish(1, "p", 1)) == []
    assert list(order.finish(1, "p", 0)) == [0, 1]
    assert list(order.finish(1, "p", 2)) == [2]


def test_partitions_do_not_wait_for_each_other() -> None:
    order = begun(range(2))
    order.begin(1, "q", 7, 7)

    assert list(order.finish(1, "q", 7)) == [7]


def test_what_an_earlier_generation_began_is_never_acked() -> None:
    order = begun(range(2))
    order.begin(2, "p", 0, 0)

    assert list(order.finish(1, "p", 0)) == []
    assert list(order.finish(2, "p", 0)) == [0]


@given(st.permutations(range(12)))
def test_in_whatever_order_they_finish_each_is_acked_once_and_in_order(order: list[int]) -> None:
    records = begun(range(12))

    acked = [record for offset in order for record in records.finish(1, "p", offset)]

    assert acked == list(range(12))
