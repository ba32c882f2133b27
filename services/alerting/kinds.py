"""All kinds of receivers, and the file that lists those of a deployment."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.alerting.receivers.apprise import Apprise
from services.alerting.receivers.discord import Discord
from services.alerting.receivers.email import Email
from services.alerting.receivers.log import Log
from services.alerting.receivers.mattermost import Mattermost
from services.alerting.receivers.ntfy import Ntfy
from services.alerting.receivers.slack import Slack
from services.alerting.receivers.slack_bot import SlackBot
from services.alerting.receivers.teams import Teams
from services.alerting.receivers.telegram import Telegram
from services.alerting.receivers.webhook import Webhook

AnyReceiver = Annotated[
    Apprise
    | Discord
    | Email
    | Log
    | Mattermost
    | Ntfy
    | Slack
    | SlackBot
    | Teams
    | Telegram
    | Webhook,
    Field(discriminator="kind"),
]

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class ReceiversFile(BaseModel):
    """`receivers.toml`. `operator` names the receiver of notices to the operator."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    operator: str | None = None
    console: str = ""
    receiver: dict[Name, AnyReceiver] = {}
