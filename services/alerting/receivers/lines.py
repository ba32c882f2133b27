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
    words, safe = WORDS[reader.language], markup.escape
    about = [isolate(part) for part in (seen.label, seen.outlet, seen.language, seen.when) if part]
    said = [
        markup.bold(safe(isolate(seen.headline))),
        f"{safe(words['original'])}: {safe(isolate(seen.original))}" if seen.original else "",
        safe(" · ".join(about)),
        quote(seen, markup),
        _fact(words["new"], seen.news, markup),
        _fact(words["outlets"], _outlets(seen, words["more"]), markup),
        _fact(words["languages"], seen.languages if len(seen.languages) > 1 else (), markup),
        _fact(words["topics"], seen.topics, markup),
        markup.link(safe(words["open"]), seen.url),
        markup.link(safe(words["mute"]), seen.mute) if seen.mute else "",
    ]
    return [line for line in said if line]


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


def _fact(name: str, values: tuple[str, ...], markup: Markup) -> str:
    if not values:
        return ""
    listed = ", ".join(isolate(value) for value in values)
    return f"{markup.bold(markup.escape(name))}: {markup.escape(listed)}"


def _outlets(seen: View, more: str) -> tuple[str, ...]:
    if len(seen.voices) < 2:  # noqa: PLR2004  alone, it is in the line above
        return ()
    named = [f"{v.outlet} ({v.language}{', ' + v.lag if v.lag else ''})" for v in seen.voices]
    return (*named, more.format(n=seen.more)) if seen.more else tuple(named)


def _item(seen: View, markup: Markup) -> str:
    headline = markup.escape(isolate(clip(seen.headline, 160)))
    return f"• {markup.link(headline, seen.url)} {markup.escape(isolate(seen.outlet))}"
