"""What a process tells about itself."""

import json
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


NOISY = """
import logging
import structlog
from shared.log import configure_logging

configure_logging("test")
ours, theirs = structlog.get_logger("alerting"), logging.getLogger("aiokafka.conn")
for number in range(100):
    theirs.error("no node %s on port %s", number, 9000 + number)
    ours.warning("not committed", group="one")
    if number < 2:
        ours.warning("not committed", group="another")
        ours.error("record put aside", source="articles.raw")
        theirs.critical("out of memory")
"""


def test_what_repeats_is_told_once_and_counted_and_no_error_of_ours_is_left_out() -> None:
    done = subprocess.run([sys.executable, "-c", NOISY], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]

    told = [(line["event"], line.get("group"), line.get("left_out", 0)) for line in lines]
    assert told == [
        ("no node 0 on port 9000", None, 0),
        ("not committed", "one", 0),
        ("not committed", "another", 0),
        ("record put aside", None, 0),
        ("out of memory", None, 0),
        ("record put aside", None, 0),
        ("out of memory", None, 0),
        ("no node 99 on port 9099", None, 98),
        ("not committed", "one", 98),
        ("not committed", "another", 0),
    ]


CLOSED = """
import logging
from kafka.errors import Cancelled, KafkaConnectionError
from shared.log import configure_logging

configure_logging("test")
for error in (Cancelled(), KafkaConnectionError("refused")):
    logging.getLogger("kafka.cluster").error("Metadata refresh: failed %s", error)
"""


def test_a_client_that_is_closed_is_no_error_and_one_that_is_refused_is() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CLOSED], capture_output=True, text=True, check=True
    )

    (line,) = done.stdout.splitlines()
    assert "refused" in json.loads(line)["event"]
