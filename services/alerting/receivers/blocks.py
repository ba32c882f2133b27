"""Slack's Block Kit, as both Slack receivers and the preview use it.

Text stands in `plain_text` and `rich_text` only, never in mrkdwn: no headline can turn into a
mention, a link or bold by what it contains, and a match is bold also inside a word, where mrkdwn's
asterisks do nothing. Every text of another direction stands in an isolate. The limits are Slack's
(https://docs.slack.dev/reference/block-kit/blocks) and the whole stays below WHOLE characters,
past which Slack answers `msg_blocks_too_long`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from services.alerting.bidi import FSI, PDI, clip, isolate, size
from services.alerting.message import Message
from services.alerting.template import rendered
from services.alerting.view import Reader, View, Voice, view
from services.alerting.words import WORDS

Block = dict[str, Any]

MOST_BLOCKS, HEADER, BUTTON, LINK, CONTEXT, WHOLE = 50, 150, 75, 3000, 10, 12_800
_LINE = 300
"""The longest headline in a digest."""


def body(message: Message, reader: Reader) -> dict[str, Any]:
    """Blocks for Slack's clients, and one line of plain text for notifications."""
    return {
        "text": plain(message, reader),
        "mrkdwn": False,
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": message_blocks(message, reader),
    }


def message_blocks(message: Message, reader: Reader) -> list[Block]:
    """The blocks of this message, within every limit."""
    if message.text:
        return _fitted([_header(WORDS[reader.language]["notice"]), _rich([_text(message.text)])])
    if message.single:
        return _fitted(story_blocks(view(message.event, reader), reader))
    return _fitted(_digest_blocks(message, reader))


def plain(message: Message, reader: Reader) -> str:
    """One line for notifications and screen readers, escaped as Slack asks."""
    words = WORDS[reader.language]
    if message.text:
        line = message.text
    elif message.single:
        seen = view(message.event, reader)
        line = f"{seen.label}: {isolate(seen.headline)}"
    else:
        line = words["digest"].format(n=len(message.alerts))
    return clip(line, 600).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def story_blocks(seen: View, reader: Reader) -> list[Block]:
    """One story: headline, original, where and when, the evidence, who else, buttons."""
    words = WORDS[reader.language]
    if own := rendered(reader.template, seen) if reader.template else []:
        told = [_rich(*([_text(isolate(line))] for line in own[1:]))] if own[1:] else []
        return [_header(own[0]), *told, _buttons(seen, reader)]
    blocks = [_header(seen.headline)]
    if seen.original:
        blocks.append(_context([f"{words['original']}: {isolate(seen.original)}"]))
    about = [isolate(part) for part in (seen.label, seen.outlet, seen.language, seen.when) if part]
    blocks.append(_context([" · ".join(about)]))
    if seen.quote:
        blocks.append(_quote(seen))
    blocks += _facts(seen, reader)
    blocks.append(_buttons(seen, reader))
    return [block for block in blocks if block]


def _header(text: str) -> Block:
    return {"type": "header", "text": _plain_text(isolate(clip(text, HEADER - 2)))}


def _context(lines: Sequence[str]) -> Block:
    shown = [_plain_text(clip(line, 1000)) for line in lines if line][:CONTEXT]
    return {"type": "context", "elements": shown}


