# ruff: noqa: E501  feeds are written in long lines
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.fetcher.document import Document, NotAFeed
from services.fetcher.hints import hours
from services.fetcher.parse import parse
from services.fetcher.read_json import read_json

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def read(text: str | bytes, **options: str) -> Document:
    body = text if isinstance(text, bytes) else text.encode()
    return parse(body, now=NOW, url="https://news.example/rss", **options)


def rss(item: str, head: str = "", declaration: str = "") -> str:
    return (
        f'{declaration}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        f"<channel><title>T</title><link>https://news.example/</link>{head}{item}</channel></rss>"
    )


ITEM = (
    "<item><title>Erdoğan &amp;amp; Pezeşkiyan</title><link>/a/1</link><guid>1</guid>"
    "<pubDate>Sat, 21 Nov 2026 10:00:00 +0300</pubDate>"
    "<description>&lt;p&gt;Bir&lt;/p&gt;&lt;p&gt;İki&lt;/p&gt;</description></item>"
)
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="tr"><title>T</title>
<link href="https://news.example/" /><link rel="hub" href="https://hub.example/"/>
<entry><id>tag:news.example,2026:1</id><title type="html">Erdoğan &amp;amp; Pezeşkiyan</title>
<link rel="alternate" href="https://news.example/a/1"/>
<published>2026-11-21T10:00:00+03:00</published>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Bir</p><p>İki</p></div></content>
</entry></feed>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [
{"id": "1", "url": "https://news.example/a/1", "title": "Erdoğan & Pezeşkiyan",
"content_html": "<p>Bir</p><p>İki</p>", "date_published": "2026-11-21T10:00:00+03:00"}]}"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://news.example/"><title>T</title><link>https://news.example/</link></channel>
<item rdf:about="https://news.example/a/1"><title>Erdoğan &amp;amp; Pezeşkiyan</title>
<link>https://news.example/a/1</link><dc:date>2026-11-21T10:00:00+03:00</dc:date>
<description>&lt;p&gt;Bir&lt;/p&gt;&lt;p&gt;İki&lt;/p&gt;</description></item></rdf:RDF>"""
SITEMAP = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/a/1</loc>
<news:news><news:publication_date>2026-11-21T10:00:00+03:00</news:publication_date>
<news:title>Erdoğan &amp; Pezeşkiyan</news:title></news:news></url></urlset>"""
BROKEN = rss(ITEM).replace("</channel></rss>", "<b>")  # never closed: feedparser's work


@pytest.mark.parametrize("text", [rss(ITEM), ATOM, JSON, RDF, SITEMAP, BROKEN])
def test_every_format_gives_the_same_entry(text: str) -> None:
    (entry,) = read(text).entries
    assert entry.title == "Erdoğan & Pezeşkiyan"
    assert entry.link == "https://news.example/a/1"
    assert entry.published == datetime(2026, 11, 21, 7, tzinfo=UTC)
    if text != SITEMAP:
        assert (entry.text or entry.summary) == "Bir\n\nİki"


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"hello", b"<html><body>no</body></html>", b'{"items": 3}', b"{", b"\x00\x01\x02",
     b"<urlset><url><loc>https://a.example/</loc></url></urlset>", b"<sitemapindex/>"],
)  # fmt: skip
def test_what_is_no_feed_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        read(body)


LANGUAGES = [
    ("windows-1254", "<language>tr</language>", "Çiğ köfte, şalgam ve ıspanak", ""),
    ("windows-1254", "", "Çiğ köfte, şalgam ve ıspanak", '<?xml version="1.0" encoding="iso-8859-9"?>'),
    ("windows-1254", "<language>tr</language>", "Çiğ köfte, şalgam", '<?xml version="1.0" encoding="iso-8859-1"?>'),
    ("windows-1256", "<language>ar</language>", "زيارة إلى طهران", ""),
    ("windows-1256", "<language>fa-IR</language>", "سفر به آنكارا", '<?xml version="1.0" encoding="windows-1252"?>'),
    ("windows-1251", "<language>ru</language>", "Визит в Анкару", ""),
    ("windows-1252", "<language>fr</language>", "Été à Ankara", ""),
    ("utf-16", "", "سفر به آنکارا", '<?xml version="1.0" encoding="utf-16"?>'),
    ("utf-16-le", "", "سفر به آنکارا", '<?xml version="1.0" encoding="utf-16"?>'),
    ("utf-8", "<language>tr</language>", "سفر به آنکارا", '<?xml version="1.0" encoding="windows-1254"?>'),
    ("utf-8-sig", "", "سفر به آنکارا", ""),
]  # fmt: skip


