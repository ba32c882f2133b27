# ruff: noqa: E501
import os
from pathlib import Path

import pytest

from services.fetcher.catalogue import Feed
from services.fetcher.discover import declared
from services.fetcher.edit import added, removed
from services.fetcher.load import load, loaded
from services.fetcher.opml import NotOPML, from_opml, to_opml
from shared.config import ConfigError
from shared.contents import contents

LANGUAGES = {"fa", "ar", "tr", "en", "az", "ku", "ru", "he", "de", "fr"}
SHIPPED = Path(__file__).parents[4] / "deploy" / "config" / "feeds.toml"
TEXT = """# mine
[defaults]
floor = 300

[[feed]] # the first
id = "a"
url = "https://a.example/rss"
outlet = "A"

[[feed]]
id = "b"
url = "https://b.example/rss"
outlet = "B"
floor = 60
"""


def written(folder: Path, text: str, name: str = "feeds.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_catalogue_has_sixty_feeds_in_ten_languages_each_marked() -> None:
    feeds = load([SHIPPED])
    assert len(feeds) >= 60
    assert {feed.language for feed in feeds} >= LANGUAGES
    assert all(feed.family and feed.home and feed.note for feed in feeds)


def test_defaults_hold_where_a_feed_says_nothing(tmp_path: Path) -> None:
    assert [feed.floor for feed in load([written(tmp_path, TEXT)])] == [300, 60]


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_file_is_none_that_says_to_poll_nothing(tmp_path: Path, text: str) -> None:
    """It is being saved, or was when the disk was full."""
    with pytest.raises(ConfigError, match="empty; if that is intended"):
        load([written(tmp_path, text)])
    assert load([written(tmp_path, text)], begun=False) == ()
    assert load([written(tmp_path, removed(removed(TEXT.partition("\n\n")[2], "a"), "b"))]) == ()


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    wrong = TEXT.replace("https://a.example/rss", "ftp://a.example/").replace("60", "9999")
    paths = [written(tmp_path, wrong), written(tmp_path, TEXT, "b.toml"), tmp_path / "none.toml"]
    with pytest.raises(ConfigError) as told:
        load(paths)
    text = str(told.value)
    assert "feeds.toml:7: feed.0.url" in text
    assert "ceiling" in text
    assert "none.toml" in text


def test_a_time_zone_that_is_none_is_a_mistake_of_the_file_not_of_the_feed(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"feeds.toml:15: feed.1.time_zone: no such time zone"):
        load([written(tmp_path, TEXT + 'time_zone = "Mars"\n')])


def test_one_id_or_url_twice_is_a_mistake(tmp_path: Path) -> None:
    paths = [written(tmp_path, TEXT), written(tmp_path, TEXT, "b.toml")]
    with pytest.raises(ConfigError, match="two feeds have the id a"):
        load(paths)


def test_adding_and_removing_leaves_the_rest_as_people_wrote_it(tmp_path: Path) -> None:
    new = Feed(id="c", url="https://c.example/rss", outlet="Ç", language="tr")
    text = added(TEXT, [new])
    assert text.startswith(TEXT)
    assert load([written(tmp_path, text)])[2].outlet == "Ç"
    assert "# mine" in removed(text, "b")
    assert [f.id for f in load([written(tmp_path, removed(text, "b"))])] == ["a", "c"]
    with pytest.raises(KeyError):
        removed(TEXT, "c")


def test_opml_goes_out_and_comes_back(tmp_path: Path) -> None:
    feeds = load([written(tmp_path, TEXT)])
    back = from_opml(to_opml(feeds), frozenset({"a"}))
    assert [(f.id, f.url, f.outlet) for f in back] == [
        ("a-2", "https://a.example/rss", "A"),
        ("b", "https://b.example/rss", "B"),
    ]


def test_opml_takes_nothing_odd() -> None:
    hostile = (
        b'<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body>'
        b'<outline text="&x;" xmlUrl="file:///etc/passwd"/><outline xmlUrl="javascript:1"/>'
        b'<outline text="&x;" xmlUrl="https://a.example/"/></body></opml>'
    )
    (feed,) = from_opml(hostile)
    assert feed.outlet == "https://a.example/"
    for data in (b"", b"<rss/>", b"\x00"):
        with pytest.raises(NotOPML):
            from_opml(data)


def test_a_page_names_its_feeds() -> None:
    html = b"""<html><head><base href="/x/"><link rel="stylesheet" href="a.css">
    <link rel="alternate" type="application/rss+xml" href="feed"><link rel="Alternate nofollow"
    type="application/atom+xml; charset=utf-8" href="https://b.example/atom"><link rel="alternate"
    type="application/rss+xml" href="javascript:1"><link rel="alternate" hreflang="fa" href="/fa">"""
    assert declared(html, "https://a.example/") == (
        "https://a.example/x/feed",
        "https://b.example/atom",
    )
    assert declared(b"", "https://a.example/") == ()


def test_a_change_after_the_reading_began_is_a_change(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    file.write_text(TEXT, encoding="utf-8")
    first = loaded([file])
    written = file.stat()
    assert contents([file]) == first.contents

    file.write_text(TEXT.replace("a", "b", 1), encoding="utf-8")
    os.utime(file, ns=(written.st_atime_ns, written.st_mtime_ns))  # an editor that keeps times

    assert contents([file]) != first.contents
