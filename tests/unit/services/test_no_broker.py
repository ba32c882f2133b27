"""A service without a broker."""

import json
import os
import subprocess
import sys

import pytest

from deploy.local.places import ROOT
from shared.kafka import NO_BROKER

STARTS = """
import sys
from datetime import timedelta
from shared import kafka
kafka.Kafka.__init__.__kwdefaults__["patience"] = timedelta(seconds=1)  # else a minute
from shared.told import Told
from services.{service}.run import main
sys.exit(main(Told()))
"""


@pytest.mark.parametrize("service", ["fetcher", "processors", "alerting"])
def test_a_service_that_finds_no_broker_says_so_in_a_line_and_may_be_started_again(
    service: str,
) -> None:
    environ = {
        "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1",
        "NEWSWATCH_HTTP_PORT": "0",
        "NEWSWATCH_CONFIG_DIR": str(ROOT / "deploy" / "config"),
    }

    ended = subprocess.run(
        [sys.executable, "-c", STARTS.format(service=service)],
        cwd=ROOT,
        env=os.environ | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    said = [json.loads(line) for line in ended.stdout.splitlines()]
    assert (ended.returncode, ended.stderr) == (NO_BROKER, "")
    assert [line["why"] for line in said if line["level"] == "critical"] == [
        "no broker answers at 127.0.0.1:1"
    ]
