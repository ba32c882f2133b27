"""Discord by a webhook: one embed a message.

Limits: title 256, description 4,096, field name 256, value 1,024, all embeds together 6,000
characters (https://docs.discord.com/developers/resources/message#embed-object-embed-limits).
Mentions are switched off: no headline can call a channel.
"""

import re
from typing import Any, ClassVar, Literal

from services.alerting.bidi import clip, isolate, size
from services.alerting.classify import by_status, no_answer
from services.alerting.decide import Manner
from services.alerting.message import Failure, Kind, Message, Reason, Request, Response, Verdict
from services.alerting.receivers.lines import Markup, fitted, lines
from services.alerting.receivers.post import posted
from services.alerting.receivers.receiver import Address, Receiver
from services.alerting.view import Reader, view
from services.alerting.words import WORDS
from shared.reference import Reveal

TITLE, DESCRIPTION, LINK = 256, 4096, 2048
COLOUR = 0x1D6FA5
_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~@:])")

MARKDOWN = Markup(
    escape=lambda text: _MARKS.sub(r"\\\1", text),
    bold=lambda text: f"**{text}**",
    link=lambda text, url: f"[{text}](<{url}>)",
)


class Discord(Receiver):
    """An incoming webhook. Its URL is a secret."""

    kind: Literal["discord"]
    url: Address
    rate: float | None = 0.5
    burst: float = 5
    manner: ClassVar[Manner] = Manner(most=20)

    def requests(self, message: Message, reveal: Reveal, reader: Reader) -> tuple[Request, ...]:
        """One POST."""
        return posted(reveal(self.url), payload(message, reader))

    def outcome(self, answer: Response | Failure) -> Verdict:
        """By status; a deleted webhook (404, or 401 for its token) disables."""
        if isinstance(answer, Failure):
            return no_answer(answer)
        if answer.status in {401, 404}:
            return Verdict(kind=Kind.DISABLE, reason=Reason.REVOKED)
        return by_status(answer.status, answer.headers)


def payload(message: Message, reader: Reader) -> dict[str, Any]:
    """One embed, below every limit, and no mentions."""
    more = WORDS[reader.language]["more"]
    embed: dict[str, Any] = {"color": COLOUR}
    if message.alerts and message.single:
        seen = view(message.event, reader)
        said = lines(message, reader, MARKDOWN)[1:] or [MARKDOWN.escape(seen.url)]
        embed |= {"title": isolate(clip(seen.headline, TITLE - 2))}
        fits = seen.url.startswith("http") and size(seen.url) <= LINK
        embed |= {"url": seen.url} if fits else {}
        embed |= {"timestamp": message.event.at.isoformat()}
    else:
        said = lines(message, reader, MARKDOWN)
    embed["description"] = fitted(said, DESCRIPTION, size, more)
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}
