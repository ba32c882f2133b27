import base64
from collections.abc import Callable
from time import process_time
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.identity import article_id
from shared.urls import _once, canonical, in_full

HIDDEN = (
    base64.urlsafe_b64encode(b'\x08\x13"\x1ehttps://example.com/a/iran-x-y\xd2\x01')
    .decode()
    .rstrip("=")
)

SAME = [
    ("tracking parameters fall", "https://example.com/a/iran-x-y?utm_source=tw&fbclid=1"),
    ("what only courlan knows to track falls", "https://example.com/a/iran-x-y?aff=tw"),
    ("the fragment falls", "https://example.com/a/iran-x-y#comments"),
    ("the host's case does not count", "https://EXAMPLE.com/a/iran-x-y"),
    (
        "a redirector is unwrapped",
        "https://www.google.com/url?q=https%3A%2F%2Fexample.com%2Fa%2Firan-x-y&sa=D",
    ),
    (
        "facebook's too",
        "https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.com%2Fa%2Firan-x-y&h=AT0",
    ),
    ("an AMP cache", "https://example-com.cdn.ampproject.org/c/s/example.com/a/iran-x-y"),
    ("Google's AMP viewer", "https://www.google.com/amp/s/example.com/a/iran-x-y"),
    ("AMP on the own site", "https://example.com/a/iran-x-y/amp/"),
    ("AMP as a parameter", "https://example.com/a/iran-x-y?amp=1&outputType=amp"),
    ("a share dialog", "https://t.me/share/url?url=https://example.com/a/iran-x-y?utm_medium=x"),
    ("an archive", "https://web.archive.org/web/20240101000000/https://example.com/a/iran-x-y"),
    ("a translator", "https://example-com.translate.goog/a/iran-x-y?_x_tr_sl=fa&_x_tr_tl=en"),
    ("an older Google News id", f"https://news.google.com/rss/articles/{HIDDEN}?oc=5"),
    ("white space of a feed", " https://example.com/a/iran-x-y\n"),
    ("a word that names no parameter", "https://example.com/a/iran-x-y?latest"),
    ("a value that has no name", "https://example.com/a/iran-x-y?=5"),
    ("a face of two words is no headline", "https://example.com/a/iran-x-y?output=full-page"),
    (
        "Yahoo's search",
        "https://r.search.yahoo.com/_y=A/RU=https%3a%2f%2fexample.com%2fa%2firan-x-y/RK=2/",
    ),
]

KEPT = [
    ("a number in the query names the article", "https://example.com/haber.php?id=81"),
    ("cid tracks, but not where the path says nothing", "https://example.com/haber.php?cid=81234"),
    ("a gallery is not Google Analytics", "https://example.com/foto?gallery=71"),
    ("a bare query names the article", "https://example.com/news?123456"),
    ("PHP-Nuke's sid", "https://example.com/article.php?sid=991"),
    ("an opaque Google News id", "https://news.google.com/rss/articles/CBMiAUFVX3lxTE1"),
    ("a page number of a query", "https://example.com/?p=4512"),
    ("a local server and its port", "http://127.0.0.1:8080/feed/1"),
    ("a parameter that nobody knows, and no number in it", "https://example.com/a?chapter=two"),
    ("a headline, even where it says how to show it", "https://example.com/?feed=iran-x-y"),
    ("the host's name says nothing of an article", "https://h-a-b-2026.example/h.php?cid=81234"),
    ("a value is not a name", "https://example.com/?chapter=amp"),
    ("a name without a value", "https://example.com/index.php?/news/x="),
    ("brackets and slashes", "https://example.com/news?tx_news[path]=/a:b"),
    (
        "another address that the outlet itself was given",
        "https://www.x.example/s.amp.do?u=http://y.z",
    ),
    ("what is no address of the web", "ftp://example.com/a?utm_source=x"),
    ("what has no host", "https:///a?utm_source=x"),
]

OTHERS = [
    (
        "a path that names the article leaves nothing for what usually tracks",
        "https://example.com/iran-and-turkiye-talk?cid=81234",
        "https://example.com/iran-and-turkiye-talk",
    ),
    (
        "parameters in one order, whatever the process: ids hang on it",
        "https://example.com/?f=6&d=4&b=2&e=5&c=3&a=1",
        "https://example.com/?a=1&b=2&c=3&d=4&e=5&f=6",
    ),
    (
        "an AMP cache of a site without TLS",
        "https://example-com.cdn.ampproject.org/c/example.com/a",
        "http://example.com/a",
    ),
    (
        "Google's AMP viewer of one",
        "https://www.google.com/amp/example.com/a",
        "http://example.com/a",
    ),
    (
        "a translated site whose name has a hyphen",
        "https://my--news-example-com.translate.goog/?id=81&_x_tr_sl=fa",
        "https://my-news.example.com/?id=81",
    ),
    (
        "an opaque Google News id, shared",
        "https://news.google.com/rss/articles/CBMiAUFVX3lxTE1?utm_source=x",
        "https://news.google.com/rss/articles/CBMiAUFVX3lxTE1",
    ),
    ("the host alone", "https://example.com", "https://example.com/"),
]


