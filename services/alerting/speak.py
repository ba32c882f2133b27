"""Writes an alert to standard output. An edge."""

import sys
from threading import Lock

from services.alerting.message import Failure, Reason, Request, Response

_ONE_AT_A_TIME = Lock()


class Speaker:
    """Standard output, one whole alert at a time."""

    def send(self, request: Request) -> Response | Failure:
        """Write the body."""
        try:
            with _ONE_AT_A_TIME:
                sys.stdout.write(request.body.decode() + "\n")
                sys.stdout.flush()
        except OSError:
            return Failure(reason=Reason.BROKEN)
        return Response(status=200)

    def hurry(self) -> None:
        """Nothing to hurry."""

    def close(self) -> None:
        """Standard output stays open."""
