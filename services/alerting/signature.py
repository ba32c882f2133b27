"""Signatures of Standard Webhooks 1.0 (https://www.standardwebhooks.com). Pure.

What is signed is `id.timestamp.body`. A secret `whsec_…` (base64) gives a `v1` signature,
HMAC-SHA256; a private key `whsk_…` (base64 of 32 or 64 bytes) gives `v1a`, ed25519. Several
secrets give several signatures, parted by spaces: the receiver takes any, so that a secret can be
changed without a gap.
"""

import base64
import hmac
from collections.abc import Sequence
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_SEED = 32


class BadSecret(ValueError):  # noqa: N818  the field's word for such a value
    """It is no secret of this kind. The message does not show it."""


def signature(secrets: Sequence[str], message_id: str, timestamp: int, body: bytes) -> str:
    """The value of the header `webhook-signature`. Raises BadSecret."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return " ".join(_one(secret, signed) for secret in secrets)


def _one(secret: str, signed: bytes) -> str:
    if secret.startswith("whsk_"):
        key = Ed25519PrivateKey.from_private_bytes(_decoded(secret, "whsk_")[:_SEED])
        return "v1a," + base64.b64encode(key.sign(signed)).decode()
    digest = hmac.new(_decoded(secret, "whsec_"), signed, sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _decoded(secret: str, prefix: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(prefix), validate=True)
    except ValueError:  # binascii.Error, and letters that are not ASCII
        raise BadSecret(f"a webhook secret must be {prefix} followed by base64") from None
    if len(key) < (_SEED if prefix == "whsk_" else 1):
        raise BadSecret("a webhook secret is too short")
    return key
