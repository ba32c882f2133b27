"""A story event as one reader sees it: words, names and times in the reader's language. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_datetime, format_timedelta

from services.alerting.bidi import clean, clip
from services.alerting.topics import TOPICS
from services.alerting.words import WORDS, Reading
from shared.escapes import escaped
from shared.records import Story, StoryArticle, StoryEvent

LONGEST_HEADLINE = 500
LONGEST_QUOTE = 1200
MOST_OUTLETS = 12

_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


@dataclass(frozen=True, kw_only=True)
class Reader:
    """For whom: language and time zone.

    `console` is the web page's address, `template` what the reader wrote to be told by, if any,
    `names` what entities are called in the reader's language, by id.
    """

    language: Reading = "en"
    zone: str = "UTC"
    console: str = ""
    template: str = ""
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Marked:
    """A stretch of the evidence sentence; `bold` where it matched."""

    text: str
    bold: bool = False


@dataclass(frozen=True, kw_only=True)
class Voice:
    """One outlet's report. `lag` is how long after the first one, in words; the first says so."""

    outlet: str
    language: str
    url: str
    lag: str = ""


@dataclass(frozen=True, kw_only=True)
class View:
    """What there is to show. Every text is clean of control characters; none is escaped."""

    label: str
    headline: str
    headline_language: str
    original: str  # empty where it is the headline
    original_language: str
    outlet: str
    language: str  # the name of the article's language
    when: str
    url: str
    quote: tuple[Marked, ...] = ()
    quote_language: str = "und"
    voices: tuple[Voice, ...] = ()
    more: int = 0  # voices beyond those named
    languages: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    console: str = ""
    mute: str = ""


def view(event: StoryEvent, reader: Reader) -> View:
    """The event as this reader sees it."""
    story = event.story
    told = _told(event)
    headline = story.headlines.get(reader.language) or story.headline or told.title
    own = headline == (story.headline or told.title)
    original = "" if own else story.headline or told.title
    voices = _voices(event, reader)
    return View(
        label=WORDS[reader.language][event.kind.value],
        headline=_line(headline, LONGEST_HEADLINE) or told.url,
        headline_language=story.headline_language if own else reader.language,
        original=_line(original, LONGEST_HEADLINE),
        original_language=story.headline_language,
        outlet=_outlet(told),
        language=language_name(told.language, reader.language),
        when=when(told.published, reader),
        url=escaped(told.url),
        quote=_quote(event),
        quote_language=story.quote.language if story.quote else "und",
        voices=voices[:MOST_OUTLETS],
        more=max(_outlets(story, len(voices)) - MOST_OUTLETS, 0),
        languages=tuple(language_name(code, reader.language) for code in _languages(story)),
        entities=_said(_name(entity, reader) for entity in story.entities)[:8],
        topics=_said(_topic(topic, reader) for topic in story.topics[:3]),
        news=_said(_new(item, reader) for item in event.new[:4]),
        console=f"{reader.console}/stories/{story.id}" if reader.console else "",
        mute=f"{reader.console}/stories/{story.id}/mute" if reader.console else "",
    )


def language_name(code: str, reading: Reading) -> str:
    """The name of a language in another, e.g. `Turkish`, as CLDR has it; the code if unknown."""
    if code == "und":
        return WORDS[reading]["unknown"]
    return str(Locale(reading).languages.get(code) or _line(code, 60))


def when(moment: datetime, reader: Reader) -> str:
    """The time on the reader's wall, with its zone, in the Gregorian calendar."""
    zone, comma = ZoneInfo(reader.zone), WORDS[reader.language]["comma"]
    told: str = format_datetime(
        moment, f"d MMM y{comma}HH:mm ZZZZ", tzinfo=zone, locale=reader.language
    )
    return _digits(told, reader)


def _digits(text: str, reader: Reader) -> str:
    """Persian is read with digits of its own."""
    return text.translate(_PERSIAN) if reader.language == "fa" else text


def _told(event: StoryEvent) -> StoryArticle:
    articles = event.story.articles
    return next((a for a in articles if a.id == event.article), articles[0])


def _outlets(story: Story, named: int) -> int:
    """How many outlets told it, listed or not."""
    return max(story.growth.outlets if story.growth else 0, named)


def _languages(story: Story) -> tuple[str, ...]:
    listed = (article.language for article in story.articles)
    return tuple(dict.fromkeys((*story.languages, *listed)))


def _voices(event: StoryEvent, reader: Reader) -> tuple[Voice, ...]:
    """One voice an outlet, the first mover first."""
    ordered = sorted(event.story.articles, key=lambda a: (a.published, a.first_seen, a.id))
    first = ordered[0].published
    by_outlet: dict[str, StoryArticle] = {}
    for article in ordered:
        by_outlet.setdefault(article.source.outlet, article)
    return tuple(
        Voice(
            outlet=_outlet(article),
            language=language_name(article.language, reader.language),
            url=escaped(article.url),
            lag=_lag(article.published - first, reader)
            if index
            else WORDS[reader.language]["first"],
        )
        for index, article in enumerate(by_outlet.values())
    )


def _lag(lag: timedelta, reader: Reader) -> str:
    said: str = format_timedelta(lag, granularity="minute", locale=reader.language, threshold=1.2)
    return _digits(f"+{said}", reader)


def _quote(event: StoryEvent) -> tuple[Marked, ...]:
    """The evidence sentence in stretches, marked words apart; cut where it is too long."""
    quote = event.story.quote
    if quote is None:
        return ()
    parts, at = [], 0
    for start, end in sorted(quote.marks):
        if at <= start < end <= len(quote.text):
            parts += [(quote.text[at:start], False), (quote.text[start:end], True)]
            at = end
    parts.append((quote.text[at:], False))
    return tuple(_within(parts, LONGEST_QUOTE))


def _within(parts: list[tuple[str, bool]], room: int) -> list[Marked]:
    marked = []
    for text, bold in parts:
        said = clip(_spaced(text), room)
        if said:
            marked.append(Marked(text=said, bold=bold))
            room -= len(said)
        if room <= 1:
            break
    return marked


def _spaced(text: str) -> str:
    """Cleaned, but the spaces at its ends kept: they part it from its neighbours."""
    inner = clean(text)
    if not inner:
        return " " if text else ""
    return " " * text[:1].isspace() + inner + " " * text[-1:].isspace()


def _line(text: str, limit: int) -> str:
    return clip(" ".join(clean(text).split()), limit)


def _outlet(article: StoryArticle) -> str:
    return _line(article.source.outlet, 80) or _line(article.url, 80)


def _said(names: Iterable[str]) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(name for name in names if name))


def _name(entity: str, reader: Reader) -> str:
    return _line(reader.names.get(entity) or _readable(entity), 60)


def _topic(topic: str, reader: Reader) -> str:
    return _line(TOPICS[reader.language].get(topic) or _readable(topic), 60)


def _country(code: str, reader: Reader) -> str:
    return _line(str(Locale(reader.language).territories.get(code, code)), 60)


def _readable(identifier: str) -> str:
    return identifier.replace("-", " ").replace("_", " ")


_NEW: dict[str, Callable[[str, Reader], str]] = {
    "language": lambda value, reader: language_name(value, reader.language),
    "country": _country,
    "entity": _name,
    "topic": _topic,
}


def _new(item: str, reader: Reader) -> str:
    """What is new, by its name; a number as it was told, anything else by its id."""
    kind, _, value = item.partition(":")
    if named := _NEW.get(kind):
        return named(value, reader)
    return _line(_readable(value or kind), 60)
