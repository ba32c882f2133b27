"""Tables on disk are a copy of their changelogs, and of no others."""

from pathlib import Path
from typing import NoReturn

import pytest
from faust.exceptions import ConsistencyError
from prometheus_client import CollectorRegistry

from services.processors.app import Shell
from services.processors.application import Application, application
from services.processors.metrics import Metrics
from services.processors.on_disk import is_disk, is_useless, writable
from services.processors.settings import ProcessorsSettings
from services.processors.stages import Incoming, StageOutcome
from shared.records import Lane
from shared.settings import SettingsError
from shared.topics import ARTICLES_RAW, SEEN_CHANGELOG, STORIES_CHANGELOG

CORRUPT = Exception("Corruption: block checksum mismatch: stored = 3042503507")


def made(below: Path, namespace: str = "", **ids: str) -> Application:
    known = {
        namespace + SEEN_CHANGELOG.name: ids.get("seen", ""),
        namespace + STORIES_CHANGELOG.name: ids.get("stories", ""),
    }
    return application(
        ProcessorsSettings(NEWSWATCH_TABLE_DIR=below, NEWSWATCH_NAMESPACE=namespace), known
    )


def folder(app: Application) -> Path:
    return Path(app.conf.tabledir)


def test_topics_that_were_made_anew_have_tables_of_their_own(tmp_path: Path) -> None:
    first = folder(made(tmp_path, seen="a", stories="b"))
    assert folder(made(tmp_path, seen="a", stories="b")) == first
    assert folder(made(tmp_path, seen="a", stories="c")) != first
    assert folder(made(tmp_path, "other.", seen="x", stories="y")) != first
    assert tmp_path in first.parents


def test_a_broker_without_ids_has_its_tables_in_the_folder_itself(tmp_path: Path) -> None:
    assert folder(made(tmp_path)) == tmp_path / "v1" / "tables"


@pytest.mark.parametrize(
    ("why", "disk", "useless"),
    [
        (Exception("IO error: No space left on device: While appending to file"), True, False),
        (CORRUPT, True, True),
        (ConsistencyError("The persisted offset is higher than the last offset"), False, True),
        (ValueError("IO error in a title"), False, False),
        (None, False, False),
    ],
)
def test_what_failed_is_told_apart(why: Exception | None, *, disk: bool, useless: bool) -> None:
    assert (why is not None and is_disk(why), is_useless(why)) == (disk, useless)


async def test_a_record_that_came_while_the_disk_failed_is_not_put_aside() -> None:
    shell = Shell(ProcessorsSettings(), Metrics(CollectorRegistry()), {})
    record = Incoming(
        key=b"k", value=b"v", lane=Lane.LIVE, partition=0, place="t-0-7", origin="t-0-7"
    )

    with pytest.raises(Exception, match="Corruption"):
        shell._decide("tag", ARTICLES_RAW, Failing(CORRUPT), record)
    effects = shell._decide("tag", ARTICLES_RAW, Failing(KeyError("a fault of ours")), record)

    assert effects.outcome is StageOutcome.FAILED


class Failing:
    """A stage whose table cannot be read."""

    def __init__(self, why: Exception) -> None:
        self._why = why

    def __call__(self, _incoming: Incoming) -> NoReturn:
        raise self._why

    def recovered(self) -> None:
        """There is nothing to drop."""


def test_tables_of_no_use_are_removed_and_what_lies_beside_them_stays(tmp_path: Path) -> None:
    app, beside = made(tmp_path, seen="a", stories="b"), tmp_path / "mine"
    beside.touch()
    app._create_directories()
    (folder(app) / "seen-0.db").mkdir()

    app.discard_tables()

    assert not folder(app).exists()
    assert beside.exists()


def test_a_folder_for_tables_is_made_and_where_it_cannot_be_the_setting_is_named(
    tmp_path: Path,
) -> None:
    writable(tmp_path / "new" / "tables")
    assert (tmp_path / "new" / "tables").is_dir()
    (tmp_path / "file").touch()

    for wrong in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(SettingsError, match=f"NEWSWATCH_TABLE_DIR: .*: {wrong}; "):
            writable(wrong)


def test_a_folder_of_another_user_holds_no_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the system says of it: the tests may be run by root, who may write anywhere."""
    monkeypatch.setattr("os.access", lambda _path, _mode: False)

    with pytest.raises(SettingsError, match="Permission denied"):
        writable(tmp_path)
