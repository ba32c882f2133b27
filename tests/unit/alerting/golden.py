"""What each receiver is sent, a file a receiver and language.

`python -m tests.unit.alerting.golden` writes them anew, and the webhook's schema and test vectors
in docs/webhook; look at the difference before it is committed.
"""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from services.alerting.message import Alert, Message
from services.alerting.receivers import (
    apprise,
    blocks,
    discord,
    email,
    log,
    mattermost,
    ntfy,
    slack_bot,
    teams,
    telegram,
    webhook,
)
from services.alerting.signature import signature
from services.alerting.view import Reader
from services.alerting.words import WORDS, Reading
from shared.identity import alert_id
from shared.records import EventKind
from tests.unit.alerting.stories import T0, story_event

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests/data/alerting"
DOCS = ROOT / "docs/webhook"
OTHERS = {"ar": ("en", "tr"), "fa": ("tr",), "tr": ("en", "fa"), "en": ("ar", "he"), "he": ("en",)}
ZONES = {
    "ar": "Asia/Baghdad",
    "fa": "Asia/Tehran",
    "tr": "Europe/Istanbul",
    "en": "Europe/London",
    "he": "Asia/Jerusalem",
}
NAMES = {
    "ids": ("iran", "turkiye", "ankara"),
    "ar": ("إيران", "تركيا", "أنقرة"),
    "fa": ("ایران", "ترکیه", "آنکارا"),
    "tr": ("İran", "Türkiye", "Ankara"),
    "en": ("Iran", "Türkiye", "Ankara"),
    "he": ("איראן", "טורקיה", "אנקרה"),
}
SECRET = "whsec_" + base64.b64encode(b"newswatch public test vector").decode()
SEED = "whsk_" + base64.b64encode(bytes(range(32))).decode()


def message(language: str) -> Message:
    """A story in this language, told by others too."""
    event = story_event(language, others=OTHERS[language])
    own = alert_id(event.id, "golden")
    return Message(id=own, at=T0, alerts=(Alert(id=own, event=event),))


def reader(language: Reading) -> Reader:
    """Somebody who reads it, where it is read."""
    names = dict(zip(NAMES["ids"], NAMES[language], strict=True))
    console = "https://console.example"
    return Reader(language=language, zone=ZONES[language], console=console, names=names)


def mail(told: Message, whom: Reader) -> dict[str, str]:
    """The mail's headers and parts: its boundary differs each time."""
    made = email.payload(told, whom, sender="news@x.example", to=("desk@x.example",))
    parts = {part.get_content_type(): part.get_content() for part in made.iter_parts()}
    own = {name: str(value) for name, value in made.items() if name != "Content-Type"}
    return own | parts


PAYLOADS: dict[str, Callable[[Message, Reader], Any]] = {
    "apprise": apprise.payload,
    "discord": discord.payload,
    "email": mail,
    "log": log.payload,
    "mattermost": mattermost.payload,
    "ntfy": ntfy.payload,
    "slack": blocks.body,
    "slack-bot": lambda told, whom: slack_bot.payloads(told, whom, "C0123456789"),
    "teams": teams.payload,
    "telegram": telegram.payload,
    "webhook": lambda told, whom: msgspec.json.decode(webhook.payload(told, whom)),
}


def files() -> Iterator[tuple[Path, str]]:
    """Every golden file and what it must hold."""
    for name, payload in PAYLOADS.items():
        for language in sorted(WORDS):
            made = payload(message(language), reader(language))
            yield GOLDEN / f"{name}.{language}.json", _json(made)
    yield DOCS / "schema.json", _json(schema())
    yield DOCS / "vectors.json", _json(list(vectors()))


def schema() -> dict[str, Any]:
    """The JSON Schema of the webhook's body: which `data` each `type` has."""
    kinds = {
        f"story.({'|'.join(kind.value for kind in EventKind)})": webhook.StoryData,
        "story.digest": webhook.DigestData,
        "operator.notice": webhook.NoticeData,
    }
    parts, defined = msgspec.json.schema_components(kinds.values(), ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The body of Newswatch's webhook",
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {"timestamp": {"type": "string", "format": "date-time"}},
        "oneOf": [
            {"properties": {"type": {"type": "string", "pattern": f"^{kind}$"}, "data": part}}
            for kind, part in zip(kinds, parts, strict=True)
        ],
        "$defs": defined,
    }


def vectors() -> Iterator[dict[str, Any]]:
    """Signed requests, with the secrets that sign them."""
    for language in ("ar", "en"):
        told = message(language)
        body = webhook.payload(told, Reader())
        moment = int(told.at.timestamp())
        yield {
            "secret": SECRET,
            "private_key": SEED,
            "webhook-id": told.id,
            "webhook-timestamp": str(moment),
            "webhook-signature": signature([SECRET, SEED], told.id, moment, body),
            "body": body.decode(),
        }


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=list) + "\n"


if __name__ == "__main__":
    for path, text in files():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
