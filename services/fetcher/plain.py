"""Marked-up text to plain text: paragraphs kept, entities decoded once, nothing executed.

A paragraph ends in an empty line, a line break in a new line. What a reader would not see (scripts,
styles, templates) is left out. Joiners and direction marks stay: Persian and Arabic need them.
"""

import re
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
        text = _seen(text)
    return _tidy(text)


def one_line(marked: Marked) -> str:
    """The same in one line, for titles."""
    return " ".join(plain(marked).split())


def _tidy(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [" ".join(line.split()) for line in _CONTROLS.sub("", text).split("\n")]
    joined = "\n".join(lines).strip()
    return _GAPS.sub("\n\n", joined) if "\n\n\n" in joined else joined


def _seen(html: str) -> str:
    root = _tree(html.replace("\n", " ").replace("\r", " ").replace("\x00", " "))
    if root is None:
        return html
    if _HAS_UNSEEN.search(html):
        etree.strip_elements(root, *_UNSEEN, with_tail=False)
    for element in root.iter("br", *_MARKS):
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