@pytest.mark.parametrize(("_why", "url"), SAME)
def test_faces_of_one_article_have_one_url(_why: str, url: str) -> None:
    assert canonical(url) == "https://example.com/a/iran-x-y"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.google.com/url?q=https://known.example%40other.example/x",
        "https://www.google.com/amp/s/known.example@other.example/x",
        "https://web.archive.org/web/2024/https://known.example@other.example/x",
    ],
)
def test_no_address_is_unwrapped_that_shows_another_host_than_it_opens(url: str) -> None:
    assert urlsplit(canonical(url)).hostname != "other.example"


@pytest.mark.parametrize(("_why", "url"), KEPT)
def test_what_identifies_stays(_why: str, url: str) -> None:
    assert canonical(url) == url


@pytest.mark.parametrize(("_why", "url", "one"), OTHERS)
def test_an_address_is_always_written_as_it_was(_why: str, url: str, one: str) -> None:
    assert canonical(url) == one


@pytest.mark.parametrize("target", ["https://example.com/" + "a" * more for more in range(1, 5)])
def test_an_older_google_news_id_of_any_length_is_read(target: str) -> None:
    opaque = base64.urlsafe_b64encode(b"\x08\x13" + target.encode()).decode().rstrip("=")
    assert canonical(f"https://news.google.com/articles/{opaque}") == target


@pytest.mark.parametrize("odd", list('"<>\\^`{|}'))
def test_a_path_goes_on_behind_what_it_may_not_hold(odd: str) -> None:
    assert canonical(f"https://example.com/a/{odd}b") == f"https://example.com/a/{quote(odd)}b"


def test_the_mobile_site_is_the_site() -> None:
    assert article_id(canonical("https://m.example.com/a/1")) == article_id(
        "https://example.com/a/1"
    )


def test_scheme_www_and_last_slash_do_not_make_another_article() -> None:
    assert article_id("http://www.example.com/a/") == article_id("https://example.com/a")


def test_order_of_parameters_and_case_of_escapes_do_not_count() -> None:
    first = canonical("https://example.com/%d8%a7?id=1&b=2")
    assert first == canonical("https://example.com/ا?b=2&id=1")


@given(st.text() | st.from_regex(r"https?://[a-z.]{3,12}/[\w/%.-]{0,20}(\?[\w=&%-]{0,20})?"))
@example("https://[")
@example("https://google.com/url?q=https://google.com/url?q=https://x.y")
def test_any_text_has_a_canonical_form_that_is_its_own(url: str) -> None:
    once = canonical(url)
    assert canonical(once) == once


_HOSTS = (
    *("example.com", "www.example.com", "m.example.com", "x.cdn.ampproject.org", "www.google.com"),
    *("news.google.com", "t.me", "web.archive.org", "a-b.translate.goog", "xn--mgba.example"),
    *("l.facebook.com", "haber.gov.tr"),
)
_PIECES = (
    *("/", "/news", "/amp", ".html", "/..", "/.x", "//", "_amp.html", "%d8", "%D8%A7", "/c/s/"),
    *("-", "~", "/https://x.example/a", "/RU=https:", "{a}", "</b>", "&", "?", "=", ":80", ";"),
    *("utm_source=rss", "id=7", "ref=x", "&amp;", "url=https://y.example/b", "#", "81", '"', "+"),
)
_ADDRESSES = st.builds(
    lambda scheme, host, pieces: f"{scheme}://{host}{''.join(pieces)}",
    st.sampled_from(("http", "https", "HTTP")),
    st.sampled_from(_HOSTS),
    st.lists(st.sampled_from(_PIECES), max_size=7),
)


@given(_ADDRESSES)
@settings(max_examples=500)
def test_the_short_way_for_a_plain_address_ends_where_the_full_one_does(url: str) -> None:
    assert outcome(_once, url) == outcome(in_full, url)


@pytest.mark.parametrize("url", [row[1] for row in (*SAME, *KEPT, *OTHERS)])
def test_and_so_it_does_for_each_of_these(url: str) -> None:
    assert outcome(_once, url) == outcome(in_full, url)


def outcome(clean: Callable[[str], str], url: str) -> str:
    try:
        return clean(url)
    except ValueError:
        return "refused"


@pytest.mark.parametrize("piece", ["a", "a-", "a--", "/a", "%41", "|"])
def test_a_path_without_end_takes_no_time(piece: str) -> None:
    began = process_time()
    canonical(f"https://example.com/|{piece * 40_000}?feed=1")
    assert process_time() - began < 2
