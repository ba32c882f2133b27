"""State lives in Kafka: killed, or bereft of its disk, a processor goes on with its stories."""

import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from shared.kafka import Kafka
from shared.topics import SEEN_CHANGELOG, STORIES_CHANGELOG
from tests.deleted import made_anew
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


@pytest.mark.parametrize("spoilt", ["its topics were made anew", "its files are broken"])
def test_a_copy_on_disk_that_is_of_no_use_is_read_from_the_broker_again(
    made: World, tmp_path: Path, namespace: str, spoilt: str
) -> None:
    processors, tables = made.services["processors"], tmp_path / "tables"
    processors.environ["NEWSWATCH_TABLE_DIR"] = str(tables)
    made.start()
    first, other, later = stories()[:3]
    made.feed.items += [first, other]
    made.wait_told(other)
    made.wait_told(first)
    processors.stop()

    if spoilt == "its files are broken":
        processors.start()  # what the log of changes held goes to a file of its own
        processors.wait_ready()
        processors.stop()
        for file in tables.rglob("*.sst"):
            file.write_bytes(bytes(reversed(file.read_bytes()[:-100])) + file.read_bytes()[-100:])
    else:
        made_anew(Kafka(made.servers, namespace), (SEEN_CHANGELOG, STORIES_CHANGELOG))
    processors.start()
    if spoilt == "its files are broken":
        assert processors.wait_ended() == 70
        processors.start()
    made.feed.items.append(later)

    made.wait_told(later)
    assert [len(made.told(item)) for item in (first, other, later)] == [1, 1, 1]


def test_a_processor_that_cannot_write_its_tables_ends_and_what_it_read_is_told_later(
    made: World, tmp_path: Path
) -> None:
    processors = made.services["processors"]
    processors.environ["NEWSWATCH_TABLE_DIR"] = str(tmp_path / "tables")
    processors.environ["NEWSWATCH_SESSION_TIMEOUT"] = "6"  # it ends without leaving its group
    made.start()
    before, meanwhile, after = stories()[:3]
    made.feed.items.append(before)
    made.wait_told(before)

    processors.stop()
    made.feed.items.append(meanwhile)
    with _full():
        processors.start()
    status = processors.wait_ended()
    told_meanwhile = made.told(meanwhile)
    processors.start()
    made.feed.items.append(after)
    made.wait_told(after)
    made.wait_told(meanwhile)

    assert (status, told_meanwhile) == (70, [])
    assert [len(made.told(item)) for item in (before, meanwhile, after)] == [1, 1, 1]


FULL = (0, resource.RLIM_INFINITY)


@contextmanager
def _full() -> Iterator[None]:
    """Whoever is started now can write nothing."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, FULL)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
