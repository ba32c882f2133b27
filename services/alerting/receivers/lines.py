"""The same alert as short texts, for receivers that have no blocks: each part once, isolated."""

from collections.abc import Callable
from dataclasses import dataclass

from services.alerting.bidi import FSI, PDI, clip, isolate
from services.alerting.message import Message
from services.alerting.template import rendered
from services.alerting.view import Reader, View, view
from services.alerting.words import WORDS


@dataclass(frozen=True, kw_only=True)
class Markup:
    """How a receiver writes bold and links, and what it needs escaped."""

    escape: Callable[[str], str]
    bold: Callable[[str], str]
    link: Callable[[str, str], str]


def lines(message: Message, reader: Reader, markup: Markup) -> list[str]:
    """What to say, the most important first, each line whole on its own: cut from the end."""
    if message.text:
        notice = markup.bold(markup.escape(WORDS[reader.language]["notice"]))
        return [f"{notice}: {markup.escape(message.text)}"]
    if message.single:
        seen = view(message.event, reader)
        own = rendered(reader.template, seen) if reader.template else []
        return [markup.escape(line) for line in own] or story_lines(seen, reader, markup)
    title = WORDS[reader.language]["digest"].format(n=len(message.alerts))
    items = [_item(view(alert.event, reader), markup) for alert in message.alerts]
    return [markup.bold(markup.escape(title)), *items]


def story_lines(seen: View, reader: Reader, markup: Markup) -> list[str]:
    """One story, a line a part."""
    words, safe, comma = WORDS[reader.language], markup.escape, WORDS[reader.language]["comma"]
    about = [isolate(part) for part in (seen.label, seen.outlet, seen.language, seen.when) if part]
    said = [
        markup.bold(safe(isolate(seen.headline))),
        f"{safe(words['original'])}: {safe(isolate(seen.original))}" if seen.original else "",
        safe(" · ".join(about)),
        quote(seen, markup),
        *(_fact(words[name], values, markup, comma) for name, values in facts(seen, reader)),
        markup.link(safe(words["open"]), seen.url),
        markup.link(safe(words["mute"]), seen.mute) if seen.mute else "",
    ]
    return [line for line in said if line]


def facts(
    seen: View, reader: Reader, apart: Callable[[str], str] = isolate
) -> list[tuple[str, tuple[str, ...]]]:
    """What is known of the story beside its headline, by the name it goes by in WORDS.

    `apart` keeps a name of another direction from turning round what stands beside it.
    """
    several = seen.languages if len(seen.languages) > 1 else ()
    return [
        ("new", tuple(map(apart, seen.news))),
        ("outlets", outlets(seen, reader, apart)),
        ("languages", tuple(map(apart, several))),
        ("entities", tuple(map(apart, seen.entities))),
        ("topics", tuple(map(apart, seen.topics))),
    ]


def outlets(seen: View, reader: Reader, apart: Callable[[str], str]) -> tuple[str, ...]:
    """The outlets where there are several: each with its language, and how much later it was.

    The name is set apart and not the whole: the brackets run as the reader's language does.
    """
    if len(seen.voices) < 2:  # noqa: PLR2004  alone, it is in the line above
        return ()
    words = WORDS[reader.language]
    said = tuple(
        f"{apart(v.outlet)} ({words['comma'].join(apart(p) for p in (v.language, v.lag) if p)})"
        for v in seen.voices
    )
    return (*said, words["more"].format(n=seen.more)) if seen.more else said


def quote(seen: View, markup: Markup) -> str:
    """The evidence sentence, its matched words bold."""
    if not seen.quote:
        return ""
    parts = (
        markup.bold(markup.escape(part.text)) if part.bold else markup.escape(part.text)
        for part in seen.quote
    )
    return FSI + "".join(parts) + PDI


def fitted(parts: list[str], limit: int, size: Callable[[str], int], more: str) -> str:
    """As many whole lines as fit, and `more` (with `{n}`) for those that do not."""
    text = "\n".join(parts)
    for kept in range(len(parts), 0, -1):
        left = len(parts) - kept
        text = "\n".join([*parts[:kept], *([more.format(n=left)] if left else [])])
        if size(text) <= limit:
            return text
    return clip(text, limit)


def _fact(name: str, values: tuple[str, ...], markup: Markup, comma: str) -> str:
    if not values:
        return ""
    return f"{markup.bold(markup.escape(name))}: {markup.escape(comma.join(values))}"


def _item(seen: View, markup: Markup) -> str:
    headline = markup.escape(isolate(clip(seen.headline, 160)))
    return f"• {markup.link(headline, seen.url)} {markup.escape(isolate(seen.outlet))}"
