"""What the processors read from the environment."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from shared.settings import Settings
from shared.topics import DEFAULT_PARTITIONS

CONFIG = Path(__file__).parents[2] / "deploy" / "config"


class ProcessorsSettings(Settings):
    """One field a variable; the alias is the variable's name."""

    servers: str = Field(alias="KAFKA_BOOTSTRAP_SERVERS")
    namespace: str = Field(default="", alias="NEWSWATCH_NAMESPACE")
    partitions: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=DEFAULT_PARTITIONS, alias="NEWSWATCH_PARTITIONS"
    )
    replication: Annotated[int, Field(ge=1, le=9)] = Field(default=1, alias="NEWSWATCH_REPLICATION")
    config_dir: Path = Field(default=CONFIG, alias="NEWSWATCH_CONFIG_DIR")
    http_host: str = Field(default="127.0.0.1", alias="NEWSWATCH_HTTP_HOST")
    http_port: int = Field(default=9102, alias="NEWSWATCH_HTTP_PORT")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", alias="NEWSWATCH_LOG_LEVEL"
    )
    session_timeout: Annotated[float, Field(ge=1)] = Field(
        default=10.0, alias="NEWSWATCH_SESSION_TIMEOUT"
    )  # seconds until the broker gives a dead processor's partitions to another
    table_dir: Path | None = Field(
        default=None, alias="NEWSWATCH_TABLE_DIR"
    )  # keep tables on disk (RocksDB) below this folder; without it, in memory
