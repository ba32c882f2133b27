"""`make run` as a newcomer meets it: the sample stories told once each, and nothing left behind."""

import json
import signal
import sys
import time
from pathlib import Path

import pytest

from deploy.local.newswire.items import load
from deploy.local.plan import SERVICES
from tests.e2e.supervised import running

pytestmark = pytest.mark.broker

LOOKED_TWICE = 25
"""Seconds in which each service has looked twice whether the logs have what was read of them."""

STORIES = {item.id for item in load() if item.alert}


@pytest.mark.kafka
def test_each_sample_story_is_told_once_and_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    home = tmp_path / "Kurdî Türkçe & فارسی"  # in a locale that knows none of these letters
    with running(["make", "run", f"VAR={home}"], tmp_path, LC_ALL="C") as run:
        run.wait_for(lambda: "Newswatch is starting" in run.terminal)
        seconds = run.wait_for(lambda: set(run.told()) >= STORIES)
        print(json.dumps({"measure": "make run: broker ready → all told", "seconds": seconds}))
        told = set(run.told())
        assert run.left()  # the mark is found, so its absence below means something

        run.stop()

    assert run.left() == []
    assert told == STORIES
    headlines = run.headlines()
    assert len(headlines) == len(set(headlines)) == len(STORIES), headlines
    assert (home / "broker" / "data" / "meta.properties").is_file()


@pytest.mark.kafka
def test_services_that_are_killed_are_started_again_and_each_story_is_told_once(
    tmp_path: Path,
) -> None:
    with running(["make", "run", f"VAR={tmp_path}"], tmp_path) as run:
        for name in SERVICES:
            run.wait_for(lambda name=name: run.kill(f"services.{name}"))
            run.wait_for(lambda name=name: f"{name} was killed by SIGKILL" in run.terminal)
        run.wait_for(lambda: set(run.told()) >= STORIES)

        run.stop()

    assert run.left() == []
    headlines = run.headlines()
    assert len(headlines) == len(set(headlines)) == len(STORIES), headlines


@pytest.mark.parametrize("end", [signal.SIGHUP, signal.SIGINT])
def test_told_to_stop_while_all_is_being_started_or_its_terminal_closed_it_leaves_no_process(
    tmp_path: Path, end: signal.Signals
) -> None:
    command = [sys.executable, "-m", "deploy.local.run", str(tmp_path)]
    with running(command, tmp_path, PATH=str(tmp_path)) as run:
        run.wait_for(lambda: "Newswatch is starting" in run.terminal)

        status = run.stop(end)

    assert status == 0
    assert run.left() == []


def test_without_java_the_fallback_shows_the_same_and_warns(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "deploy.local.run", str(tmp_path)]
    with running(command, tmp_path, PATH=str(tmp_path)) as run:
        run.wait_for(lambda: set(run.told()) >= STORIES)
        told = set(run.told())
        told_at = time.monotonic()
        run.wait_for(lambda: time.monotonic() > told_at + LOOKED_TWICE)

        status = run.stop()

    assert status == 0
    assert run.left() == []
    assert told == STORIES
    assert "no Java here" in run.terminal
    assert "was lost" not in run.terminal  # though it miscounts how far its logs reach
    assert "starting it again" not in run.terminal
