"""Apprise in a process of its own: `python -m services.alerting.apprise_child`.

A JSON line in: url, title, body, the networks allowed. A JSON line out: whether it was told,
whether an address was refused. Apprise opens its connections itself, in threads of its own; so the
guard is an audit hook (PEP 578) on this whole process, asked before any socket connects or sends.
"""

import importlib
import json
import logging
import os
import sys
from typing import Any

from shared.addresses import networks, refusal

CONNECTING = {"socket.connect", "socket.sendto", "socket.sendmsg"}


class Refused(OSError):  # noqa: N818  the field's word for it
    """No connection to this address."""


class Guard:
    """Once installed, no socket of this process leads where `allowed` and the table forbid."""

    def __init__(self) -> None:
        self.allowed = networks("")
        self.refused = False
        sys.addaudithook(self._asked)

    def _asked(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in CONNECTING and (why := self._why(arguments[1])):
            self.refused = True
            raise Refused(why)

    def _why(self, address: Any) -> str | None:
        if address is None:  # a socket that is connected already
            return None
        if not isinstance(address, tuple):
            return "a socket of this machine"
        return refusal(str(address[0]), self.allowed)


def main() -> int:
    """Until standard input ends."""
    logging.disable(logging.CRITICAL)  # Apprise and its libraries log URLs, and those are secrets
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]  # a proxy would look names up for itself, past the guard
    apprise, guard = importlib.import_module("apprise"), Guard()
    for line in sys.stdin:
        asked = json.loads(line)
        guard.allowed, guard.refused = networks(asked["allowed"]), False
        told = _tell(apprise, asked)
        sys.stdout.write(json.dumps({"told": told, "refused": guard.refused}) + "\n")
        sys.stdout.flush()
    return 0


def _tell(apprise: Any, asked: dict[str, str]) -> bool:
    notifier = apprise.Apprise()
    if not notifier.add(asked["url"]):
        return False
    return bool(notifier.notify(title=asked["title"], body=asked["body"]))


if __name__ == "__main__":
    sys.exit(main())
