"""Labelled stories are found no worse than they were. Of the tune halves: the others are no test.

Where a change betters these figures, put the new ones; docs/performance.md has those that count.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import pytest

from tests import shipped
from tests.bench.stories_gold import clustered, impure, lines, pairwise, read_all


@pytest.mark.parametrize(
    ("name", "precision", "recall"), [("tune", 1.0, 0.992), ("blurbs_tune", 0.992, 0.840)]
)
def test_articles_that_tell_one_event_are_one_story_and_others_are_not(
    name: str, precision: float, recall: float
) -> None:
    items = sorted(lines(f"{name}.jsonl"), key=lambda item: str(item["published"]))
    events = {item["id"]: item["event"] for item in items}
    figures = pairwise(found_in(items), events, combinations(events, 2))

    assert figures["precision"] >= precision
    assert figures["recall"] >= recall


def test_fewer_than_one_of_fifty_stories_of_a_crowd_are_joined_by_chance() -> None:
    """Sentences of one moment that tell nothing in common, but for those of one article."""
    items = lines("crowd_tune.jsonl")
    assert impure(found_in(items), {item["id"]: item["event"] for item in items}) < 0.02


def found_in(items: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Each article's story in the end; every article has one."""
    reader = shipped.reader()
    found = clustered(read_all(items, reader, shipped.once), reader)
    assert len(found) == len(items)
    return found
