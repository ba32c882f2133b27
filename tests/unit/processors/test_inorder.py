import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.processors.inorder import SAME_ANSWERS, InOrder, Turn


def begun(*offsets: int, start: int = 0) -> InOrder[str]:
    order = started(start)
    for offset in offsets:
        assert order.begin(1, "p", offset) is Turn.NOW
    return order


def started(offset: int = 0) -> InOrder[str]:
    order: InOrder[str] = InOrder()
    order.start(1, "p", offset)
    return order


def test_what_may_be_committed_is_the_first_record_that_is_not_finished() -> None:
    order = begun(0, 1, 2)

    order.finish(1, "p", 1)
    assert order.committable() == {"p": 0}
    order.finish(1, "p", 0)
    assert order.committable() == {"p": 2}
    order.finish(1, "p", 2)
    assert order.committable() == {"p": 3}


def test_partitions_do_not_wait_for_each_other() -> None:
    order = begun(0)
    order.start(1, "q", 7)
    order.begin(1, "q", 7)

    order.finish(1, "q", 7)

    assert order.committable() == {"p": 0, "q": 8}


def test_what_an_earlier_generation_began_is_not_counted_in_this_one() -> None:
    order = begun(0, 1)
    order.start(2, "p", 0)
    order.begin(2, "p", 0)

    order.finish(1, "p", 0)

    assert order.committable() == {"p": 0}


def test_partitions_that_were_given_up_are_committed_no_more() -> None:
    order = begun(0, 1)
    order.start(2, "q", 7)

    assert order.committable() == {"q": 7}


def test_what_is_finished_after_all_was_given_up_counts_for_nothing() -> None:
    order = begun(0, 1)
    order.forget()

    order.finish(1, "p", 0)

    assert order.committable() == {}


def test_a_generation_begins_where_was_committed_and_not_where_it_happens_to_read() -> None:
    order = started(100)

    assert order.begin(1, "p", 140) is Turn.MISSING
    assert order.due("p") == 100


def test_nothing_begins_before_it_is_known_where() -> None:
    order = started()

    assert not order.started(2, "p")
    assert not order.started(1, "q")
    with pytest.raises(KeyError):
        order.begin(2, "p", 0)


@pytest.mark.parametrize(
    ("read", "turns"),
    [
        pytest.param([0, 0, 1], ["NOW", "AGAIN", "NOW"], id="a record that comes twice"),
        pytest.param([0, 2, 3, 1, 2], ["NOW", "MISSING", "EARLY", "NOW", "NOW"], id="one left out"),
        pytest.param([3, 0, 1], ["MISSING", "NOW", "NOW"], id="the first ones left out"),
        pytest.param([0, 5, 6, 4, 1], ["NOW", "MISSING", "EARLY", "MISSING", "NOW"],
                     id="a second reading leaves them out, too"),
        pytest.param([0, *range(9, 1, -1), 1], ["NOW", *["MISSING"] * 8, "NOW"],
                     id="no two readings leave the same ones out"),
    ],
)  # fmt: skip
def test_a_record_is_worked_on_when_it_is_due(read: list[int], turns: list[str]) -> None:
    order = started()

    assert [order.begin(1, "p", offset).name for offset in read] == turns


def test_records_are_gone_when_every_fresh_reading_leaves_the_same_ones_out() -> None:
    order = begun(0)
    assert order.begin(1, "p", 9) is Turn.MISSING

    turns = [order.begin(1, "p", 9) for _ in range(SAME_ANSWERS)]

    assert turns == [Turn.MISSING] * (SAME_ANSWERS - 1) + [Turn.NOW]
    order.finish(1, "p", 0)
    assert order.committable() == {"p": 9}


@given(st.permutations(range(12)))
def test_in_whatever_order_they_finish_nothing_unfinished_is_committed(order: list[int]) -> None:
    records = begun(*range(12))
    unfinished = set(range(12))

    for offset in order:
        records.finish(1, "p", offset)
        unfinished.remove(offset)
        assert records.committable()["p"] == min(unfinished, default=12)


@given(st.randoms(use_true_random=False), st.integers(1, 30), st.integers(0, 10))
def test_however_a_reader_drops_and_repeats_each_record_is_worked_on_once_and_in_order(
    chance: random.Random, records: int, start: int
) -> None:
    order = started(start)
    worked: list[int] = []
    position, end = start, start + records
    while order.due("p") != end:
        due = order.due("p") or 0
        match chance.choice(["read", "read", "drop", "seek back"]):
            case "drop":
                position += chance.randint(1, 5)
            case "seek back":
                position = chance.randint(start, due)
        if position >= end:
            position = due  # it stood still
        turn = order.begin(1, "p", position)
        if turn is Turn.NOW:
            worked.append(position)
        if turn is Turn.MISSING:
            turn, position = order.begin(1, "p", due), due
            worked.append(position)
            assert turn is Turn.NOW
        position += 1

    assert worked == list(range(start, end))
