"""Told to stop at any moment, a process ends with status 0."""

import os
import signal
import subprocess
import sys
import time

import pytest

SAYS_WHEN = "import time\nfrom shared.told import Told\ntold = Told()\n{then}\n"
SERVES = """
import asyncio

async def serve():
    stop = asyncio.Event()
    told.heed_on(asyncio.get_running_loop(), stop.set)
    print("here", flush=True)
    await stop.wait()
    print("finished what was begun")

asyncio.run(serve())
"""
BLOCKS = """
import threading
stop = threading.Event()
told.heed(stop.set)
print("here", flush=True)
stop.wait()
print("finished what was begun")
"""
LOADS = "print('here', flush=True)\ntime.sleep(60)"
CLOSED = """
import asyncio

async def serve():
    told.heed_on(asyncio.get_running_loop(), asyncio.Event().set)

asyncio.run(serve())
print("here", flush=True)
time.sleep(1)
"""
LAST = """
class Heavy:
    def __del__(self):
        print("here", flush=True)
        time.sleep(1)

heavy = Heavy()
sys.exit(told.last(0))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    ("then", "says"),
    [
        pytest.param(LOADS, "", id="while it is loaded"),
        pytest.param(BLOCKS, "finished what was begun\n", id="while it works"),
        pytest.param(SERVES, "finished what was begun\n", id="while its loop runs"),
        pytest.param(CLOSED, "", id="once its loop is closed"),
        pytest.param("import sys\n" + LAST, "", id="while it is taken apart"),
    ],
)
def test_told_to_stop_at_any_moment_it_ends_with_status_0(
    then: str, says: str, number: signal.Signals
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SAYS_WHEN.format(then=then)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "here\n"
        process.send_signal(number)

        assert process.stdout.read() == says
        assert process.wait(timeout=10) == 0


@pytest.mark.parametrize("service", ["fetcher", "processors", "alerting"])
@pytest.mark.parametrize("after", [0.5, 3.0])
def test_a_service_told_to_stop_before_there_is_a_broker_ends_with_status_0(
    service: str, after: float
) -> None:
    environ = os.environ | {"KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:1", "NEWSWATCH_HTTP_PORT": "0"}
    with subprocess.Popen(
        [sys.executable, "-m", f"services.{service}"], env=environ, stdout=subprocess.DEVNULL
    ) as process:
        time.sleep(after)
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=5) == 0
