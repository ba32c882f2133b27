"""A line that comes again and again is counted, and no count is lost."""

import random

from shared.repeats import QUIET_FOR, Due, Repeats, template


def test_a_line_is_told_at_once_and_the_same_again_is_not() -> None:
    repeats: Repeats[int] = Repeats()

    assert repeats.take("refused", 1, now=0.0) == [Due(1, 0)]
    assert repeats.take("refused", 2, now=1.0) == []
    assert repeats.take("another", 3, now=2.0) == [Due(3, 0)]


def test_the_last_one_left_out_is_told_with_their_number_once_any_other_line_comes() -> None:
    repeats: Repeats[int] = Repeats()
    for line in range(100):
        repeats.take("refused", line, now=line / 100)

    assert repeats.take("another", -1, now=QUIET_FOR) == [Due(99, 98), Due(-1, 0)]


def test_what_goes_on_repeating_is_told_once_in_every_while() -> None:
    repeats: Repeats[int] = Repeats()

    told = [one for second in range(300) for one in repeats.take("refused", second, now=second)]

    assert [one.line for one in told] == [0, 29, 59, 89, 119, 149, 179, 209, 239, 269]


def test_what_comes_seldom_is_told_every_time() -> None:
    repeats: Repeats[int] = Repeats()
    times = [number * QUIET_FOR for number in range(5)]

    assert [repeats.take("refused", 0, now=now) for now in times] == 5 * [[Due(0, 0)]]


def test_every_line_is_told_or_counted() -> None:
    chance, repeats, now = random.Random(1), Repeats[int](), 0.0
    told = []
    for line in range(10_000):
        now += chance.expovariate(10)
        told += repeats.take(chance.choice("abcdef"), line, now)
    told += repeats.due()

    assert sum(1 + one.left_out for one in told) == 10_000
    assert repeats.due() == []


def test_messages_that_differ_by_figures_alone_are_the_same() -> None:
    assert template("node 1 at 127.0.0.1:9092") == template("node 2 at 10.0.0.17:1")
    assert template("<Task at 0x7ff0e1cd> ran") == template("<Task at 0x7fbc9ab7> ran")
    assert template("node 1 refused") != template("node 1 closed")
