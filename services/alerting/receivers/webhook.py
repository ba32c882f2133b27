"""A program that takes JSON over HTTPS, signed as Standard Webhooks 1.0 says.

`webhook-id` is the alert's id and constant over retries; the body is below 20 kB; what was left
out to keep it there is behind `data.link`. The schema is published in docs/webhook/.
"""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec
from pydantic import Field

from services.alerting.classify import status_of
from services.alerting.decide import Manner
from services.alerting.message import Failure, Message, Request, Response, Verdict
from services.alerting.receivers.receiver import Address, Receiver
from services.alerting.signature import signature
from services.alerting.view import Reader
from shared.records import Quote, StoryArticle, StoryEvent
from shared.reference import Reveal, SecretRef

LIMIT = 20_000
"""Bytes of body."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One article of the story."""

    id: str
    url: str
    title: str
    outlet: str
    home: str
    family: str
    bloc: str
    language: str
    published: datetime
    first_seen: datetime
    role: str


class StoryData(msgspec.Struct, frozen=True, kw_only=True):
    """A story event. `articles` may be cut: `article_count` says how many there are."""

    event: str
    watch: str
    story: str
    headline: str
    headline_language: str
    headlines: dict[str, str]
    level: str
    score: float
    first_seen: datetime
    first_published: datetime
    new: tuple[str, ...]
    article: str | None
    articles: tuple[Report, ...]
    article_count: int
    entities: tuple[str, ...]
    topics: tuple[str, ...]
    quote: Quote | None
    link: str
    truncated: bool = False


class DigestItem(msgspec.Struct, frozen=True, kw_only=True):
    """One alert of a digest."""

    alert: str
    event: str
    type: str
    story: str
    headline: str
    link: str


class DigestData(msgspec.Struct, frozen=True, kw_only=True):
    """Several alerts at once; `count` says how many where `items` is cut."""

    count: int
    items: tuple[DigestItem, ...]
    truncated: bool = False


class NoticeData(msgspec.Struct, frozen=True, kw_only=True):
    """A notice to the operator."""

    text: str


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """The body of every request. `timestamp` is when it happened, not when it was sent."""

    type: str
    timestamp: datetime
    data: StoryData | DigestData | NoticeData


class Webhook(Receiver):
    """A signed webhook. `secrets`: one, or two or three while they are changed over."""

    kind: Literal["webhook"]
    url: Address
    secrets: tuple[SecretRef, ...] = Field(min_length=1, max_length=3)
    manner: ClassVar[Manner] = Manner(gathers=False, most=50)

    def requests(self, message: Message, reveal: Reveal, reader: Reader) -> tuple[Request, ...]:
        """One signed POST."""
        body = payload(message, reader)
        secrets = [reveal(reference) for reference in self.secrets]
        signed = signature(secrets, message.id, int(message.at.timestamp()), body)
        headers = {
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(message.at.timestamp())),
            "webhook-signature": signed,
        }
        return (Request(url=reveal(self.url), headers=headers, body=body),)

    def outcome(self, answer: Response | Failure) -> Verdict:
        """By status alone: any 2xx is a receipt."""
        return status_of(answer)


def payload(message: Message, reader: Reader) -> bytes:
    """The body, below LIMIT whatever the texts are."""
    return next(body for cut in _CUTS if len(body := _encode(_body(message, reader, cut))) < LIMIT)


_encode = msgspec.json.Encoder(order="deterministic").encode
_CUTS = (None, 40, 20, 10, 5, 3, 1)
_TEXT = {None: 10_000, 40: 500, 20: 400, 10: 300, 5: 200, 3: 100, 1: 40}


def _body(message: Message, reader: Reader, cut: int | None) -> Body:
    if message.text:
        text = message.text[: _TEXT[cut] * 2]
        return Body(type="operator.notice", timestamp=message.at, data=NoticeData(text=text))
    event = message.event
    if len(message.alerts) == 1:
        kind = f"story.{event.kind.value}"
        return Body(type=kind, timestamp=event.at, data=_story(event, reader, cut))
    return Body(type="story.digest", timestamp=event.at, data=_digest(message, cut))


def _story(event: StoryEvent, reader: Reader, cut: int | None) -> StoryData:
    story, room = event.story, _TEXT[cut]
    shown = story.articles[: cut or len(story.articles)]
    link = story.articles[0].url if story.articles else ""
    return StoryData(
        event=event.id,
        watch=story.watch,
        story=story.id,
        headline=story.headline[:room],
        headline_language=story.headline_language,
        headlines={k: v[:room] for k, v in list(story.headlines.items())[:cut]},
        level=story.level.value,
        score=story.score,
        first_seen=story.first_seen,
        first_published=story.first_published,
        new=tuple(item[:room] for item in event.new[:cut]),
        article=event.article,
        articles=tuple(_report(article, room) for article in shown),
        article_count=len(story.articles),
        entities=tuple(item[:room] for item in story.entities[:cut]),
        topics=tuple(item[:room] for item in story.topics[:cut]),
        quote=story.quote if cut is None else None,
        link=(f"{reader.console}/stories/{story.id}" if reader.console else link)[:2000],
        truncated=cut is not None,
    )


def _report(article: StoryArticle, room: int) -> Report:
    source = article.source
    return Report(
        id=article.id,
        url=article.url[:2000] if room > _TEXT[1] else article.url[:500],
        title=article.title[:room],
        outlet=source.outlet[:room],
        home=source.home[:room],
        family=source.family[:room],
        bloc=source.bloc[:room],
        language=article.language[:room],
        published=article.published,
        first_seen=article.first_seen,
        role=article.role.value,
    )


def _digest(message: Message, cut: int | None) -> DigestData:
    shown = message.alerts[: cut or len(message.alerts)]
    room = _TEXT[cut]
    return DigestData(
        count=len(message.alerts),
        items=tuple(
            DigestItem(
                alert=alert.id,
                event=alert.event.id,
                type=f"story.{alert.event.kind.value}",
                story=alert.event.story.id,
                headline=alert.event.story.headline[:room],
                link=alert.event.story.articles[0].url[:1000] if alert.event.story.articles else "",
            )
            for alert in shown
        ),
        truncated=cut is not None,
    )
