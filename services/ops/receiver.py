"""`newswatch receiver`: which receivers are disabled, and taking one into use again."""

import sys
from datetime import UTC, datetime
from typing import Annotated

from cyclopts import App, Parameter

from services.alerting.standing import Standing, enabled
from services.ops.broker import BOOTSTRAP, Bootstrap, Namespace, broker, readable, send
from services.ops.listing import print_lines
from shared.codec import encode
from shared.kafka import Kafka
from shared.topics import RECEIVERS_STATE

MISTAKEN = 2

receiver = App(name="receiver", help="List disabled receivers, or enable one again.")


@receiver.command(name="list")
def listed(*, bootstrap: Bootstrap = BOOTSTRAP, namespace: Namespace = "") -> int:
    """List the disabled receivers, since when and why.

    Args:
        bootstrap: The broker's address.
        namespace: The prefix of every topic's name.
    """
    found = _standings(broker(bootstrap, namespace, RECEIVERS_STATE))
    disabled = sorted((s for s in found if s.disabled), key=lambda s: s.receiver)
    print_lines(map(_line, disabled), nothing="no receiver is disabled")
    return 0


@receiver.command
def enable(
    name: str,
    *,
    by: Annotated[str, Parameter(env_var="USER")] = "",
    bootstrap: Bootstrap = BOOTSTRAP,
    namespace: Namespace = "",
) -> int:
    """Enable a disabled receiver. What waits for it goes out, oldest first.

    Args:
        name: The receiver's name in receivers.toml.
        by: Who asks for this.
        bootstrap: The broker's address.
        namespace: The prefix of every topic's name.
    """
    kafka = broker(bootstrap, namespace, RECEIVERS_STATE)
    found = next((s for s in _standings(kafka) if s.receiver == name and s.disabled), None)
    if found is None:
        print(f"{name} is not disabled", file=sys.stderr)
        return MISTAKEN
    value = encode(enabled(found, by, datetime.now(UTC)))
    send(kafka, RECEIVERS_STATE, [(name.encode(), value, [])])
    print(f"{name} is in use again")
    return 0


def _standings(kafka: Kafka) -> list[Standing]:
    return list(readable(kafka, RECEIVERS_STATE, Standing))


def _line(found: Standing) -> str:
    since = found.at.isoformat(timespec="minutes")
    return f"{found.receiver}  disabled since {since}  {found.disabled}"
