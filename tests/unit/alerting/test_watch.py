from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from services.alerting.metrics import Metrics
from services.alerting.settings import AlertingSettings
from services.alerting.vault import Vault
from services.alerting.watch import Watched
from shared.config import ConfigError

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


def test_nothing_is_taken_over_while_nothing_changes(files: Watched, metrics: Metrics) -> None:
    assert list(files.first().receivers) == ["desk"]
    assert files.changed(metrics) is None


def test_what_changes_before_the_first_look_is_a_change(
    files: Watched, metrics: Metrics, tmp_path: Path
) -> None:
    files.first()
    more = RECEIVERS + RECEIVERS.replace("desk", "second")
    (tmp_path / "receivers.toml").write_text(more, encoding="utf-8")

    new = files.changed(metrics)

    assert new
    assert list(new.receivers) == ["desk", "second"]
    assert files.changed(metrics) is None


def test_a_bad_change_is_refused_once_and_the_next_good_one_taken(
    files: Watched, metrics: Metrics, tmp_path: Path
) -> None:
    files.first()
    routes = tmp_path / "routes" / "all.toml"
    routes.write_text(ROUTES.replace("desk", "nobody"), encoding="utf-8")
    assert files.changed(metrics) is None
    assert is_refused(metrics)
    assert files.changed(metrics) is None
    assert is_refused(metrics)

    routes.write_text(ROUTES + "continue = true\n", encoding="utf-8")

    assert files.changed(metrics)
    assert not is_refused(metrics)


def test_mistakes_at_the_start_are_told(files: Watched, tmp_path: Path) -> None:
    (tmp_path / "receivers.toml").write_text("[receiver.desk]\n", encoding="utf-8")

    with pytest.raises(ConfigError, match=r"receivers\.toml"):
        files.first()
