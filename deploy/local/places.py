"""Where things are on one machine, and which ports are free."""

import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The repository."""

VAR = ROOT / "var"
"""All that a local run leaves behind; ignored by git."""


def free_port(preferred: int = 0) -> int:
    """A port nobody listens on now: the preferred one if it is free, else one the system picks."""
    for wish in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wish))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")
