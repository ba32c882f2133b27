"""The end of a turn: what is written down, and what is not when another may hold the receiver."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.alerting.books import MOST_FORGOTTEN, MOST_WAITING, Books
from services.alerting.incoming import Incoming
from services.alerting.ledger import KEEP
from shared.records import Delivery, Outcome

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Written:
    """A journal that keeps what is done with it."""

    def __init__(self, *, held: bool, in_doubt: bool) -> None:
        self._held, self.in_doubt = held, in_doubt
        self.done: list[str] = []

    def take(self, *, more: bool) -> None:
        self.done.append("more" if more else "no more")

    def poll(self, _ledger: object, _seconds: float) -> list[Incoming]:
        self.done.append("poll")
        return []

    def write(self, delivery: Delivery, partition: int) -> None:
        self.done.append(f"write {delivery.alert} to {partition}")

    def erase(self, alert: str, partition: int) -> None:
        self.done.append(f"erase {alert} from {partition}")

    def still_holds(self) -> bool:
        self.done.append("ask")
        return self._held

    def forsake(self) -> None:
        self.done.append("forsake")

    def commit(self) -> None:
        self.done.append("commit")


def books(*, held: bool = True, in_doubt: bool = False) -> tuple[Books, list[str]]:
    journal: Any = Written(held=held, in_doubt=in_doubt)
    return Books(journal), journal.done


def delivery(alert: str, outcome: Outcome, at: datetime = NOW) -> Delivery:
    return Delivery(alert=alert, receiver="r", event="e", story=alert, outcome=outcome, at=at)


@pytest.mark.parametrize(
    ("in_doubt", "held", "done"),
    [
        (False, True, ["write a to 1", "commit"]),
        (True, True, ["ask", "write a to 1", "commit"]),
        (True, False, ["ask", "forsake"]),
    ],
    ids=["no doubt", "in doubt, and still ours", "in doubt, and another's by now"],
)
def test_what_waits_is_written_down_only_by_its_holder(
    *, in_doubt: bool, held: bool, done: list[str]
) -> None:
    own, did = books(held=held, in_doubt=in_doubt)
    own.enter(delivery("a", Outcome.PENDING), 1)
    own.balance()
    assert did == done


def test_what_was_forsaken_is_not_written_later() -> None:
    own, did = books(held=False, in_doubt=True)
    own.enter(delivery("a", Outcome.PENDING), 1)
    own.balance()
    own.balance()
    assert did == ["ask", "forsake", "commit"]


def test_past_what_a_lane_holds_it_polls_on_and_takes_no_more() -> None:
    """Whoever does not poll is taken for dead."""
    own, did = books()
    for number in range(MOST_WAITING):
        own.poll(0.0)
        own.ledger.enter(delivery(f"a{number}", Outcome.PENDING), 0)
    assert did == ["more", "poll"] * MOST_WAITING
    own.poll(0.0)
    assert did[-2:] == ["no more", "poll"]


def test_what_is_old_is_erased_a_turnful_at_a_time() -> None:
    own, did = books()
    old = NOW - KEEP - timedelta(seconds=1)
    for number in range(MOST_FORGOTTEN + 1):
        own.ledger.enter(delivery(f"a{number}", Outcome.DELIVERED, old), number % 2)
    lately = NOW - timedelta(hours=1)
    own.ledger.enter(delivery("fresh", Outcome.DELIVERED, lately), 0)
    assert [own.prune(NOW) for _ in range(3)] == [MOST_FORGOTTEN, 1, 0]
    assert set(did) == {f"erase a{n} from {n % 2}" for n in range(MOST_FORGOTTEN + 1)}
    assert own.ledger.knows("fresh")
    assert own.ledger.last_told("story::fresh") == lately
    assert own.ledger.last_told("story::a0") is None
