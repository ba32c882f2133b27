"""What every command that talks to Kafka takes, and how it reads times."""

from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from services.alerting.duration import duration

Bootstrap = Annotated[str, Parameter(env_var="KAFKA_BOOTSTRAP_SERVERS")]
Namespace = Annotated[str, Parameter(env_var="NEWSWATCH_NAMESPACE")]
BOOTSTRAP = "127.0.0.1:9092"


def moment(text: str | None, now: datetime) -> datetime | None:
    """A time: `2h` is two hours before now, else ISO 8601 (UTC if it names no zone)."""
    if text is None:
        return None
    try:
        return now - duration(text)
    except ValueError:
        read = datetime.fromisoformat(text)
        return read if read.tzinfo else read.replace(tzinfo=UTC)
