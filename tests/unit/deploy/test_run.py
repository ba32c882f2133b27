"""The supervisor of `make run`."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local import run
from deploy.local.node import Broker, Kind, start_process
from deploy.local.run import Taken, alone, broker_for


def test_a_folder_has_one_run_at_a_time(tmp_path: Path) -> None:
    var = tmp_path / "var"
    with alone(var), pytest.raises(Taken, match="a run is going on"), alone(var):
        pass
    with alone(var):
        pass  # it is free again


def test_a_second_run_says_so_and_starts_nothing(tmp_path: Path) -> None:
    with alone(tmp_path):
        second = subprocess.run(
            [sys.executable, "-m", "deploy.local.run", str(tmp_path)],
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    assert second.returncode == 1
    assert second.stderr.startswith(f"a run is going on in {tmp_path}")
    assert [path.name for path in tmp_path.iterdir()] == ["run.lock"]


def test_where_nothing_can_be_written_it_says_so_in_a_line(tmp_path: Path) -> None:
    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    done = subprocess.run(
        [sys.executable, "-m", "deploy.local.run", str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=60, preexec_fn=full,
        env=os.environ | {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"},
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr == f"{tmp_path}: File too large\n"
    assert not (tmp_path / "run" / "sink.secret").exists()  # or the next run would take it


def test_the_broker_that_it_started_is_stopped_also_where_it_is_too_busy_to_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = start_process(["sleep", "600"], tmp_path / "log")
    busy = Broker(kind=Kind.APACHE, servers="127.0.0.1:1", pid=pid)
    monkeypatch.setattr(run, "start", lambda _home: busy)

    with broker_for({}, tmp_path) as broker:
        assert broker.alive()

    assert not busy.alive()
