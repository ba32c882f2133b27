"""E-mail: a text and an HTML part, addressed to people, threaded by story.

`Message-ID` is made from the alert's id, so a resend after a crash is the same mail; all mails of a
story refer to one id, made from the story's (RFC 5322, section 3.6.4): clients show one thread.
The reply codes of SMTP are read as RFC 5321, section 4.2.1 says: 4yz later, 5yz never.
"""

from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from services.alerting.bidi import clean, clip, is_rtl
from services.alerting.classify import DONE, no_answer
from services.alerting.decide import Manner
from services.alerting.message import Failure, Kind, Message, Reason, Request, Response, Verdict
from services.alerting.receivers.lines import Markup, lines
from services.alerting.receivers.ntfy import PLAIN
from services.alerting.receivers.receiver import Receiver
from services.alerting.template import rendered
from services.alerting.view import Reader, view
from services.alerting.words import WORDS
from shared.reference import Reveal, SecretRef

STYLE = "font: 15px/1.5 sans-serif; max-width: 640px"
REFUSED_CREDENTIALS = {530, 534, 535}

HTML = Markup(
    escape=escape,
    bold=lambda text: f"<strong>{text}</strong>",
    link=lambda text, url: f'<a href="{escape(url)}">{text}</a>',
)


def _mailbox(text: str) -> str:
    if "@" in text and text.isprintable():  # a line break would begin another header
        return text
    raise ValueError("not an address; write it as desk@example.org or Desk <desk@example.org>")


Mailbox = Annotated[str, AfterValidator(_mailbox)]
"""Who sends, or gets, a mail."""


class Email(Receiver):
    """A mail server and whom to write to. TLS is verified; `plain` is for a server of your own."""

    kind: Literal["email"]
    host: str
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "plain"] = "starttls"
    user: str | None = None
    password: SecretRef | None = None
    sender: Mailbox
    to: tuple[Mailbox, ...] = Field(min_length=1)
    rate: float | None = 1.0
    burst: float = 5
    manner: ClassVar[Manner] = Manner(most=60)

    def requests(self, message: Message, reveal: Reveal, reader: Reader) -> tuple[Request, ...]:
        """One mail; the password travels in the headers of the request, not of the mail."""
        mail = payload(message, reader, sender=self.sender, to=self.to)
        headers = {"user": self.user or ""}
        headers["password"] = reveal(self.password) if self.password else ""
        url = f"{self.security}://{self.host}:{self.port}"
        return (Request(url=url, headers=headers, body=mail.as_bytes()),)

    def outcome(self, answer: Response | Failure) -> Verdict:
        """By SMTP's reply code."""
        if isinstance(answer, Failure):
            return no_answer(answer)
        if answer.status in REFUSED_CREDENTIALS:
            return Verdict(kind=Kind.DISABLE, reason=Reason.REVOKED)
        match answer.status // 100:
            case 2 | 3:
                return DONE
            case 5:
                return Verdict(kind=Kind.REFUSED, reason=Reason.REFUSED)
            case _:
                return Verdict(kind=Kind.RETRY, reason=Reason.TRY_LATER)


def payload(message: Message, reader: Reader, *, sender: str, to: tuple[str, ...]) -> EmailMessage:
    """The mail."""
    mail = EmailMessage()
    mail["Subject"] = _subject(message, reader)
    mail["From"], mail["To"] = sender, ", ".join(to)
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.id}@newswatch>"
    if message.alerts and message.single:
        mail["References"] = f"<{message.event.story.id}@newswatch>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = reader.language
    mail.set_content("\n\n".join(lines(message, reader, PLAIN)))
    mail.add_alternative(_html(lines(message, reader, HTML), reader), subtype="html")
    return mail


def _subject(message: Message, reader: Reader) -> str:
    words = WORDS[reader.language]
    if message.text:
        return words["notice"]
    if message.single:
        seen = view(message.event, reader)
        own = rendered(reader.template, seen) if reader.template else []
        return clip(clean(own[0] if own else seen.headline), 200)
    return words["digest"].format(n=len(message.alerts))


def _html(said: list[str], reader: Reader) -> str:
    direction = "rtl" if is_rtl(reader.language) else "ltr"
    body = "\n".join(f'<p dir="auto">{line}</p>' for line in said)
    page = f'<body style="{STYLE}">\n{body}\n</body>'
    return f'<html lang="{reader.language}" dir="{direction}">{page}</html>'
