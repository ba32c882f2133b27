"""The sample items as RSS 2.0 and as pages. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from deploy.local.newswire.items import Item


def rss(feed: str, items: Sequence[Item], *, base: str, now: datetime) -> bytes:
    """The feed as a document, with publication times counted back from `now`, UTC."""
    entries = "".join(
        _entry(item, base=base, published=now - timedelta(hours=item.hours_ago))
        for item in items
        if feed in item.feeds
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>\n'
        f"<title>Sample newswire: {feed}</title>\n"
        f"<link>{base}/</link>\n"
        "<description>Sample items of Newswatch</description>\n"
        f"{entries}</channel></rss>\n"
    ).encode()


def page(item: Item) -> bytes:
    """The page that an item's link opens."""
    return (
        f'<!doctype html><html lang="{item.language}" dir="auto"><meta charset="utf-8">'
        f"<title>{escape(item.title)}</title><article><h1>{escape(item.title)}</h1>"
        f"{_paragraphs(item)}</article></html>\n"
    ).encode()


def path(item: Item) -> str:
    """Where an item's page is."""
    return f"/story/{item.id}"


def _entry(item: Item, *, base: str, published: datetime) -> str:
    return (
        f"<item><title>{escape(item.title)}</title>\n"
        f"<link>{base}{path(item)}</link>\n"
        f'<guid isPermaLink="true">{base}{path(item)}</guid>\n'
        f"<pubDate>{format_datetime(published, usegmt=True)}</pubDate>\n"
        f"<description>{escape(item.text.splitlines()[0])}</description>\n"
        f"<content:encoded>{escape(_paragraphs(item))}</content:encoded></item>\n"
    )


def _paragraphs(item: Item) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in item.text.splitlines())
