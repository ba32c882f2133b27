"""Marked-up text to plain text: paragraphs kept, entities decoded once, nothing executed.

A paragraph ends in an empty line, a line break in a new line. What a reader would not see (scripts,
styles, templates) is left out. Joiners and direction marks stay: Persian and Arabic need them.
"""

import re

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
_LINES = frozenset(["br", "li", "tr", "dt", "dd"])
_CELLS = frozenset(["td", "th"])
_SPACES = re.compile(r"[^\S\n]+")
_AROUND = re.compile(r" ?\n ?")
_GAPS = re.compile(r"\n{3,}")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


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
    text = _SPACES.sub(" ", _CONTROLS.sub("", text.replace("\r", "\n")))
    return _GAPS.sub("\n\n", _AROUND.sub("\n", text)).strip()


def _seen(html: str) -> str:
    root = _tree(html)
    if root is None:
        return html
    pieces: list[str] = []
    _walk(root, pieces)
    return "".join(pieces)


def _tree(html: str) -> "etree._Element | None":
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    cleaned = _CONTROLS.sub(" ", html)
    data = f"<html><body>{cleaned}</body></html>".encode("utf-8", "replace")
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _walk(root: "etree._Element", pieces: list[str]) -> None:
    hidden = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else "script"
        if event == "start":
            hidden += tag in _UNSEEN
            if not hidden:
                pieces.append(_gap(tag))
                pieces.append(_flow(element.text))
        else:
            if not hidden and tag in _BLOCKS:
                pieces.append("\n\n")
            hidden -= tag in _UNSEEN
            if not hidden:
                pieces.append(_flow(element.tail))


def _gap(tag: str) -> str:
    if tag in _BLOCKS:
        return "\n\n"
    if tag in _LINES:
        return "\n"
    return " " if tag in _CELLS else ""


def _flow(text: str | None) -> str:
    return text.replace("\n", " ").replace("\r", " ") if text else ""
