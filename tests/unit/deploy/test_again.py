"""What `make run` keeps running: a death is mended, an end is respected."""

import itertools
import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from deploy.local.again import LONGEST, Kept, pauses


def kept(home: Path, code: str) -> Kept:
    """A process that writes a line to `starts` each time, then does this."""
    begin = "import os, signal, sys\nopen('starts', 'a').write(f'{os.getpid()}\\n')\n"
    again = "later = len(open('starts').readlines()) > 1\n"
    script = home / "script.py"
    script.write_text(f"import os\nos.chdir({str(home)!r})\n{begin}{again}{code}")
    return Kept("it", [sys.executable, str(script)])


def starts(home: Path) -> int:
    return len((home / "starts").read_text().splitlines())


@pytest.mark.parametrize(
    ("death", "told"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "was killed by SIGKILL"),
        ("sys.exit(70)", "with 70"),
    ],
)
def test_what_dies_is_started_again_and_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], death: str, told: str
) -> None:
    status = kept(tmp_path, f"if not later:\n    {death}\n").run()

    assert (status, starts(tmp_path)) == (0, 2)
    assert told in capsys.readouterr().out


@pytest.mark.parametrize("status", [0, 2])
def test_what_was_told_to_end_or_has_a_mistake_in_its_settings_stays_ended(
    tmp_path: Path, status: int
) -> None:
    assert kept(tmp_path, f"sys.exit({status})").run() == status
    assert starts(tmp_path) == 1


def test_told_to_stop_it_passes_that_on_and_waits_for_the_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ready")
    drains = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
    one = kept(tmp_path, f"{drains}open('ready', 'w').close()\nsignal.pause()\n")
    done: list[int] = []
    running = threading.Thread(target=lambda: done.append(one.run()))
    running.start()
    (tmp_path / "ready").open().close()

    one.stop()
    running.join()

    assert (done, starts(tmp_path)) == ([0], 1)


def test_asked_where_it_hangs_it_asks_the_service_and_keeps_it_running(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "ready")
    os.mkfifo(tmp_path / "asked")
    asked = "signal.signal(signal.SIGUSR1, lambda *_: open('asked', 'w').close())\n"
    one = kept(tmp_path, f"{asked}open('ready', 'w').close()\nwhile True:\n    signal.pause()\n")
    running = threading.Thread(target=one.run)
    running.start()
    (tmp_path / "ready").open().close()

    one.pass_on(signal.SIGUSR1)
    (tmp_path / "asked").open().close()
    one.stop()
    running.join()

    assert starts(tmp_path) == 1


def test_told_to_stop_before_it_starts_again_it_does_not(tmp_path: Path) -> None:
    one = kept(tmp_path, "signal.pause()\n")
    one.stop()

    assert one.run() == 128 + signal.SIGTERM


def test_the_pauses_grow_up_to_the_longest() -> None:
    some = list(itertools.islice(pauses(), 10))

    assert some == sorted(some)
    assert (some[0], some[-1]) == (1.0, LONGEST)
