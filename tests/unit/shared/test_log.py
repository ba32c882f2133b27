"""What a process tells about itself."""

import signal
import subprocess
import sys

STUCK = """
import threading
from shared.log import configure_logging

def waits_for_ever():
    print("stuck", flush=True)
    threading.Event().wait()

configure_logging("test")
waits_for_ever()
"""


def test_a_process_that_hangs_says_where_when_it_gets_sigusr1_and_lives_on() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STUCK], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "stuck\n"
        process.send_signal(signal.SIGUSR1)
        said = [process.stderr.readline()]
        while "<module>" not in said[-1]:
            said.append(process.stderr.readline())
        alive = process.poll() is None
        process.kill()

    assert any("in waits_for_ever" in line for line in said)
    assert alive
