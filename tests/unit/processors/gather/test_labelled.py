"""Labelled stories are found no worse than they were. Of the tune halves: the others are no test.

Where a change betters these figures, put the new ones; docs/performance.md has those that count.
"""

from itertools import combinations

import pytest

from services.processors.gather.stories import Stories
from shared.records import Lane
from tests import shipped
from tests.bench.stories_gold import WATCH, Tagger, as_match, lines, pairwise


@pytest.mark.parametrize(
    ("name", "precision", "recall"), [("tune", 1.0, 0.977), ("blurbs_tune", 0.991, 0.776)]
)
def test_articles_that_tell_one_event_are_one_story_and_others_are_not(
    name: str, precision: float, recall: float
) -> None:
    tagger, stories = Tagger(shipped.once), Stories(WATCH, shipped.reader())
    items = {item["id"]: item for item in lines(f"{name}.jsonl")}
    found: dict[str, str] = {}
    for offset, item in enumerate(sorted(items.values(), key=lambda item: str(item["published"]))):
        step = stories.step(as_match(item, tagger), f"t-0-{offset}", Lane.LIVE).step
        assert step
        found[step.signals.key] = step.story
        found |= {key: step.story for key, story in found.items() if story in step.merged}

    events = {key: item["event"] for key, item in items.items()}
    figures = pairwise(found, events, combinations(items, 2))

    assert figures["precision"] >= precision
    assert figures["recall"] >= recall
