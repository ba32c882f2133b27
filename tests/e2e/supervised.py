"""A supervised run as a test sees it: its terminal, what came to the sink, what is left of it."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.eventually import PATIENCE


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
                preexec_fn=_hears_of_hanging_up,  # noqa: PLW1509  nothing else runs here
            )

    @property
    def terminal(self) -> str:
        return self._log.read_text("utf-8", errors="replace")

    def address(self, name: str) -> str:
        """HOST:PORT of a part, as the banner says. Fails where it does not."""
        found = re.search(rf"^  {name} +http://([\w.:]+)", self.terminal, re.MULTILINE)
        assert found, self.terminal
        return found[1]

    def told(self) -> list[str]:
        """The items whose stories came to the sink, by their addresses."""
        if "Newswatch is starting" not in self.terminal:
            return []
        try:
            with urllib.request.urlopen(f"http://{self.address('alerts')}", timeout=10) as answer:
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

    def stop(self, end: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C, or what else a terminal sends to all in front; the exit status."""
        os.killpg(self.process.pid, end)
        return self.process.wait(timeout=90)

    def kill(self, module: str) -> bool:
        """kill -9 the process of this run that runs the module; False if there is none yet."""
        found = [number for number, command in self._marked() if command.endswith(f" {module} ")]
        for number in found:
            with suppress(ProcessLookupError):  # it ended meanwhile
                os.kill(number, signal.SIGKILL)
        return bool(found)

    def left(self) -> list[str]:
        """Command lines of processes that still carry the mark."""
        return [command for _, command in self._marked()]

    def _marked(self) -> Iterator[tuple[int, str]]:
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and self.mark.encode() in _words(entry / "environ"):
                told = b" ".join(_words(entry / "cmdline")).decode()
                if told:  # else it has just ended
                    yield int(entry.name), told


def _hears_of_hanging_up() -> None:
    """Also where the tests were started by nohup, and all that they start would ignore it."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def _words(of_process: Path) -> list[bytes]:
    try:
        return of_process.read_bytes().split(b"\0")
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
