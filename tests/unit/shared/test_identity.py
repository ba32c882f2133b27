"""Ids are remembered for months, by us and by receivers: one that changed would tell all again."""

import pytest

from shared.identity import alert_id, article_id, event_id, fingerprint, story_id


def test_ids_are_what_they_have_always_been() -> None:
    assert article_id("https://www.example.org/news/1/") == "1fc583f6244b8c4a72c961adafef2275"
    assert article_id("example.org/news/1") == "1fc583f6244b8c4a72c961adafef2275"
    assert fingerprint("Title", "Summary", "Text") == "6ab7c5ec58f9a7f946934ee367a38f92"
    assert story_id("iran-turkiye", "a") == "f873cf2d3c32131fb18f7bd7fe2c7165"
    assert event_id("opened", "s", "a", "f 0 ") == "824c77fe39fd6c15e4b6f50c9bb78bd1"
    assert alert_id("e", "slack") == "98a436f3ab85181122cf97d2dfd65b51"


@pytest.mark.parametrize("said", [("Titles", "s", "t"), ("Title", "so", "t"), ("Title", "s", "to")])
def test_who_changes_title_summary_or_text_publishes_a_revision(said: tuple[str, str, str]) -> None:
    assert fingerprint(*said) != fingerprint("Title", "s", "t")


def test_any_string_has_an_id_and_no_part_reaches_into_the_next() -> None:
    assert story_id("\ud800", "a") != story_id("", "a")
    assert story_id("a\x1fb", "c") != story_id("a", "b\x1fc")
