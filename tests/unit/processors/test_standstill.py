"""What stands still for several looks is noticed, and nothing else."""

from services.processors.standstill import Standstill


def test_the_same_mark_is_too_long_at_the_look_that_is_allowed_last() -> None:
    standstill = Standstill(looks=3)

    assert [standstill.lasts(7) for _ in range(5)] == [False, False, False, True, True]


def test_whatever_moves_is_let_be() -> None:
    standstill = Standstill(looks=2)

    assert not any(standstill.lasts(mark) for mark in (7, 7, 6, 6, 7, 7))


def test_what_need_not_move_never_stands_still_and_begins_afresh() -> None:
    standstill = Standstill(looks=2)

    assert not any(standstill.lasts(mark) for mark in (7, 7, None, None, None, None, 7, 7))
