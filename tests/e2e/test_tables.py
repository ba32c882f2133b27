"""State lives in Kafka: killed, or bereft of its disk, a processor goes on with its stories."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.node import Broker
from deploy.local.places import free_port
from tests.e2e.items import stories
from tests.e2e.world import World, world

pytestmark = pytest.mark.kafka  # tables are recovered by offsets, which the fallback gets wrong


@pytest.fixture
def running(kafka: Broker, namespace: str, tmp_path: Path) -> Iterator[World]:
    ports = (free_port() for _ in range(3))
    with world(kafka.servers, namespace, tmp_path, ports) as made:
        yield made


@pytest.mark.parametrize("kept", ["in memory", "on disk", "on a disk that is lost"])
def test_a_story_goes_on_after_its_processor_was_killed(
    running: World, tmp_path: Path, kept: str
) -> None:
    processors, tables = running.services["processors"], tmp_path / "tables"
    if kept != "in memory":
        processors.environ["NEWSWATCH_TABLE_DIR"] = str(tables)
    running.start()
    first, other = stories()[:2]
    running.feed.items += [first, other]
    running.wait_told(other)
    opened = running.wait_told(first)

    processors.kill()
    if kept == "on a disk that is lost":
        shutil.rmtree(tables)
    processors.start()
    processors.wait_ready()
    copy = replace(first, slug="copy", text=f"{first.text} It was announced on Sunday.")
    running.feed.items.append(copy)
    grew = running.wait_told(copy)

    assert (opened.body["type"], grew.body["type"]) == ("story.opened", "story.grew")
    assert grew.body["data"]["story"] == opened.body["data"]["story"]
    assert len(running.told(first)) == 1
