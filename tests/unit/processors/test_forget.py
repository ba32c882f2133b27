from services.processors.forget import AT_ONCE, REMEMBERED, Ages

DAY = 86_400.0
LONG = REMEMBERED.total_seconds()


def test_an_article_is_forgotten_once_when_nothing_was_heard_of_it_for_long() -> None:
    ages = Ages()
    ages.heard(0, b"old", 0.0)
    ages.heard(0, b"old", 0.0)
    ages.heard(0, b"young", LONG)

    assert list(ages.stale(0, LONG + 1)) == [b"old"]
    assert list(ages.stale(0, LONG + 2)) == []


def test_an_article_heard_of_again_lives_on() -> None:
    ages = Ages()
    ages.heard(0, b"a", 0.0)
    ages.heard(0, b"a", DAY)

    assert list(ages.stale(0, LONG + 1)) == []
    assert list(ages.stale(0, LONG + DAY + 1)) == [b"a"]


def test_time_is_a_partitions_own() -> None:
    ages = Ages()
    ages.heard(0, b"a", 0.0)

    assert list(ages.stale(1, LONG * 2)) == []


def test_no_article_makes_more_than_a_few_forgotten_at_once() -> None:
    ages = Ages()
    ages.restore((0, b"%d" % n, 0.0) for n in range(AT_ONCE * 3))

    assert [len(list(ages.stale(0, LONG * 2))) for _ in range(4)] == [AT_ONCE] * 3 + [0]
