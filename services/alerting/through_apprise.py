"""Carries out notifications by Apprise, an optional dependency. An edge.

Apprise works in a process of its own, where the address guard stands before every socket, and which
is ended when the deadline is over.
"""

import json
import select
import subprocess
import sys
from collections.abc import Sequence
from datetime import timedelta
from importlib.util import find_spec

import msgspec

from services.alerting.message import Failure, Reason, Request, Response
from shared.addresses import Network
from shared.codec import UNREADABLE

CHILD = [sys.executable, "-m", "services.alerting.apprise_child"]
START = 10.0
"""Seconds more for the first notification: Apprise takes a while to load."""


class NotInstalledError(RuntimeError):
    """A receiver wants Apprise and it is not there."""


class Answer(msgspec.Struct):
    """What the process says of a notification."""

    told: bool
    refused: bool


class ThroughApprise:
    """One notification at a time."""

    def __init__(self, *, allowed: Sequence[Network], deadline: timedelta) -> None:
        if find_spec("apprise") is None:
            raise NotInstalledError("a receiver of kind apprise needs: pip install apprise")
        self._allowed = ",".join(str(network) for network in allowed)
        self._deadline = deadline.total_seconds()
        self._child: subprocess.Popen[bytes] | None = None

    def send(self, request: Request) -> Response | Failure:
        """200 for yes, 503 for no."""
        asked = msgspec.json.decode(request.body, type=dict[str, str])
        asked |= {"url": request.url, "allowed": self._allowed}
        try:
            line = self._exchange(json.dumps(asked).encode() + b"\n")
        except OSError:
            line = b""
        if line is None or not line.strip():
            self.close()
            return Failure(reason=Reason.TIMEOUT if line is None else Reason.BROKEN)
        try:
            answer = msgspec.json.decode(line, type=Answer)
        except UNREADABLE:  # a plugin of Apprise's that prints
            self.close()
            return Failure(reason=Reason.BROKEN)
        if answer.refused:
            return Failure(reason=Reason.FORBIDDEN_ADDRESS)
        return Response(status=200 if answer.told else 503)

    def hurry(self) -> None:
        """From now on wait less; a notification under way keeps its deadline."""
        self._deadline = min(self._deadline, 3.0)

    def close(self) -> None:
        """End the process."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _exchange(self, line: bytes) -> bytes | None:
        """The answering line; None where none came in time."""
        seconds = self._deadline
        if self._child is None:
            seconds += START
            self._child = subprocess.Popen(  # noqa: S603  our own module, nothing from outside
                CHILD, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        into, out = self._child.stdin, self._child.stdout
        if into is None or out is None:
            return b""
        into.write(line)
        into.flush()
        ready, _, _ = select.select([out], [], [], seconds)
        return out.readline() if ready else None
