"""Names that a command was given, beside those that there are: a slip would quietly do nothing.

A receiver is known if the broker remembers its consumer group: from its first start on, and until
30 days after it was taken out of the file. Where no receiver was ever started every name is taken.
"""

import sys
from collections.abc import Collection
from pathlib import Path

from services.processors.watches import load_watches
from shared.config import ConfigError
from shared.kafka import Kafka
from shared.topics import ALERTING_GROUPS

MISTAKEN = 2


def need_receiver(kafka: Kafka, name: str) -> None:
    """End the command where there is no such receiver."""
    groups = [group for group in kafka.groups() if group.startswith(ALERTING_GROUPS)]
    _need("receiver", name, {group.removeprefix(ALERTING_GROUPS) for group in groups})


def need_watch(config_dir: Path, name: str) -> None:
    """End the command where there is no such watch; not where watches cannot be read."""
    try:
        known = {watch.id for watch in load_watches(config_dir / "watches")}
    except ConfigError:
        return
    _need("watch", name, known)


def _need(kind: str, name: str, known: Collection[str]) -> None:
    if known and name not in known:
        print(f"no {kind} {name!r}; there are: {', '.join(sorted(known))}", file=sys.stderr)
        sys.exit(MISTAKEN)