def _quote(seen: View) -> Block:
    """The evidence sentence, its matched words bold, in an isolate across its parts."""
    parts = [_text(part.text, bold=part.bold) for part in seen.quote]
    whole = [_text(FSI), *parts, _text(PDI)]
    return {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": whole}]}


def _facts(seen: View, reader: Reader) -> list[Block]:
    words = WORDS[reader.language]
    facts: list[tuple[str, Iterable[Block]]] = [
        ("new", _listed(seen.news, reader)),
        ("outlets", _voices(seen, reader) if len(seen.voices) > 1 else ()),
        ("languages", _listed(seen.languages, reader) if len(seen.languages) > 1 else ()),
        ("entities", _listed(seen.entities, reader)),
        ("topics", _listed(seen.topics, reader)),
    ]
    sections = [
        [_text(f"{words[name]}: ", bold=True), *said] for name, fact in facts if (said := [*fact])
    ]
    return [_rich(*sections)] if sections else []


def _voices(seen: View, reader: Reader) -> Iterable[Block]:
    more, comma = WORDS[reader.language]["more"], WORDS[reader.language]["comma"]
    for index, voice in enumerate(seen.voices):
        if index:
            yield _text(comma)
        yield _link(voice.url, isolate(voice.outlet))
        yield _text(f" ({_manner(voice, comma)})")
    if seen.more:
        yield _text(f"{comma}{more.format(n=seen.more)}")


def _manner(voice: Voice, comma: str) -> str:
    return comma.join(isolate(part) for part in (voice.language, voice.lag) if part)


def _listed(names: Sequence[str], reader: Reader) -> list[Block]:
    comma = WORDS[reader.language]["comma"]
    return [_text(comma.join(isolate(name) for name in names))] if names else []


def _buttons(seen: View, reader: Reader) -> Block:
    words = WORDS[reader.language]
    buttons = [(words["open"], seen.url, "open"), (words["mute"], seen.mute, "mute")]
    buttons.append((words["console"], seen.console, "console"))
    elements = [
        {
            "type": "button",
            "text": _plain_text(clip(text, BUTTON)),
            "url": url,
            "action_id": action,
        }
        for text, url, action in buttons
        if _is_link(url)
    ]
    return {"type": "actions", "elements": elements} if elements else {}


def _digest_blocks(message: Message, reader: Reader) -> list[Block]:
    """Every alert named: a line each, its headline the link."""
    words = WORDS[reader.language]
    title = words["digest"].format(n=len(message.alerts))
    room = (WHOLE - 1500) // len(message.alerts) - 40
    lines = [_digest_line(view(alert.event, reader), room) for alert in message.alerts]
    listed = {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [{"type": "rich_text_section", "elements": line} for line in lines],
    }
    return [_header(title), {"type": "rich_text", "elements": [listed]}]


def _digest_line(seen: View, room: int) -> list[Block]:
    headline = isolate(clip(seen.headline, min(_LINE, room)))
    line = [_link(seen.url, headline)] if len(seen.url) < room * 2 else [_text(headline)]
    about = f" {isolate(clip(seen.outlet, 40))}"
    return [*line, _text(about)]


def _rich(*sections: Sequence[Block]) -> Block:
    lines: list[Block] = []
    for index, section in enumerate(sections):
        broken = [*section, _text("\n")] if index < len(sections) - 1 else [*section]
        lines.append({"type": "rich_text_section", "elements": broken})
    return {"type": "rich_text", "elements": lines}


def _text(text: str, *, bold: bool = False) -> Block:
    element: Block = {"type": "text", "text": text}
    return element | {"style": {"bold": True}} if bold else element


def _link(url: str, text: str) -> Block:
    return {"type": "link", "url": url, "text": text} if _is_link(url) else _text(text)


def _is_link(url: str) -> bool:
    return url.startswith(("https://", "http://")) and len(url) <= LINK and url.isprintable()


def _plain_text(text: str) -> Block:
    return {"type": "plain_text", "text": text or "…", "emoji": False}


def _fitted(blocks: list[Block]) -> list[Block]:
    """The blocks, with those before the last left out from the end while they are too much."""
    kept = [block for block in blocks if block][:MOST_BLOCKS]
    while len(kept) > 2 and weight(kept) > WHOLE:  # noqa: PLR2004  the headline and the buttons stay
        del kept[-2]
    return kept


def weight(value: Any) -> int:
    """All characters of all texts and links in these blocks."""
    match value:
        case {"text": str(text), **rest}:
            return size(text) + weight(rest)
        case {"url": str(url), **rest}:
            return size(url) + weight(rest)
        case dict():
            return sum(weight(part) for part in value.values())
        case list():
            return sum(weight(part) for part in value)
        case _:
            return 0
