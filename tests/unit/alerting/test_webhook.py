"""The signed webhook, held by the public package that receivers use."""

import base64
import json
from datetime import datetime, tzinfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from standardwebhooks import Webhook as Receiving
from standardwebhooks import WebhookVerificationError

from services.alerting.message import Alert, Message, Request
from services.alerting.receivers.webhook import LIMIT, Webhook, payload
from services.alerting.signature import BadSecret, signature
from services.alerting.view import Reader
from shared.records import Quote
from tests.unit.alerting.stories import T0, story_event

OLD = "whsec_" + base64.b64encode(b"old secret of twenty-four").decode()
NEW = "whsec_" + base64.b64encode(b"new secret of twenty-four").decode()
SECRETS = {"env:OLD": OLD, "env:NEW": NEW, "env:URL": "https://hooks.example/x"}


def sent(at: datetime = T0) -> Request:
    receiver = Webhook(kind="webhook", url="env:URL", secrets=("env:OLD", "env:NEW"))
    event = story_event("fa", others=("tr", "en"))
    message = Message(id="a1", at=at, alerts=(Alert(id="a1", event=event),))
    (request,) = receiver.requests(message, lambda ref: SECRETS.get(ref, ref), Reader())
    return request


@pytest.fixture
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    class Then(type(T0)):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return T0.astimezone(tz)

    monkeypatch.setattr("standardwebhooks.webhooks.datetime", Then)


@pytest.mark.usefixtures("_now")
@pytest.mark.parametrize("secret", [OLD, NEW])
def test_either_secret_verifies_while_they_are_changed_over(secret: str) -> None:
    request = sent()
    Receiving(secret).verify(request.body, dict(request.headers))


@pytest.mark.parametrize("extra", [b"", bytes(32)], ids=["a seed", "a seed and its public key"])
def test_a_private_key_signs_what_its_public_key_verifies(extra: bytes) -> None:
    key = Ed25519PrivateKey.generate()
    secret = "whsk_" + base64.b64encode(key.private_bytes_raw() + extra).decode()
    kind, _, said = signature([secret], "a1", 7, b"body").partition(",")
    assert kind == "v1a"
    key.public_key().verify(base64.b64decode(said), b"a1.7.body")


@pytest.mark.parametrize(
    "secret",
    ["whsec_", "whsec_!!!!", "whsec_\u015f", "no secret", "whsk_", "whsk_" + "AAAA" * 10],
)
def test_nothing_is_signed_with_what_is_no_secret(secret: str) -> None:
    with pytest.raises(BadSecret):
        signature([secret], "a1", 7, b"body")


@pytest.mark.usefixtures("_now")
@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp"])
def test_a_tampered_header_is_refused(header: str) -> None:
    request = sent()
    with pytest.raises(WebhookVerificationError):
        Receiving(OLD).verify(request.body, request.headers | {header: "1"})


@pytest.mark.usefixtures("_now")
def test_a_tampered_body_is_refused() -> None:
    request = sent()
    with pytest.raises(WebhookVerificationError):
        Receiving(OLD).verify(request.body.replace(b"story", b"st0ry"), dict(request.headers))


def test_a_retry_carries_the_same_id_and_body() -> None:
    first, second = sent(), sent(at=T0.replace(hour=20))
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == "a1"
    assert first.body == second.body


def test_the_request_does_not_show_where_it_goes() -> None:
    assert "hooks.example" not in repr(sent())


@given(title=st.text(max_size=3000), count=st.integers(1, 120), quote=st.text(max_size=4000))
def test_the_body_stays_below_twenty_kilobytes(title: str, count: int, quote: str) -> None:
    event = story_event("ar")
    article = replace(event.story.articles[0], title=title)
    story = replace(
        event.story, headline=title, articles=(article,) * count, quote=Quote(text=quote)
    )
    message = Message(id="a1", at=T0, alerts=(Alert(id="a1", event=replace(event, story=story)),))
    body = payload(message, Reader(console="https://console.example"))
    assert len(body) < LIMIT
    data = json.loads(body)["data"]
    assert data["article_count"] == count
    assert data["link"]


@given(count=st.integers(2, 2000))
def test_a_digest_stays_below_twenty_kilobytes(count: int) -> None:
    event = story_event("ar")
    alerts = tuple(Alert(id=f"{n:032}", event=event) for n in range(count))
    body = payload(Message(id="d1", at=T0, alerts=alerts), Reader())
    assert len(body) < LIMIT
    assert json.loads(body)["data"]["count"] == count
