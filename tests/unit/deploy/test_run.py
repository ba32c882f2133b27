"""The supervisor of `make run`."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.run import Taken, alone


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

    run = subprocess.run(
        [sys.executable, "-m", "deploy.local.run", str(tmp_path)],
        capture_output=True, text=True, check=False, timeout=60, preexec_fn=full,
        env=os.environ | {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1"},
    )  # fmt: skip

    assert run.returncode == 1
    assert run.stderr == f"{tmp_path}: File too large\n"
    assert not (tmp_path / "run" / "sink.secret").exists()  # or the next run would take it
