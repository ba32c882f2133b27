"""Alerting's environment."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from shared.settings import Settings
from shared.topics import DEFAULT_PARTITIONS

CONFIG = Path(__file__).parents[2] / "deploy" / "config"


class AlertingSettings(Settings):
    """What the process needs before it can read its files."""

    bootstrap: str = Field(default="127.0.0.1:9092", alias="KAFKA_BOOTSTRAP_SERVERS")
    namespace: str = Field(default="", alias="NEWSWATCH_NAMESPACE")
    partitions: int = Field(default=DEFAULT_PARTITIONS, ge=1, alias="NEWSWATCH_PARTITIONS")
    replication: int = Field(default=1, ge=1, le=9, alias="NEWSWATCH_REPLICATION")
    config: Path = Field(default=CONFIG, alias="NEWSWATCH_CONFIG_DIR")
    receivers: Path | None = Field(default=None, alias="NEWSWATCH_RECEIVERS")
    routes: Path | None = Field(default=None, alias="NEWSWATCH_ROUTES")
    http_host: str = Field(default="127.0.0.1", alias="NEWSWATCH_HTTP_HOST")
    http_port: int = Field(default=9103, ge=0, le=65535, alias="NEWSWATCH_HTTP_PORT")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", alias="NEWSWATCH_LOG_LEVEL"
    )

    @property
    def receivers_file(self) -> Path:
        """Where receivers are."""
        return self.receivers or self.config / "receivers.toml"

    @property
    def routes_place(self) -> Path:
        """Where routes are: a file, or a directory of them."""
        return self.routes or self.config / "routes"
