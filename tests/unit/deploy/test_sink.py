import io
import json
from datetime import UTC, datetime
from typing import Any

from standardwebhooks.webhooks import Webhook

from deploy.local.sink import Sink

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  the specification's example
ALERT = {"type": "story.opened", "data": {"headline": "H", "headline_language": "en"}}


class Sent:
    """A sink, what it told, and a way to post to it."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.sink = Sink(SECRET, self.told.append)

    def post(self, alert_id: str, *, secret: str = SECRET) -> str:
        body = json.dumps(ALERT)
        now = datetime.now(UTC)
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body.encode()),
            "HTTP_WEBHOOK_ID": alert_id,
            "HTTP_WEBHOOK_TIMESTAMP": str(int(now.timestamp())),
            "HTTP_WEBHOOK_SIGNATURE": Webhook(secret).sign(alert_id, now, body),
        }
        seen: list[str] = []
        list(self.sink(environ, lambda status, _: seen.append(status)))
        return seen[0]


def test_a_signed_alert_is_taken_and_told_in_a_line() -> None:
    sent = Sent()

    assert sent.post("a1") == "204 No Content"
    assert sent.told == ["★ alert 1: H (en)  [story.opened]"]


def test_a_resend_with_the_same_id_is_told_as_one() -> None:
    sent = Sent()
    sent.post("a1")
    sent.post("a1")

    assert len(sent.sink.received) == 1
    assert sent.told[1].startswith("↺ again")


def test_a_wrong_signature_is_refused() -> None:
    sent = Sent()

    assert sent.post("a1", secret="whsec_" + "A" * 32) == "401 Unauthorized"
    assert not sent.sink.received
