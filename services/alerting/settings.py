"""Alerting's environment."""

from pathlib import Path

from pydantic import Field

from shared.settings import ServiceSettings


class AlertingSettings(ServiceSettings):
    """What the process needs before it can read its files."""

    receivers: Path | None = Field(default=None, alias="NEWSWATCH_RECEIVERS")
    routes: Path | None = Field(default=None, alias="NEWSWATCH_ROUTES")
    http_port: int = Field(default=9103, ge=0, le=65535, alias="NEWSWATCH_HTTP_PORT")

    @property
    def receivers_file(self) -> Path:
        """Where receivers are."""
        return self.receivers or self.config_dir / "receivers.toml"

    @property
    def routes_place(self) -> Path:
        """Where routes are: a file, or a directory of them."""
        return self.routes or self.config_dir / "routes"
