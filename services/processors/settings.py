"""What the processors read from the environment."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from shared.settings import ServiceSettings


class ProcessorsSettings(ServiceSettings):
    """One field a variable; the alias is the variable's name."""

    http_port: int = Field(default=9102, alias="NEWSWATCH_HTTP_PORT")
    session_timeout: Annotated[float, Field(ge=1)] = Field(
        default=10.0, alias="NEWSWATCH_SESSION_TIMEOUT"
    )  # seconds until the broker gives a dead processor's partitions to another
    table_dir: Path | None = Field(
        default=None, alias="NEWSWATCH_TABLE_DIR"
    )  # keep tables on disk (RocksDB) below this folder; without it, in memory
