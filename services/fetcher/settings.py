"""The fetcher's settings, by the name of their environment variable."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from services.fetcher.links import admissible
from shared.addresses import networks
from shared.settings import ServiceSettings

_COMMA = re.compile(r"(?<!\\),")


def _networks(text: str) -> str:
    networks(text)
    return text


def _web_address(text: str) -> str:
    if text and (admissible(text) != text or "?" in text or "#" in text):
        raise ValueError("must be an http or https URL without a query")
    return text


class FetcherSettings(ServiceSettings):
    """All that the fetcher reads from its environment."""

    feeds: str = Field("", alias="NEWSWATCH_FEEDS")
    """Catalogue files, comma-separated; by default feeds.toml of the configuration folder.

    A comma in a name has a backslash in front."""
    allow_addresses: Annotated[str, AfterValidator(_networks)] = Field(
        "", alias="NEWSWATCH_ALLOW_ADDRESSES"
    )
    """Networks that may be connected to although they are not the public internet."""
    contact_url: str = Field("", alias="NEWSWATCH_CONTACT_URL")
    """A page about this deployment; goes into the User-Agent so that outlets can reach you."""
    deadline: float = Field(30.0, alias="NEWSWATCH_FETCH_DEADLINE", gt=0, le=300)
    polls_at_once: int = Field(50, alias="NEWSWATCH_POLLS_AT_ONCE", gt=0)
    parsers: int = Field(2, alias="NEWSWATCH_PARSERS", gt=0)
    session_seconds: float = Field(10.0, alias="NEWSWATCH_SESSION_SECONDS", ge=6, le=300)
    """Brokers allow 6 s and more; less than 10 takes feeds from a fetcher that is merely slow."""
    websub_url: Annotated[str, AfterValidator(_web_address)] = Field(
        "", alias="NEWSWATCH_WEBSUB_URL"
    )
    """Where the internet reaches this fetcher's callback; empty: no hub is asked for pushes."""
    websub_port: int = Field(9111, alias="NEWSWATCH_WEBSUB_PORT", ge=0, le=65535)
    http_port: int = Field(9101, alias="NEWSWATCH_HTTP_PORT", ge=0, le=65535)

    @property
    def catalogues(self) -> tuple[Path, ...]:
        """The catalogue files."""
        parts = [part.replace("\\,", ",").strip() for part in _COMMA.split(self.feeds)]
        named = tuple(Path(part) for part in parts if part)
        return named or (self.config_dir / "feeds.toml",)

    @property
    def user_agent(self) -> str:
        """Who we say we are."""
        return f"Newswatch/0.1 ({f'+{self.contact_url}' if self.contact_url else 'feed reader'})"
