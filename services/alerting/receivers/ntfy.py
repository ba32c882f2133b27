"""ntfy: JSON to the server's root (https://docs.ntfy.sh/publish/#publish-as-json).

A message past 4,096 bytes would be turned into an attachment, so it is cut before.
"""

from typing import Any, ClassVar, Literal

from services.alerting.bidi import isolate
from services.alerting.classify import status_of
from services.alerting.decide import Manner
from services.alerting.message import Failure, Message, Request, Response, Verdict
from services.alerting.receivers.lines import Markup, fitted, lines
from services.alerting.receivers.post import posted
from services.alerting.receivers.receiver import Address, Receiver
from services.alerting.view import Reader, view
from services.alerting.words import WORDS
from shared.reference import Reveal, SecretRef

LIMIT, TITLE = 3_800, 230

PLAIN = Markup(
    escape=lambda text: text, bold=lambda text: text, link=lambda text, url: f"{text}: {url}"
)


class Ntfy(Receiver):
    """A topic of an ntfy server; `token` where it wants one."""

    kind: Literal["ntfy"]
    url: Address = "https://ntfy.sh"
    topic: str
    token: SecretRef | None = None
    rate: float | None = 1.0
    burst: float = 10
    manner: ClassVar[Manner] = Manner(most=20)

    def requests(self, message: Message, reveal: Reveal, reader: Reader) -> tuple[Request, ...]:
        """One POST."""
        body = {"topic": self.topic, **payload(message, reader)}
        own = {"authorization": f"Bearer {reveal(self.token)}"} if self.token else {}
        return posted(reveal(self.url), body, **own)

    def outcome(self, answer: Response | Failure) -> Verdict:
        """By status."""
        return status_of(answer)


def payload(message: Message, reader: Reader) -> dict[str, Any]:
    """Title, text and where a touch leads."""
    more = WORDS[reader.language]["more"]
    said = lines(message, reader, PLAIN)
    body: dict[str, Any] = {"message": fitted(said, LIMIT, _bytes, more)}
    if message.alerts and message.single:
        seen = view(message.event, reader)
        title = fitted([isolate(seen.headline)], TITLE // 3, len, more)
        body = {"title": title, "message": fitted(said[1:] or said, LIMIT, _bytes, more)}
        body |= {"click": seen.url} if seen.url.startswith("http") else {}
    return body


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))
