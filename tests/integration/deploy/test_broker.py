"""The local broker: started, found again, stopped; its data outlives it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.apache import start_apache
from deploy.local.broker import given, running, start, stop
from deploy.local.node import Broker, DidNotStart, Kind
from deploy.local.tansu import start_tansu
from shared.kafka import Kafka
from shared.topics import ARTICLES_RAW

pytestmark = pytest.mark.broker

Start = Callable[[Path], Broker]


@pytest.mark.kafka
def test_data_outlives_a_stop_of_apache_kafka(tmp_path: Path) -> None:
    first = start_apache(tmp_path)
    Kafka(first.servers).create_topics([ARTICLES_RAW], partitions=2)
    first.stop()

    second = start_apache(tmp_path)
    made_again = Kafka(second.servers).create_topics([ARTICLES_RAW], partitions=2)
    second.stop()

    assert made_again == ()


def test_a_stopped_broker_leaves_no_process(tmp_path: Path) -> None:
    broker = start_tansu(tmp_path)
    assert broker.pid is not None
    assert broker.alive()

    broker.stop()

    with pytest.raises(ProcessLookupError):
        os.kill(broker.pid, 0)


def test_without_java_the_fallback_starts_and_says_so_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    broker = start(tmp_path, port=0)
    found = running(tmp_path)
    stop(tmp_path)

    assert broker.kind is Kind.FALLBACK
    assert found == broker
    assert running(tmp_path) is None
    said = capsys.readouterr().err
    assert "no Java here (Debian: apt-get install openjdk-17-jre-headless)" in said
    assert "all data is gone when it stops" in said


def test_a_broker_that_cannot_be_written_down_is_not_left_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "running.json").mkdir()

    with pytest.raises(DidNotStart, match=r"running\.json: Is a directory"):
        start(tmp_path, port=0)

    assert not [process for process in Path("/proc").iterdir() if _works_in(process, tmp_path)]


def _works_in(process: Path, folder: Path) -> bool:
    """Whether this process has its log open there."""
    try:
        return (process / "fd/1").readlink() == folder / "tansu.log"
    except OSError:
        return False


def test_a_broker_that_the_environment_names_is_used_and_never_stopped(kafka: Broker) -> None:
    broker = given({"KAFKA_BOOTSTRAP_SERVERS": kafka.servers})
    assert broker is not None

    broker.stop()

    assert Kafka(broker.servers).create_topics([], partitions=1) == ()
