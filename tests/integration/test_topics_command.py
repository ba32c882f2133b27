import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.node import Broker
from shared.topics import every_topic

NEWSWATCH = Path(sys.executable).with_name("newswatch")


@pytest.mark.broker
def test_topics_are_created_once_and_then_left_alone(kafka: Broker, namespace: str) -> None:
    command = [NEWSWATCH, "topics", "--create", "--namespace", namespace, "--partitions", "2"]
    command += ["--bootstrap", kafka.servers]

    first = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    second = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert first.splitlines() == [f"created {namespace}{topic.name}" for topic in every_topic()]
    assert second == "every topic is there\n"


def test_whoever_waits_for_a_broker_is_told_for_which_and_until_when() -> None:
    command = [NEWSWATCH, "topics", "--create", "--bootstrap", "127.0.0.1:1"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as waiting:
        assert waiting.stderr
        said = waiting.stderr.readline()
        waiting.terminate()

    assert re.fullmatch(
        r"no answer yet from 127\.0\.0\.1:1; waiting for it until \d\d:\d\d:\d\d\n", said
    )


def test_without_a_flag_it_only_says_what_every_topic_holds() -> None:
    said = subprocess.run([NEWSWATCH, "topics"], capture_output=True, text=True, check=True).stdout

    assert [line.split()[0] for line in said.splitlines()] == [t.name for t in every_topic()]


def test_a_reader_that_has_read_enough_is_no_error() -> None:
    said = subprocess.run(  # noqa: S602  a pipe is the point
        f"{NEWSWATCH} feeds list | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stderr == ""
