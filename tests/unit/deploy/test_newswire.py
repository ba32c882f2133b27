from datetime import UTC, datetime

import feedparser
import pytest

from deploy.local.newswire.__main__ import application, documents
from deploy.local.newswire.items import feeds, load
from deploy.local.newswire.rss import rss

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BASE = "http://127.0.0.1:9180"
ITEMS = load()


@pytest.mark.parametrize("name", feeds(ITEMS))
def test_every_feed_is_read_back_whole(name: str) -> None:
    parsed = feedparser.parse(rss(name, ITEMS, base=BASE, now=NOW))

    carried = [item for item in ITEMS if name in item.feeds]
    assert not parsed.bozo
    assert [entry.title for entry in parsed.entries] == [item.title for item in carried]
    assert [entry.link for entry in parsed.entries] == [
        f"{BASE}/story/{item.id}" for item in carried
    ]


def test_four_languages_each_with_a_story_and_a_look_alike() -> None:
    for language in ("ar", "fa", "tr", "en"):
        ours = [item for item in ITEMS if item.language == language]
        assert {item.alert for item in ours} == {True, False}, language


def test_an_item_in_two_feeds_has_one_address() -> None:
    repeated = [item for item in ITEMS if item.also_in]

    assert repeated
    for item in repeated:
        links = {
            entry.link
            for name in item.feeds
            for entry in feedparser.parse(rss(name, ITEMS, base=BASE, now=NOW)).entries
            if entry.title == item.title
        }
        assert len(links) == 1


def test_a_reader_with_the_etag_gets_304_and_no_body() -> None:
    answer = application(documents(BASE, NOW))
    seen: list[tuple[str, dict[str, str]]] = []

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        seen.append((status, dict(headers)))

    list(answer({"PATH_INFO": "/feeds/ar.xml"}, start))
    body = answer({"PATH_INFO": "/feeds/ar.xml", "HTTP_IF_NONE_MATCH": seen[0][1]["ETag"]}, start)

    assert [status for status, _ in seen] == ["200 OK", "304 Not Modified"]
    assert list(body) == []
