"""What is sent is what was looked at; the webhook's schema and vectors are those published."""

import base64
import hashlib
import hmac
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from services.alerting.message import Alert, Message
from services.alerting.receivers.webhook import payload
from services.alerting.view import Reader
from tests.unit.alerting.golden import DOCS, files
from tests.unit.alerting.stories import T0, story_event

FILES = dict(files())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_changed_unseen(path: Path) -> None:
    """If it should have: `python -m tests.unit.alerting.golden`, and look at the difference."""
    assert path.read_text(encoding="utf-8") == FILES[path]


SCHEMA = Draft202012Validator(json.loads((DOCS / "schema.json").read_text(encoding="utf-8")))


@given(count=st.sampled_from([0, 1, 2, 400]), language=st.sampled_from(["ar", "en"]))
def test_every_body_fits_the_published_schema(count: int, language: str) -> None:
    event = story_event(language, others=("tr",))
    alerts = tuple(Alert(id=f"{n:032x}", event=event) for n in range(count))
    body = payload(Message(id="m", at=T0, alerts=alerts, text="" if count else "x"), Reader())
    SCHEMA.validate(json.loads(body))


@pytest.mark.parametrize("vector", json.loads((DOCS / "vectors.json").read_text(encoding="utf-8")))
def test_the_vectors_verify_with_nothing_but_the_standard(vector: dict[str, str]) -> None:
    signed = ".".join((vector["webhook-id"], vector["webhook-timestamp"], vector["body"])).encode()
    key = base64.b64decode(vector["secret"].removeprefix("whsec_"))
    seed = base64.b64decode(vector["private_key"].removeprefix("whsk_"))
    symmetric, asymmetric = vector["webhook-signature"].split(" ")
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    assert symmetric == "v1," + base64.b64encode(digest).decode()
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    public.verify(base64.b64decode(asymmetric.removeprefix("v1a,")), signed)
