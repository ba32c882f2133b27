"""Carries out notifications by Apprise. An edge; Apprise is an optional dependency.

Apprise opens its own connections: where they lead is what the operator wrote, and the address
guard does not stand before it.
"""

import importlib
from typing import Any

import msgspec

from services.alerting.message import Failure, Reason, Request, Response


class NotInstalledError(RuntimeError):
    """A receiver wants Apprise and it is not there."""


class ThroughApprise:
    """One notification at a time."""

    def __init__(self) -> None:
        try:
            self._apprise: Any = importlib.import_module("apprise")
        except ImportError as error:
            raise NotInstalledError(
                "a receiver of kind apprise needs: pip install apprise"
            ) from error

    def send(self, request: Request) -> Response | Failure:
        """200 for yes, 503 for no."""
        told = msgspec.json.decode(request.body, type=dict[str, str])
        notifier = self._apprise.Apprise()
        if not notifier.add(request.url):
            return Failure(reason=Reason.FORBIDDEN_ADDRESS)
        yes = notifier.notify(title=told["title"], body=told["body"])
        return Response(status=200 if yes else 503)

    def hurry(self) -> None:
        """Apprise cannot be hurried."""

    def close(self) -> None:
        """Nothing is kept."""
