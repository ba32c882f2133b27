"""Logs that lose their end, as where the machine loses power before the disk has all of them."""

import os
import signal
from pathlib import Path
from struct import unpack_from

from deploy.local.apache import DATA, start_apache
from deploy.local.node import Broker

KNOWN_OF_LOGS = "*-checkpoint"
"""What a broker notes of how far its logs reach and are on the disk."""


def lost_power(broker: Broker, home: Path, ends: dict[str, int], *, port: int = 0) -> Broker:
    """The broker, killed and started again without what these logs (TOPIC-N) held from there on.

    Where it was, or at this port, so that nobody finds it yet.
    """
    assert broker.pid is not None
    os.killpg(broker.pid, signal.SIGKILL)
    os.waitpid(broker.pid, 0)
    for name, end in ends.items():
        _cut(home / DATA / name, end)
    for noted in (home / DATA).glob(KNOWN_OF_LOGS):
        noted.unlink()
    return start_apache(home, port=port or int(broker.servers.rpartition(":")[2]))


def _cut(log: Path, end: int) -> None:
    """Its only segment loses the batches that begin there or later; what was made of it goes."""
    (segment,) = log.glob("*.log")
    held = segment.read_bytes()
    at = 0
    while at < len(held) and unpack_from(">q", held, at)[0] < end:
        at += 12 + unpack_from(">i", held, at + 8)[0]
    segment.write_bytes(held[:at])
    for made in [*log.glob("*index"), *log.glob("*.snapshot")]:
        made.unlink()
