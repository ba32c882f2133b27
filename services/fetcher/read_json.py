"""JSON Feed 1.0 and 1.1 (jsonfeed.org)."""

import json

import msgspec

from services.fetcher.document import (
    EMPTY,
    Hints,
    Marked,
    Markup,
    NotAFeed,
    RawDocument,
    RawEntry,
    Unread,
)  # fmt: skip
from shared.halves import whole

Value = dict[str, object]


def read_json(text: str) -> RawDocument:
    """The document, its items in order. Raises NotAFeed."""
    try:
        value = _value(text)
    except (ValueError, RecursionError) as error:
        raise NotAFeed(f"not valid JSON: {error}") from error
    if not isinstance(value, dict) or not isinstance(value.get("items"), list):
        raise NotAFeed("JSON without a list of items; is it a JSON Feed?")
    return RawDocument(
        format="json",
        entries=Unread(value["items"], _entry),
        hints=Hints(
            title=_text(value, "title"),
            link=_text(value, "home_page_url"),
            language=_text(value, "language"),
            hubs=tuple(_hubs(value.get("hubs"))),
            self_url=_text(value, "feed_url"),
        ),
    )


def _value(text: str) -> object:
    """What the JSON says.

    Where a strict decoder refuses all of it for half a surrogate pair or a number that no machine
    holds, with a mark for the half, and numbers as they are written.
    """
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"))
    except msgspec.DecodeError:
        return json.loads(whole(text), parse_int=str, parse_float=str, parse_constant=str)


def _entry(thing: object) -> RawEntry:
    item = thing if isinstance(thing, dict) else {}
    return RawEntry(
        id=_text(item, "id"),
        links=tuple(
            filter(None, (_text(item, "url"), _text(item, "external_url"), _text(item, "id")))
        ),
        title=Marked(_text(item, "title"), Markup.PLAIN),
        summary=Marked(_text(item, "summary"), Markup.PLAIN),
        content=_content(item),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
    )


def _content(item: Value) -> Marked:
    if html := _text(item, "content_html"):
        return Marked(html)
    text = _text(item, "content_text")
    return Marked(text, Markup.PLAIN) if text else EMPTY


def _text(item: Value, key: str) -> str:
    value = item.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def _hubs(hubs: object) -> list[str]:
    named = hubs if isinstance(hubs, list) else []
    return [url for hub in named if isinstance(hub, dict) and (url := _text(hub, "url"))]
