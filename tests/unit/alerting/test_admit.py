"""What becomes of an event that is read: an alert, or the reason why there is none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.alerting.admit import admitted
from services.alerting.decide import Manner
from services.alerting.ledger import Ledger
from services.alerting.message import Reason
from services.alerting.route import Directive
from services.alerting.timing import Timing
from shared.identity import alert_id
from shared.records import Delivery, Outcome
from tests.unit.alerting.stories import story_event

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EVENT = story_event("en")
TOLD = Directive(receiver="desk", route="r", group="g", timing=Timing())
EDIT = Directive(receiver="desk", route="r", group="g", timing=Timing(), edit=True)
EDITS = Manner(edits=True)


def ledger_of(outcome: Outcome | None, event: str = EVENT.id, message: str = "") -> Ledger:
    """A ledger in which an alert of this event to the desk stands so."""
    ledger = Ledger()
    if outcome:
        ledger.enter(
            Delivery(
                alert=alert_id(event, "desk"),
                receiver="desk",
                event=event,
                story=EVENT.story.id,
                outcome=outcome,
                at=NOW - timedelta(days=1),
                message=message,
            ),
            0,
        )
    return ledger


def admit(directive: Directive | None, ledger: Ledger, **more: Any) -> Delivery | Reason:
    usual = {"asked": "", "replay": False, "manner": EDITS, "now": NOW}
    return admitted(EVENT, directive, receiver="desk", ledger=ledger, **(usual | more))


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_event_that_is_read_again_is_told_to_nobody_again(outcome: Outcome) -> None:
    assert admit(TOLD, ledger_of(outcome)) is Reason.DUPLICATE
    assert admit(EDIT, ledger_of(outcome, message="C:1")) is Reason.DUPLICATE


@pytest.mark.parametrize("replay", [False, True])
@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_who_is_asked_for_is_told_unless_it_waits_or_was_told_and_nobody_else_is(
    outcome: Outcome | None,
    replay: bool,  # noqa: FBT001
) -> None:
    """By a redrive or a replay, whatever its routes say."""
    ledger = ledger_of(outcome)
    silenced = Directive(
        receiver="desk", route="r", group="g", timing=Timing(), unsaid=Reason.SILENCED
    )
    again = admit(silenced, ledger, asked="desk", replay=replay)
    if outcome in {None, Outcome.DEAD, Outcome.SUPPRESSED}:
        assert isinstance(again, Delivery)
        assert (again.next_at, again.held) == (NOW, EVENT)
    else:
        assert again is Reason.DUPLICATE
    assert admit(TOLD, ledger, asked="other", replay=replay) is Reason.REPLAY


def test_whom_no_route_names_is_not_told() -> None:
    assert admit(None, Ledger()) is Reason.NO_ROUTE


def test_an_event_that_is_no_notice_edits_what_was_told_of_its_story_and_is_told_nowhere_else() -> (
    None
):
    earlier = ledger_of(Outcome.DELIVERED, "an earlier event", message="C:1")
    edit = admit(EDIT, earlier)
    assert isinstance(edit, Delivery)
    assert edit.edit
    assert (edit.next_at, edit.route) == (NOW, "r")
    assert admit(EDIT, earlier, manner=Manner()) is Reason.NO_NOTICE
    assert admit(EDIT, ledger_of(Outcome.DELIVERED, "an earlier event")) is Reason.NO_NOTICE