@pytest.mark.parametrize(("encoding", "head", "title", "declaration"), LANGUAGES)
def test_the_encoding_is_what_the_bytes_and_the_language_say(
    encoding: str, head: str, title: str, declaration: str
) -> None:
    body = rss(f"<item><title>{title}</title></item>", head, declaration).encode(encoding)
    assert read(body).entries[0].title == title


def test_the_catalogues_language_helps_a_feed_that_names_none() -> None:
    body = rss("<item><title>Çiğ köfte, şalgam</title></item>").encode("windows-1254")
    assert read(body, language="tr").entries[0].title == "Çiğ köfte, şalgam"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://u:p@a.example/",
             "http://[", "https://a.example:99999999/"]
)  # fmt: skip
def test_odd_links_are_refused_and_the_entry_is_kept(link: str) -> None:
    (entry,) = read(rss(f"<item><title>A</title><link>{link}</link></item>")).entries
    assert (entry.title, entry.link) == ("A", "")


def test_entities_are_decoded_once() -> None:
    item = "<item><title>a</title><description>&amp;lt;b&amp;gt; &amp;amp;amp;</description></item>"
    assert read(rss(item)).entries[0].summary == "<b> &amp;"


def test_scripts_are_not_text_and_joiners_are() -> None:
    html = "<script>x()</script><style>y</style><p>می‌خواهد</p>text<br>next<table><tr><td>a<td>b</table>"
    item = f"<item><title>a</title><description><![CDATA[{html}]]></description></item>"
    assert read(rss(item)).entries[0].summary == "می‌خواهد\n\ntext\nnext\n\na b"


def test_a_declared_entity_is_never_expanded_from_a_file_or_into_a_bomb() -> None:
    bomb = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    text = (
        f'<!DOCTYPE rss [<!ENTITY e0 "boom"><!ENTITY f SYSTEM "file:///etc/passwd">{bomb}]>'
        + rss("<item><title>t &e11; &f;</title></item>")
    )  # fmt: skip
    (entry,) = read(text).entries
    assert "root:" not in entry.title
    assert len(entry.title) < 1000


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise_anything_but_not_a_feed(body: bytes) -> None:
    try:
        read(body)
    except NotAFeed:
        return


PIECES = st.sampled_from(
    ["<rss>", "</rss>", "<channel>", "</channel>", "<item>", "</item>", "<title>", "</title>", "<link>",
     "</link>", "<![CDATA[", "]]>", "&amp;", "&", "&#0;", "&#x110000;", "<", ">", '"', "سلام", "<feed",
     ' xmlns="http://www.w3.org/2005/Atom">', "<entry>", "</entry>", "<?xml version='1.0'", "?>", "<!--",
     "<description>", "</description>", "<pubDate>", "1405-01-01", "</pubDate>", "<guid isPermaLink='x'>",
     "<!DOCTYPE rss [", "<!ENTITY a 'b'>", "]>", "\x00", "\ud800".encode("utf-8", "replace").decode(),
     "<content type='xhtml'>", "<link href='x' rel='hub'/>", "<ttl>NaN</ttl>"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30))
def test_no_soup_of_feed_pieces_makes_it_raise_anything_but_not_a_feed(pieces: list[str]) -> None:
    try:
        read("<rss>" + "".join(pieces))
    except NotAFeed:
        return


def test_an_hour_of_many_digits_is_as_good_as_none() -> None:
    assert hours(["1" * 5_000, "-1", "\N{ARABIC-INDIC DIGIT NINE}", "7", "24"]) == (0, 7)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"cut \ud83d", "cut \ufffd"),
        (r"\ude00 cut", "\ufffd cut"),
        (r"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (r"a path \\ud83d \ude00", "a path \\ud83d \ufffd"),
    ],
)
def test_half_a_surrogate_pair_costs_a_json_feed_one_letter(written: str, read: str) -> None:
    """A title that was cut in the middle of an emoji."""
    item = '{"id":"1","title":"' + written + '"}'
    document = read_json('{"version":"https://jsonfeed.org/version/1.1","items":[' + item + "]}")
    assert document.entries[0].title.text == read


@pytest.mark.parametrize(
    ("written", "read"),
    [("1e400", "1e400"), ("9" * 5_000, "9" * 5_000), ("NaN", "NaN"), ("7", "7")],
    ids=["a float beyond all", "five thousand digits", "not a number", "a usual one"],
)
def test_a_number_that_no_machine_holds_costs_a_json_feed_nothing(written: str, read: str) -> None:
    document = read_json('{"items":[{"id":' + written + '},{"id":81.5},{"id":"two"}]}')
    assert [entry.id for entry in document.entries] == [read, "81.5", "two"]
