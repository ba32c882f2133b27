"""Google News sitemaps, for outlets without a feed (sitemaps.org, schemas/sitemap-news/0.9)."""

from typing import Any

from lxml import etree

from services.fetcher.document import Marked, Markup, NotAFeed, RawDocument, RawEntry, Unread

Element = Any
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def read_sitemap(text: str) -> RawDocument:
    """The document, one entry a `<url>` with news in it. Raises NotAFeed for other sitemaps."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(text.strip().encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise NotAFeed(f"a broken sitemap: {error}") from error
    if root is None or not str(root.tag).endswith("urlset"):
        raise NotAFeed("a sitemap index; use one of the sitemaps it lists")
    urls = [child for child in root if str(child.tag).endswith("url")]
    news = [url for url in urls if url.find(f"{_NEWS}news") is not None]
    if urls and not news:
        raise NotAFeed("a sitemap without news:news; only Google News sitemaps have titles")
    return RawDocument(format="sitemap", entries=Unread(news, _entry))


def _entry(url: Element) -> RawEntry:
    news = url.find(f"{_NEWS}news")
    location = _text(url, "{*}loc")
    return RawEntry(
        id=location,
        links=(location,) if location else (),
        title=Marked(_text(news, f"{_NEWS}title"), Markup.PLAIN),
        published=_text(news, f"{_NEWS}publication_date"),
        updated=_text(url, "{*}lastmod"),
    )


def _text(element: Element, name: str) -> str:
    found = element.find(name)
    return "" if found is None else "".join(found.itertext()).strip()
