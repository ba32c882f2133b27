"""Slack by an incoming webhook: Block Kit, at most about one message a second.

The answer is the plain text `ok`; Slack also answers 200 with other words, and those are no
receipt. Its words for a webhook that will never work again are in REVOKED
(https://api.slack.com/messaging/webhooks, "Handling errors").
"""

from typing import ClassVar, Literal

from services.alerting.classify import by_status, no_answer
from services.alerting.decide import Manner
from services.alerting.message import Failure, Kind, Message, Reason, Request, Response, Verdict
from services.alerting.receivers.blocks import body
from services.alerting.receivers.post import posted
from services.alerting.receivers.receiver import Address, Receiver
from services.alerting.view import Reader
from shared.reference import Reveal

REVOKED = {
    b"no_service",
    b"no_service_id",
    b"no_active_hooks",
    b"invalid_token",
    b"no_team",
    b"team_disabled",
    b"channel_is_archived",
    b"channel_not_found",
    b"action_prohibited",
    b"account_inactive",
}


class Slack(Receiver):
    """An incoming webhook. Its URL is a secret."""

    kind: Literal["slack"]
    url: Address
    rate: float | None = 1.0
    manner: ClassVar[Manner] = Manner(most=60)

    def requests(self, message: Message, reveal: Reveal, reader: Reader) -> tuple[Request, ...]:
        """One POST."""
        return posted(reveal(self.url), body(message, reader))

    def outcome(self, answer: Response | Failure) -> Verdict:
        """`ok` is a receipt; a revoked webhook disables; the rest is by status."""
        if isinstance(answer, Failure):
            return no_answer(answer)
        said = answer.body.strip()
        if said in REVOKED:
            return Verdict(kind=Kind.DISABLE, reason=Reason.REVOKED)
        verdict = by_status(answer.status, answer.headers)
        if verdict.kind is Kind.DONE and said != b"ok":
            return Verdict(kind=Kind.REFUSED, reason=Reason.REFUSED)
        return verdict
