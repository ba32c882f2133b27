from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from services.alerting.configuration import Configuration
from services.alerting.metrics import Metrics
from services.alerting.settings import AlertingSettings
from services.alerting.watch import Watched
from shared.config import ConfigError
from shared.vault import Vault

RECEIVERS = '[receiver.desk]\nkind = "log"\n'
ROUTES = '[[route]]\nname = "all"\nreceivers = ["desk"]\n'


@pytest.fixture
def files(tmp_path: Path) -> Watched:
    (tmp_path / "receivers.toml").write_text(RECEIVERS, encoding="utf-8")
    (tmp_path / "routes").mkdir()
    (tmp_path / "routes" / "all.toml").write_text(ROUTES, encoding="utf-8")
    return Watched(AlertingSettings(NEWSWATCH_CONFIG_DIR=tmp_path), Vault({}))


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(CollectorRegistry())


def is_refused(metrics: Metrics) -> bool:
    return next(iter(metrics.refused.collect())).samples[0].value == 1


def looked_twice(files: Watched, metrics: Metrics) -> Configuration | None:
    """What is taken over once the files stand still."""
    return files.changed(metrics) or files.changed(metrics)


def test_nothing_is_taken_over_while_nothing_changes(files: Watched, metrics: Metrics) -> None:
    assert list(files.first().receivers) == ["desk"]
    assert files.changed(metrics) is None


def test_what_changes_before_the_first_look_is_a_change(
    files: Watched, metrics: Metrics, tmp_path: Path
) -> None:
    files.first()
    more = RECEIVERS + RECEIVERS.replace("desk", "second")
    (tmp_path / "receivers.toml").write_text(more, encoding="utf-8")

    new = looked_twice(files, metrics)

    assert new
    assert list(new.receivers) == ["desk", "second"]
    assert files.changed(metrics) is None


def test_a_bad_change_is_refused_once_and_the_next_good_one_taken(
    files: Watched, metrics: Metrics, tmp_path: Path
) -> None:
    files.first()
    routes = tmp_path / "routes" / "all.toml"
    routes.write_text(ROUTES.replace("desk", "nobody"), encoding="utf-8")
    assert looked_twice(files, metrics) is None
    assert is_refused(metrics)
    assert looked_twice(files, metrics) is None
    assert is_refused(metrics)

    routes.write_text(ROUTES + "continue = true\n", encoding="utf-8")

    assert looked_twice(files, metrics)
    assert not is_refused(metrics)


def test_half_a_file_is_not_taken_over_while_the_rest_is_still_being_written(
    files: Watched, metrics: Metrics, tmp_path: Path
) -> None:
    """Half a file may be right, and an event that no route takes is never told."""
    files.first()
    routes = tmp_path / "routes" / "all.toml"
    taken = []
    for said in ("# routes", '[[route]]\nname = "first"\n', ROUTES + "continue = true\n"):
        routes.write_text(said, encoding="utf-8")
        taken.append(files.changed(metrics))
    last = files.changed(metrics)

    assert taken == [None, None, None]
    assert last
    assert [(route.name, route.continues) for route in last.root.routes] == [("all", True)]


@pytest.mark.parametrize("said", ["", "\n", "a = ["])
@pytest.mark.parametrize("name", ["receivers.toml", "routes/all.toml"])
def test_what_cannot_be_a_configuration_is_refused_and_the_old_one_stays(
    files: Watched, metrics: Metrics, tmp_path: Path, name: str, said: str
) -> None:
    files.first()
    (tmp_path / name).write_text(said, encoding="utf-8")
    assert looked_twice(files, metrics) is None
    assert metrics.reloads.labels("refused")._value.get() == 1


@pytest.mark.parametrize("what", ["gone", "a folder", "a link to itself"])
def test_a_file_that_is_none_any_more_is_refused_and_the_old_one_stays(
    files: Watched, metrics: Metrics, tmp_path: Path, what: str
) -> None:
    files.first()
    receivers = tmp_path / "receivers.toml"
    receivers.unlink()
    if what == "a folder":
        receivers.mkdir()
    if what == "a link to itself":
        receivers.symlink_to(receivers)
    assert looked_twice(files, metrics) is None
    assert metrics.reloads.labels("refused")._value.get() == 1


def test_routes_that_are_all_gone_are_refused_and_the_old_ones_stay(
    files: Watched, metrics: Metrics, tmp_path: Path
) -> None:
    files.first()
    (tmp_path / "routes" / "all.toml").unlink()
    assert looked_twice(files, metrics) is None
    assert metrics.reloads.labels("refused")._value.get() == 1


def test_mistakes_at_the_start_are_told(files: Watched, tmp_path: Path) -> None:
    (tmp_path / "receivers.toml").write_text("[receiver.desk]\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"receivers\.toml"):
        files.first()
