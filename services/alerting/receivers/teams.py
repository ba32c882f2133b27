"""Microsoft Teams by a workflow's webhook: an Adaptive Card 1.5, below 28 kB.

(https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using).
A workflow answers 202. Text blocks read Markdown, so it is escaped; matched words are bold by a
RichTextBlock, which reads none.
"""

from typing import Any, ClassVar, Literal

from services.alerting.bidi import FSI, PDI, is_rtl, isolate
from services.alerting.classify import status_of
from services.alerting.decide import Manner
from services.alerting.message import Failure, Message, Request, Response, Verdict
from services.alerting.receivers.discord import MARKDOWN
from services.alerting.receivers.lines import facts, fitted, lines
from services.alerting.receivers.post import posted
from services.alerting.receivers.receiver import Address, Receiver
from services.alerting.view import Reader, View, view
from services.alerting.words import WORDS
from shared.reference import Reveal

LIMIT = 24_000


class Teams(Receiver):
    """A workflow. Its URL is a secret."""

    kind: Literal["teams"]
    url: Address
    rate: float | None = 1.0
    burst: float = 4
    manner: ClassVar[Manner] = Manner(most=40)

    def requests(self, message: Message, reveal: Reveal, reader: Reader) -> tuple[Request, ...]:
        """One POST."""
        return posted(reveal(self.url), payload(message, reader))

    def outcome(self, answer: Response | Failure) -> Verdict:
        """By status."""
        return status_of(answer)


def payload(message: Message, reader: Reader) -> dict[str, Any]:
    """One card in the envelope that workflows expect."""
    seen = view(message.event, reader) if message.alerts and message.single else None
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": reader.language,
        "rtl": is_rtl(reader.language),
        "body": _story(seen, reader)
        if seen and not reader.template
        else [_text(_listed(message, reader))],
        "actions": _actions(seen, reader) if seen else [],
        "msteams": {"width": "Full"},
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _story(seen: View, reader: Reader) -> list[dict[str, Any]]:
    words = WORDS[reader.language]
    about = [isolate(part) for part in (seen.label, seen.outlet, seen.language, seen.when) if part]
    known = [("original", (isolate(seen.original),) if seen.original else ()), *facts(seen, reader)]
    told = [_fact(words[name], values, words["comma"]) for name, values in known if values]
    blocks = [
        _text(MARKDOWN.escape(isolate(seen.headline)), size="Large", weight="Bolder"),
        _text(MARKDOWN.escape(" · ".join(about)), isSubtle=True, spacing="None"),
        {"type": "RichTextBlock", "inlines": _inlines(seen)} if seen.quote else {},
        {"type": "FactSet", "facts": told} if told else {},
    ]
    return [block for block in blocks if block]


def _inlines(seen: View) -> list[dict[str, Any]]:
    parts = [
        {"type": "TextRun", "text": part.text, "weight": "Bolder" if part.bold else "Default"}
        for part in seen.quote
    ]
    return [{"type": "TextRun", "text": FSI}, *parts, {"type": "TextRun", "text": PDI}]


def _fact(name: str, values: tuple[str, ...], comma: str) -> dict[str, str]:
    return {"title": name, "value": MARKDOWN.escape(comma.join(values))}


def _actions(seen: View, reader: Reader) -> list[dict[str, str]]:
    words = WORDS[reader.language]
    links = (
        (words["open"], seen.url),
        (words["mute"], seen.mute),
        (words["console"], seen.console),
    )
    return [
        {"type": "Action.OpenUrl", "title": title, "url": url}
        for title, url in links
        if url.startswith("http")
    ]


def _listed(message: Message, reader: Reader) -> str:
    more = WORDS[reader.language]["more"]
    said = [line for part in lines(message, reader, MARKDOWN) for line in (part, "")]
    return fitted(said[:-1], LIMIT, lambda text: len(text.encode("utf-8", "replace")), more)


def _text(text: str, **style: Any) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True, **style}
