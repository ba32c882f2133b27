"""`make run` as a newcomer meets it: the sample stories told once each, and nothing left behind."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local.newswire.items import load

PATIENCE = 180.0
"""Seconds until a test gives up waiting for what must come."""

STORIES = {item.id for item in load() if item.alert}


class Run:
    """A supervisor, what it has printed, and the mark that all its processes carry."""

    def __init__(self, command: list[str], home: Path, environ: dict[str, str]) -> None:
        self.mark = f"NEWSWATCH_RUN_MARK={uuid.uuid4().hex}"
        self._log = home / "terminal.log"
        name, _, value = self.mark.partition("=")
        with self._log.open("wb") as out:
            self.process = subprocess.Popen(
                command,
                env=environ | {name: value, "NEWSWATCH_PARTITIONS": "2"},
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a terminal of its own, so that Ctrl-C is like Ctrl-C
            )

    @property
    def terminal(self) -> str:
        return self._log.read_text("utf-8", errors="replace")

    def told(self) -> list[str]:
        """The items whose stories came to the sink, by their addresses."""
        found = re.search(r"alerts +(http://\S+)", self.terminal)
        if not found:
            return []
        try:
            with urllib.request.urlopen(found[1], timeout=10) as answer:  # noqa: S310  loopback
                alerts = json.load(answer)
        except OSError:
            return []
        urls = [article["url"] for alert in alerts for article in alert["data"]["articles"]]
        return [url.rpartition("/")[2] for url in urls]

    def headlines(self) -> list[str]:
        """What the sink told on the terminal, first deliveries only."""
        return re.findall(r"★ alert \d+: (.*)", self.terminal)

    def wait_for(self, there: Callable[[], bool]) -> float:
        """Seconds until it was there. Fails with the terminal's text if it never comes."""
        began = time.monotonic()
        while not there():
            if time.monotonic() - began > PATIENCE or self.process.poll() is not None:
                pytest.fail(f"it did not come; the terminal says:\n{self.terminal[-6000:]}")
            time.sleep(0.2)
        return time.monotonic() - began

    def stop(self) -> int:
        """Ctrl-C, which a terminal sends to all in front; the exit status."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=90)

    def left(self) -> list[str]:
        """Command lines of processes that still carry the mark."""
        return [
            (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and self.mark.encode() in _environment(entry)
        ]


def _environment(process: Path) -> list[bytes]:
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []  # it ended, or is not ours


@contextmanager
def running(command: list[str], home: Path, **environ: str) -> Iterator[Run]:
    usual = {k: v for k, v in os.environ.items() if not k.startswith(("NEWSWATCH_", "KAFKA_"))}
    run = Run(command, home, usual | environ)
    try:
        yield run
    finally:
        if run.process.poll() is None:
            run.stop()


@pytest.mark.broker
@pytest.mark.kafka
def test_each_sample_story_is_told_once_and_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    with running(["make", "run", f"VAR={tmp_path}"], tmp_path) as run:
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


@pytest.mark.broker
def test_without_java_the_fallback_shows_the_same_and_warns(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "deploy.local.run", str(tmp_path)]
    with running(command, tmp_path, PATH=str(tmp_path)) as run:
        run.wait_for(lambda: set(run.told()) >= STORIES)
        told = set(run.told())

        status = run.stop()

    assert status == 0
    assert run.left() == []
    assert told == STORIES
    assert "no Java here" in run.terminal
