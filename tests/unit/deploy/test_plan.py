"""What `make run` starts, wherever the repository lies."""

import shlex
import sys
from pathlib import Path

import pytest

from deploy.local.node import Broker, Kind
from deploy.local.plan import SERVICES, plan
from services.fetcher.settings import FetcherSettings
from shared.settings import read_settings

GIVEN = Broker(kind=Kind.GIVEN, servers="127.0.0.1:9092")


def test_every_process_is_one_command_of_this_python_whatever_the_folder_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python, home = "/home/é o'clock/$x & y/python", tmp_path / "my run; it's $HOME"
    monkeypatch.setattr(sys, "executable", python)

    processes = {process.name: process for process in plan(GIVEN, {}, home).processes}

    commands = {name: shlex.split(process.command) for name, process in processes.items()}
    assert {command[0] for command in commands.values()} == {python}
    assert commands["sink"][-1] == str(home / "sink.secret")
    assert [commands[name][-1] for name in SERVICES] == list(SERVICES)


def test_the_fetcher_finds_its_catalogues_in_a_folder_with_commas(tmp_path: Path) -> None:
    fetcher = next(p for p in plan(GIVEN, {}, tmp_path / "a, b,c").processes if p.name == "fetcher")

    catalogues = read_settings(FetcherSettings, fetcher.environ).catalogues

    assert [file.name for file in catalogues] == ["feeds.toml", "sample-feeds.toml"]
    assert all(file.is_file() for file in catalogues)
