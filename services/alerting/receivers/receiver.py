"""What every receiver's file has: its settings, a pure way to tell, a pure way to hear."""

from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from services.alerting.decide import Manner
from services.alerting.duration import Duration
from services.alerting.message import Failure, Message, Request, Response, Verdict
from services.alerting.template import Template
from services.alerting.view import Reader
from services.alerting.words import Reading
from shared.reference import Reveal, a_reference
from shared.zone import Zone


def _address(text: str) -> str:
    if text.startswith(("https://", "http://")):
        return text
    try:
        return a_reference(text)
    except ValueError as error:
        raise ValueError(
            "neither a URL nor a reference: https://…, env:NAME, file:/path"
        ) from error


Address = Annotated[str, AfterValidator(_address)]
"""A URL, or where it is a secret, a reference to one."""


def _network(text: Any) -> IPv4Network | IPv6Network:
    try:
        return ip_network(str(text))
    except ValueError as error:
        raise ValueError("not a network; write it as 10.0.0.0/8 or 127.0.0.1/32") from error


Network = Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
"""Addresses, in CIDR notation."""


class Receiver(BaseModel):
    """What all receivers may say. `rate`: messages a second; `burst`: how many at once."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    language: Reading = "en"
    timezone: Zone = "UTC"
    rate: float | None = Field(default=None, gt=0)
    burst: float = Field(default=1, ge=1)
    deadline: Duration = Field(default=timedelta(seconds=10), le=timedelta(seconds=30))
    template: Template = ""
    allow_private: tuple[Network, ...] = ()

    manner: ClassVar[Manner] = Manner()

    def requests(self, message: Message, reveal: Reveal, reader: Reader) -> tuple[Request, ...]:
        """What to send, in order; each is sent only if those before it were answered well."""
        raise NotImplementedError

    def outcome(self, answer: Response | Failure) -> Verdict:
        """What the answer to one of these requests means."""
        raise NotImplementedError

    def reader(self, console: str, names: Mapping[Reading, Mapping[str, str]]) -> Reader:
        """For whom it is told; `names` are the entities' by language."""
        return Reader(
            language=self.language,
            zone=self.timezone,
            console=console,
            template=self.template,
            names=names.get(self.language, {}),
        )
