# ruff: noqa: E501  pieces in long lines
"""Simple markup is read by a regular expression and the rest by libxml2, to the same text."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.fetcher.document import Marked
from services.fetcher.plain import _tidy, plain, seen, simply

PIECES = st.sampled_from(
    ["<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<i>", "</i>", "<br>", "<br/>", "<br />", "<h2>",
     "</h2>", "<blockquote>", "</blockquote>", '<span class="a b">', "</span>", "</a>", "<em>", "</em>",
     '<a href="https://a.example/?b=1&amp;c=2">', "<img src='x' alt=\"a > b\" />", '<img src="x">',
     "Ankara", "تهران", "می\u200cخواهد", " ", "  ", "\n", "&amp;", "&lt;b&gt;", "&nbsp;", "&#8217;", "&quot;",
     ">", "&am", "p;", "\u00a0", "\u200f", "\t", "a", "<u>", "</u>", "&#39;", "<ul>", "</ul>", "<li>", "</li>"]
)  # fmt: skip


def _wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tags = st.sampled_from(
        [
            "p",
            "div",
            "b",
            "a href='x'",
            "span",
            "h2",
            "blockquote",
            "em",
            "ul",
            "li",
            "ol",
            "figure",
            "figcaption",
        ]
    )
    return st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>",
        tags,
        st.lists(inner, max_size=4),
    )


NESTED = st.lists(
    st.recursive(PIECES.filter(lambda p: p[0] != "<" or p[1] in "bi"), _wrapped), max_size=5
)


@given((st.lists(PIECES, max_size=14) | NESTED).map("".join))
@settings(max_examples=300)
def test_whatever_is_called_simple_reads_as_libxml2_reads_it(html: str) -> None:
    simple = simply(html)
    assume(simple is not None)
    assert simple is not None
    assert _tidy(simple) == _tidy(seen(html))


@pytest.mark.parametrize(
    "html",
    ["<p>a<p>b", "<ul><li>a</ul>", "<P>a</P>", "a < b", "<script>x</script>", "&copy;", "&am<b>p;", "<p>a",
     "<b onclick=x()>a</b>", "<!-- a -->", "<p><div>a</div></p>", "<table><td>a", "<p/>a", "</p>", "&#150;",
     '<a b="<i>">c</a>'],
)  # fmt: skip
def test_what_is_not_simple_is_left_to_libxml2(html: str) -> None:
    assert simply(html) is None


@pytest.mark.parametrize(
    ("html", "text"),
    [("<p>a &amp;lt;b&amp;gt; <b>c</b>d</p><p>e<br>f</p>", "a &lt;b&gt; cd\n\ne\nf"),
     ("<ul><li>a<li>b</ul>c", "a\nb\n\nc"),
     ("<P>a</P>b", "a\n\nb")],
)  # fmt: skip
def test_both_ways_lead_to_text(html: str, text: str) -> None:
    assert plain(Marked(html)) == text
