"""A broker's process."""

import os
from pathlib import Path

import msgspec
import pytest

from deploy.local import broker as brokers
from deploy.local import node
from deploy.local.broker import running
from deploy.local.node import Broker, DidNotStart, Kind, start_process, wait_ready


def started(tmp_path: Path) -> Broker:
    pid = start_process(["sleep", "600"], tmp_path / "broker.log")
    return Broker(kind=Kind.APACHE, servers="127.0.0.1:1", pid=pid)


def test_ctrl_c_while_a_broker_starts_leaves_none_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_servers: str) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(node, "answers", interrupted)
    broker = started(tmp_path)

    with pytest.raises(KeyboardInterrupt):
        wait_ready(broker)

    assert not broker.alive()


def test_a_broker_that_does_not_answer_in_time_is_ended(tmp_path: Path) -> None:
    broker = started(tmp_path)

    with pytest.raises(DidNotStart):
        wait_ready(broker, within=0.1)

    assert not broker.alive()


def test_a_number_that_is_another_users_process_by_now_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a boot: what the last run wrote down says nothing of who has the number today."""

    def forbidden(_pid: int, _signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbidden)
    left = Broker(kind=Kind.APACHE, servers="127.0.0.1:1", pid=1)
    (tmp_path / "running.json").write_bytes(msgspec.json.encode(left))

    assert running(tmp_path) is None


def test_a_machine_without_its_own_address_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the system raises names a file, and why; what we raise says it in words."""

    def none(_home: Path, **_options: int) -> Broker:
        raise OSError("no free port on 127.0.0.1")

    monkeypatch.setattr(brokers, "start_apache", none)

    with pytest.raises(DidNotStart, match="no free port on 127"):
        brokers.start(tmp_path)
