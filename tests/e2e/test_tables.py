"""State lives in Kafka: killed, or bereft of its disk, a processor goes on with its stories."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.e2e.items import stories
from tests.e2e.world import World

pytestmark = pytest.mark.kafka  # tables are recovered by offsets, which the fallback gets wrong


@pytest.mark.parametrize("kept", ["in memory", "on disk", "on a disk that is lost"])
def test_a_story_goes_on_after_its_processor_was_killed(
    made: World, tmp_path: Path, kept: str
) -> None:
    processors, tables = made.services["processors"], tmp_path / "tables"
    if kept != "in memory":
        processors.environ["NEWSWATCH_TABLE_DIR"] = str(tables)
    made.start()
    first, other = stories()[:2]
    made.feed.items += [first, other]
    made.wait_told(other)
    opened = made.wait_told(first)

    processors.kill()
    if kept == "on a disk that is lost":
        shutil.rmtree(tables)
    processors.start()
    processors.wait_ready()
    copy = replace(first, slug="copy", text=f"{first.text} It was announced on Sunday.")
    made.feed.items.append(copy)
    grew = made.wait_told(copy)

    assert (opened.body["type"], grew.body["type"]) == ("story.opened", "story.grew")
    assert grew.body["data"]["story"] == opened.body["data"]["story"]
    assert len(made.told(first)) == 1
