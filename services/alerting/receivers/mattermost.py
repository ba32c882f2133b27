"""Mattermost by an incoming webhook: Markdown, posts up to 16,383 characters.

(https://developers.mattermost.com/integrate/webhooks/incoming/). A zero-width space after each @
keeps a headline from calling anybody.
"""

from typing import Any, ClassVar, Literal

from services.alerting.bidi import size
from services.alerting.classify import by_status, no_answer
from services.alerting.decide import Manner
from services.alerting.message import Failure, Kind, Message, Reason, Request, Response, Verdict
from services.alerting.receivers.discord import MARKDOWN
from services.alerting.receivers.lines import Markup, fitted, lines
from services.alerting.receivers.post import posted
from services.alerting.receivers.receiver import Address, Receiver
from services.alerting.view import Reader
from services.alerting.words import WORDS
from shared.reference import Reveal

LIMIT = 16_000

_QUIET = Markup(
    escape=lambda text: MARKDOWN.escape(text).replace("@", "@\u200b"),
    bold=MARKDOWN.bold,
    link=MARKDOWN.link,
)


class Mattermost(Receiver):
    """An incoming webhook. Its URL is a secret."""

    kind: Literal["mattermost"]
    url: Address
    rate: float | None = 5.0
    burst: float = 10
    manner: ClassVar[Manner] = Manner(most=50)

    def requests(self, message: Message, reveal: Reveal, reader: Reader) -> tuple[Request, ...]:
        """One POST."""
        return posted(reveal(self.url), payload(message, reader))

    def outcome(self, answer: Response | Failure) -> Verdict:
        """By status; a deleted webhook is a 404 or a 400 that says so, and disables."""
        if isinstance(answer, Failure):
            return no_answer(answer)
        if answer.status == 404 or b"Invalid webhook" in answer.body:  # noqa: PLR2004
            return Verdict(kind=Kind.DISABLE, reason=Reason.REVOKED)
        return by_status(answer.status, answer.headers)


def payload(message: Message, reader: Reader) -> dict[str, Any]:
    """The post's text."""
    more = WORDS[reader.language]["more"]
    said = [line for part in lines(message, reader, _QUIET) for line in (part, "")]
    return {"text": fitted(said[:-1], LIMIT, size, more)}
