"""The broker of test processes that run side by side."""

from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import pytest

from deploy.local.node import Broker, Kind, start_process
from tests.shared_broker import one_for_all


def a_process(home: Path) -> Broker:
    pid = start_process(["sleep", "600"], home / "log")
    return Broker(kind=Kind.APACHE, servers="127.0.0.1:1", pid=pid)


def test_who_comes_first_starts_it_and_stops_it_when_the_last_is_done(tmp_path: Path) -> None:
    first, second = ExitStack(), ExitStack()
    started = first.enter_context(one_for_all(tmp_path, lambda: a_process(tmp_path)))
    found = second.enter_context(one_for_all(tmp_path, lambda: pytest.fail("there is one")))

    leaving = Thread(target=first.close)
    leaving.start()
    leaving.join(0.2)
    assert found == started
    assert found.alive()

    second.close()
    leaving.join()
    assert not started.alive()


def test_who_comes_after_it_was_stopped_starts_another(tmp_path: Path) -> None:
    with one_for_all(tmp_path, lambda: a_process(tmp_path)) as earlier:
        pass
    with one_for_all(tmp_path, lambda: a_process(tmp_path)) as another:
        assert another.pid != earlier.pid
