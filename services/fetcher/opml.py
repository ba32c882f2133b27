"""OPML 2.0 (opml.org): lists of feeds, from other readers and to them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from lxml import etree

from services.fetcher.catalogue import Feed
from services.fetcher.links import admissible

_ODD = re.compile(r"[^a-z0-9]+")


class NotOPML(ValueError):  # noqa: N818  what the bytes are not
    """The bytes are no OPML; the message says why."""


def to_opml(feeds: Iterable[Feed]) -> bytes:
    """The feeds as an OPML document."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Newswatch"
    body = etree.SubElement(root, "body")
    for feed in feeds:
        language = {"language": feed.language} if feed.language else {}
        etree.SubElement(body, "outline", type="rss", text=feed.outlet, xmlUrl=feed.url, **language)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def from_opml(data: bytes, taken: frozenset[str] = frozenset()) -> tuple[Feed, ...]:
    """The feeds that the document names, each once; no id is one of `taken`. Raises NotOPML."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NotOPML(str(error)) from error
    if root is None or str(root.tag).lower() != "opml":
        raise NotOPML("its root element is not opml")
    named = {url: outline for outline in root.iter("outline") if (url := _url(outline.attrib))}
    ids = new_ids([_title(o.attrib, url) for url, o in named.items()], taken)
    return tuple(
        Feed(
            id=identity, url=url, outlet=_title(outline.attrib, url),
            language=outline.get("language") or None, note="from OPML",
        )
        for identity, (url, outline) in zip(ids, named.items(), strict=True)
    )  # fmt: skip


def new_ids(titles: Iterable[str], taken: Iterable[str]) -> Iterator[str]:
    """An id for each title: its letters in ASCII, numbered where that is taken."""
    used = set(taken)
    numbers: dict[str, int] = {}  # the last one given to a stem: ten thousand may share it
    for title in titles:
        ascii_only = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
        stem = _ODD.sub("-", ascii_only.lower()).strip("-")[:80] or "feed"
        number = numbers.get(stem, 0) + 1
        while (identity := stem if number == 1 else f"{stem}-{number}") in used:
            number += 1
        used.add(identity)
        numbers[stem] = number
        yield identity


def _url(attributes: "etree._Attrib") -> str:
    return admissible(attributes.get("xmlUrl") or attributes.get("xmlurl") or "")


def _title(attributes: "etree._Attrib", url: str) -> str:
    return " ".join((attributes.get("text") or attributes.get("title") or url).split())
