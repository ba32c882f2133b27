"""What the broker acknowledged is looked for; the feeds whose articles are gone are named once."""

from collections.abc import Collection

import pytest

from services.fetcher.acknowledged import Acknowledged
from services.fetcher.publish import NotAcknowledged
from shared.place import Place, latest

FIRST, SECOND, THIRD = (Place(0, offset, 100 + offset) for offset in range(3))
BESIDE = Place(1, 0, 100)


class Log:
    """Has lost some places, and remembers for which it was asked."""

    def __init__(self, *lost: Place) -> None:
        self.gone, self.asked, self.away = set(lost), [set[Place]()], False

    async def lost(self, places: Collection[Place]) -> frozenset[Place]:
        if self.away:
            raise NotAcknowledged("away")
        self.asked.append(set(places))
        return frozenset(self.gone & set(places))


def known(**places: Place) -> Acknowledged:
    books = Acknowledged()
    for feed, place in places.items():
        books.put(feed, [place])
    return books


def test_of_each_partition_the_place_furthest_back_is_the_latest() -> None:
    assert latest([SECOND, BESIDE, FIRST]) == (SECOND, BESIDE)


async def test_what_was_found_is_asked_for_by_the_latest_of_each_partition() -> None:
    log, books = Log(), known(a=FIRST, b=SECOND, c=BESIDE)
    assert await books.look(log.lost) == frozenset()
    books.put("a", [THIRD])
    await books.look(log.lost)
    await books.look(log.lost)
    assert log.asked[1:] == [{FIRST, SECOND, BESIDE}, {SECOND, THIRD, BESIDE}, {THIRD, BESIDE}]


async def test_the_feeds_of_which_something_is_gone_are_named_and_no_others() -> None:
    log, books = Log(), known(a=FIRST, b=SECOND, c=THIRD, d=BESIDE)
    await books.look(log.lost)
    log.gone = {SECOND, THIRD}
    assert await books.look(log.lost) == {"b", "c"}
    assert await books.look(log.lost) == frozenset()


async def test_what_a_feed_lost_is_not_hidden_by_what_it_published_since() -> None:
    log, books = Log(), known(a=SECOND)
    await books.look(log.lost)
    log.gone = {SECOND}
    books.put("a", [THIRD])  # others' articles stand before it, where its own had been
    assert await books.look(log.lost) == {"a"}


async def test_a_look_that_the_broker_does_not_answer_is_as_if_it_had_not_been() -> None:
    log, books = Log(FIRST), known(a=FIRST)
    log.away = True
    with pytest.raises(NotAcknowledged):
        await books.look(log.lost)
    log.away = False
    assert await books.look(log.lost) == {"a"}


async def test_of_another_topic_nothing_is_known() -> None:
    log, books = Log(FIRST), known(a=FIRST)
    books.forget()
    assert await books.look(log.lost) == frozenset()
    assert log.asked == [set()], "nor is anything asked for"


async def test_what_is_found_out_of_a_topic_says_nothing_of_the_one_in_its_place() -> None:
    log, books = Log(FIRST), known(a=FIRST)

    async def made_anew(places: Collection[Place]) -> frozenset[Place]:
        books.forget()
        books.put("a", [SECOND])
        return await log.lost(places)

    assert await books.look(made_anew) == frozenset()
    log.gone = {SECOND}
    assert await books.look(log.lost) == {"a"}
