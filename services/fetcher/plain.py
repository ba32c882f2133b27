"""Marked-up text to plain text: paragraphs kept, entities decoded once, nothing executed.

A paragraph ends in an empty line, a line break in a new line. What a reader would not see (scripts,
styles, templates) is left out. Joiners and direction marks stay: Persian and Arabic need them.

Simple markup, as most feeds have it (paragraphs, links, emphasis, pictures, common entities), is
taken apart by one regular expression, in a fraction of libxml2's time; what is not plainly of that
kind goes to libxml2. A property test holds the two to the same text.
"""

import re
from html import unescape
from typing import Any

from lxml import etree

from services.fetcher.document import Marked, Markup

_UNSEEN = frozenset(
    {
        "script",
        "style",
        "template",
        "noscript",
        "iframe",
        "object",
        "svg",
        "head",
        "button",
        "select",
    }
)
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol",
     "table", "figure", "figcaption", "header", "footer", "aside", "pre", "hr", "dl", "main", "nav",
     "address"}
)  # fmt: skip
_LINES = frozenset({"li", "tr", "dt", "dd"})
_CELLS = frozenset({"td", "th"})
_MARKS = {
    **dict.fromkeys(_BLOCKS, "\n\n"),
    **dict.fromkeys(_LINES, "\n"),
    **dict.fromkeys(_CELLS, " "),
}
_MARKED = frozenset({"br", *_MARKS})
# A whole tag as simple markup has it; the group is its name, with the slash of an end tag.
_TAG = re.compile(
    r"""<(/?[a-z][a-z0-9]*)(?:\ +[a-z][\w:-]*=(?:"[^"<>]*"|'[^'<>]*'))*\ */?>""",
    re.ASCII,
)
_INLINE = frozenset(
    {"a", "b", "i", "em", "strong", "span", "u", "s", "small", "sub", "sup", "cite"}
)
_PAIRED = frozenset(
    {"p", "div", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "figure",
     "figcaption"}
)  # fmt: skip
_LEAVES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
_SIMPLE = {
    **{name: "" for tag in _INLINE for name in (tag, f"/{tag}")},
    **{name: "\n\n" for tag in _PAIRED for name in (tag, f"/{tag}")},
    "li": "\n",
    "/li": "",
    "br": "\n",
    "img": "",
}
_PAIRED_NAMES = frozenset(name for tag in _PAIRED for name in (tag, f"/{tag}"))
_ODD_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|nbsp|#39|#82[0-9]{2});)", re.ASCII)
_HAS_UNSEEN = re.compile(f"<(?:{'|'.join(sorted(_UNSEEN))})\\b", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_GAPS = re.compile(r"\n{3,}")
_PARSER = etree.HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
)


def plain(marked: Marked) -> str:
    """The text a reader would see."""
    text = marked.text
    if marked.markup is Markup.HTML and ("<" in text or "&" in text):
        simple = simply(text)
        text = seen(text) if simple is None else simple
    return _tidy(text)


def one_line(marked: Marked) -> str:
    """The same in one line, for titles."""
    return " ".join(plain(marked).split())


def _tidy(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _CONTROLS.sub("", text)
    if "\n" not in text:
        return " ".join(text.split())
    joined = "\n".join([" ".join(line.split()) for line in text.split("\n")]).strip()
    return _GAPS.sub("\n\n", joined) if "\n\n\n" in joined else joined


def simply(html: str) -> str | None:
    """The text of simple markup, untidied; None where it is not simple."""
    parts = _TAG.split(html.replace("\n", " ").replace("\r", " "))
    names = parts[1::2]
    marks = [_SIMPLE.get(name) for name in names]
    texts = "<".join(parts[::2])  # a reference must not come together from two texts
    is_simple = None not in marks and texts.count("<") == len(names) and _is_nested(names)
    if not is_simple or ("&" in texts and _ODD_REFERENCE.search(texts)):
        return None
    for place, mark in enumerate(marks):
        parts[2 * place + 1] = mark or ""
    text = "".join(parts)
    return unescape(text) if "&" in text else text


def _is_nested(names: list[str]) -> bool:
    """Whether every block ends where it should, so that no parser would move an end."""
    open_: list[str] = []
    for name in names:
        if name not in _PAIRED_NAMES:
            continue
        if name[0] != "/":
            if open_ and open_[-1] in _LEAVES:
                return False
            open_.append(name)
        elif not open_ or open_.pop() != name[1:]:
            return False
    return not open_


def seen(html: str) -> str:
    """The text of any markup, untidied, by libxml2."""
    root = _tree(html.replace("\n", " ").replace("\r", " ").replace("\x00", " "))
    if root is None:
        return html
    if _HAS_UNSEEN.search(html):
        etree.strip_elements(root, *_UNSEEN, with_tail=False)
    for element in root.iter():
        if element.tag in _MARKED:
            _mark(element)
    return str(etree.tostring(root, method="text", encoding="unicode"))


def _mark(element: Any) -> None:
    """Put into the text what the element does to the lines."""
    mark = _MARKS.get(element.tag)
    if mark is not None:
        element.text = mark + (element.text or "")
    if mark is None or element.tag in _BLOCKS:
        element.tail = (mark or "\n") + (element.tail or "")


def _tree(html: str) -> Any:
    data = f"<html><body>{html}</body></html>".encode("utf-8", "replace")
    try:
        return etree.fromstring(data, _PARSER)
    except (etree.XMLSyntaxError, ValueError):
        return None
