"""Everything else, by Apprise (https://github.com/caronc/apprise), where it is installed.

Apprise's own URLs say where; they hold secrets and are given by reference. What it can tell us of
an attempt is only yes or no, so a no is tried again later.
"""

from typing import ClassVar, Literal

import msgspec

from services.alerting.bidi import clip
from services.alerting.classify import DONE, no_answer
from services.alerting.decide import Manner
from services.alerting.message import Failure, Kind, Message, Reason, Request, Response, Verdict
from services.alerting.receivers.lines import fitted, lines
from services.alerting.receivers.ntfy import PLAIN
from services.alerting.receivers.receiver import Receiver
from services.alerting.view import Reader
from services.alerting.words import WORDS
from shared.reference import Reveal, SecretRef

LIMIT = 2_000
YES = 200


class Apprise(Receiver):
    """One Apprise URL."""

    kind: Literal["apprise"]
    url: SecretRef
    rate: float | None = 1.0
    manner: ClassVar[Manner] = Manner(most=15)

    def requests(self, message: Message, reveal: Reveal, reader: Reader) -> tuple[Request, ...]:
        """One notification."""
        body = msgspec.json.encode(payload(message, reader))
        return (Request(url=reveal(self.url), body=body),)

    def outcome(self, answer: Response | Failure) -> Verdict:
        """Yes, or later."""
        if isinstance(answer, Failure):
            return no_answer(answer)
        if answer.status == YES:
            return DONE
        return Verdict(kind=Kind.RETRY, reason=Reason.SERVER_ERROR)


def payload(message: Message, reader: Reader) -> dict[str, str]:
    """Title and text."""
    first, *rest = lines(message, reader, PLAIN)
    more = WORDS[reader.language]["more"]
    return {"title": clip(first, 200), "body": fitted(rest or [first], LIMIT, len, more)}
