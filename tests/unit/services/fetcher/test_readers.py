"""The fast reader and feedparser agree on every document that both can read."""

import io

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.document import RawDocument
from services.fetcher.plain import one_line, plain
from services.fetcher.read_loose import read_loose
from services.fetcher.read_xml import Unusual, read_xml
from tests.bench.fetch import rss

NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
)


def told(document: RawDocument) -> list[tuple[object, ...]]:
    return [
        (e.id, e.links[0] if e.links else "", one_line(e.title), plain(e.summary), plain(e.content),
         e.published or e.updated)
        for e in document.entries
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["tr", "fa", "ar", "en"])
def test_a_usual_feed_reads_the_same(language: str) -> None:
    text = rss(1, 0, language).decode().partition("?>")[2]
    assert told(read_xml(text)) == told(read_loose(text))


FIELD = st.sampled_from(
    ["<title>Ankara &amp;amp; Tahran</title>", "<title><![CDATA[<b>İran</b>]]></title>",
     "<link>https://a.example/1</link>", "<guid>https://a.example/2</guid>",
     '<guid isPermaLink="false">7</guid>', "<pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate>",
     "<dc:date>2026-11-21</dc:date>", "<description>&lt;p&gt;a&lt;/p&gt;b</description>",
     "<description><![CDATA[<p>c</p>]]></description>",
     "<content:encoded><![CDATA[<p>d</p><p>e</p>]]></content:encoded>",
     "<category>x</category>", "<dc:creator>y</dc:creator>"]
)  # fmt: skip


@given(st.lists(st.lists(FIELD, unique_by=lambda f: f[1:5], max_size=6), max_size=4))
def test_any_mix_of_fields_reads_the_same(items: list[list[str]]) -> None:
    body = "".join(f"<item>{''.join(fields)}</item>" for fields in items)
    text = f'<rss version="2.0" {NAMESPACES}><channel><title>T</title>{body}</channel></rss>'
    assert told(read_xml(text)) == told(read_loose(text))


def test_as_many_entries_as_feedparser_with_its_defaults() -> None:
    body = rss(1, 0, "tr")
    assert len(read_xml(body.decode().partition("?>")[2]).entries) == len(
        feedparser.parse(io.BytesIO(body)).entries
    )


@pytest.mark.parametrize("text", ["", "x", "<rss>", "<x/>", '<!DOCTYPE r [<!ENTITY a "b">]><rss/>'])
def test_what_is_unusual_is_left_to_feedparser(text: str) -> None:
    with pytest.raises(Unusual):
        read_xml(text)
