"""Telegram by a bot: `sendMessage` with HTML, at most 4,096 characters after the markup is read.

Telegram answers `{"ok": false, "error_code": 429, "parameters": {"retry_after": 3}}`
(https://core.telegram.org/bots/api#making-requests).
"""

from datetime import timedelta
from html import escape
from typing import Any, ClassVar, Literal

import msgspec

from services.alerting.bidi import size
from services.alerting.classify import LONGEST_WAIT, by_status, no_answer
from services.alerting.decide import Manner
from services.alerting.message import Failure, Kind, Message, Reason, Request, Response, Verdict
from services.alerting.receivers.lines import Markup, fitted, lines
from services.alerting.receivers.post import posted
from services.alerting.receivers.receiver import Receiver
from services.alerting.view import Reader
from services.alerting.words import WORDS
from shared.codec import UNREADABLE
from shared.reference import Reveal, SecretRef

LIMIT = 4096
UNAUTHORISED = 401

HTML = Markup(
    escape=escape,
    bold=lambda text: f"<b>{text}</b>",
    link=lambda text, url: f'<a href="{escape(url)}">{text}</a>',
)


class Telegram(Receiver):
    """A bot and a chat (`@channel` or a number). One message a second a chat is its limit."""

    kind: Literal["telegram"]
    token: SecretRef
    chat: str | int
    api: str = "https://api.telegram.org"
    rate: float | None = 1.0
    manner: ClassVar[Manner] = Manner(most=20)

    def requests(self, message: Message, reveal: Reveal, reader: Reader) -> tuple[Request, ...]:
        """One sendMessage."""
        body = {"chat_id": self.chat, **payload(message, reader)}
        return posted(f"{self.api}/bot{reveal(self.token)}/sendMessage", body)

    def outcome(self, answer: Response | Failure) -> Verdict:
        """By status; the wait stands in the body; 401 is a revoked token, 403 a closed chat."""
        if isinstance(answer, Failure):
            return no_answer(answer)
        if answer.status in {UNAUTHORISED, 403, 404}:
            return Verdict(kind=Kind.DISABLE, reason=Reason.REVOKED)
        said = _said(answer.body)
        verdict = by_status(answer.status, answer.headers)
        if verdict.kind is Kind.DONE and not said.ok:
            return Verdict(kind=Kind.REFUSED, reason=Reason.REFUSED)
        wait = said.parameters.retry_after
        if verdict.kind is Kind.RETRY and wait > 0:
            after = min(timedelta(seconds=min(wait, 10**6)), LONGEST_WAIT)
            return Verdict(kind=Kind.RETRY, reason=verdict.reason, after=after)
        return verdict


class _Parameters(msgspec.Struct):
    retry_after: int = 0


class _Said(msgspec.Struct):
    ok: bool = False
    parameters: _Parameters = msgspec.field(default_factory=_Parameters)


def payload(message: Message, reader: Reader) -> dict[str, Any]:
    """The text and how it is to be read; markup is counted too, which only cuts earlier."""
    more = WORDS[reader.language]["more"]
    return {
        "text": fitted(lines(message, reader, HTML), LIMIT, size, more),
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
    }


def _said(body: bytes) -> _Said:
    try:
        return msgspec.json.decode(body, type=_Said)
    except UNREADABLE:
        return _Said()
