"""Slack by a bot token: one message a story, edited as it grows.

The first alert of a story is posted (`chat.postMessage`). Later events edit that message
(`chat.update`); what the route calls notice is also said in its thread. The alert's id stands in
the message's metadata, for whoever has to tell a resend after a crash from a new message.
Slack answers 200 with `{"ok": false, "error": …}` (https://docs.slack.dev/reference/methods).
"""

from typing import Any, ClassVar, Literal

import msgspec

from services.alerting.classify import by_status, no_answer
from services.alerting.decide import Manner
from services.alerting.message import Failure, Kind, Message, Reason, Request, Response, Verdict
from services.alerting.receivers.blocks import body
from services.alerting.receivers.post import posted
from services.alerting.receivers.receiver import Receiver
from services.alerting.view import Reader
from shared.codec import UNREADABLE
from shared.reference import Reveal, SecretRef

REVOKED = {
    "account_inactive",
    "channel_not_found",
    "invalid_auth",
    "is_archived",
    "missing_scope",
    "no_permission",
    "not_authed",
    "not_in_channel",
    "org_login_required",
    "team_access_not_granted",
    "token_expired",
    "token_revoked",
}
LATER = {"internal_error", "fatal_error", "request_timeout", "service_unavailable"}
LIMITED = {"ratelimited", "rate_limited", "message_limit_exceeded"}


NOT_EDITABLE = {"message_not_found", "cant_update_message", "edit_window_closed"}
"""What `chat.update` says of a message that somebody deleted or that may be edited no more. A reply
in the thread of one that is gone is posted to the channel, so the notice is told all the same."""


class SlackBot(Receiver):
    """A bot in a channel (its id, `C…`). Scope `chat:write` is enough."""

    kind: Literal["slack-bot"]
    token: SecretRef
    channel: str
    api: str = "https://slack.com/api"
    rate: float | None = 1.0
    manner: ClassVar[Manner] = Manner(most=60, edits=True)

    def requests(self, message: Message, reveal: Reveal, reader: Reader) -> tuple[Request, ...]:
        """A post; or an edit of the earlier message, and for a notice a reply in its thread."""
        bearer = {"authorization": f"Bearer {reveal(self.token)}"}
        return tuple(
            request
            for method, body in payloads(message, reader, self.channel)
            for request in posted(f"{self.api}/{method}", body, **bearer)
        )

    def outcome(self, answer: Response | Failure) -> Verdict:
        """By `ok` and `error`; the message's id is `channel:ts`."""
        if isinstance(answer, Failure):
            return no_answer(answer)
        verdict = by_status(answer.status, answer.headers)
        if verdict.kind is not Kind.DONE:
            return verdict
        try:
            said = msgspec.json.decode(answer.body, type=_Said)
        except UNREADABLE:
            return Verdict(kind=Kind.RETRY, reason=Reason.BROKEN)
        if said.ok:
            where = f"{said.channel}:{said.ts}" if said.ts else ""
            return Verdict(kind=Kind.DONE, reason=Reason.DELIVERED, message=where)
        return _error(said.error)


class _Said(msgspec.Struct):
    ok: bool
    error: str = ""
    channel: str = ""
    ts: str = ""


def payloads(message: Message, reader: Reader, channel: str) -> tuple[tuple[str, Any], ...]:
    """The calls to make, in order: each a method and its body."""
    told = body(message, reader)
    if not message.earlier or not message.single:
        own = {"channel": channel, "metadata": _metadata(message), **told}
        return (("chat.postMessage", own),)
    where, _, ts = message.earlier.partition(":")
    edit = ("chat.update", {"channel": where, "ts": ts, **told})
    if message.edit:
        return (edit,)
    reply = {"channel": where, "thread_ts": ts, "metadata": _metadata(message), **told}
    return (edit, ("chat.postMessage", reply))


def _metadata(message: Message) -> dict[str, Any]:
    return {"event_type": "newswatch_alert", "event_payload": {"alert": message.id}}


def _error(error: str) -> Verdict:
    if error in REVOKED:
        return Verdict(kind=Kind.DISABLE, reason=Reason.REVOKED)
    if error in NOT_EDITABLE:
        return Verdict(kind=Kind.DONE, reason=Reason.DELIVERED)
    if error in LIMITED:
        return Verdict(kind=Kind.RETRY, reason=Reason.RATE_LIMITED)
    if error in LATER:
        return Verdict(kind=Kind.RETRY, reason=Reason.TRY_LATER)
    return Verdict(kind=Kind.REFUSED, reason=Reason.REFUSED)
