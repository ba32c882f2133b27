"""Whether a receiver takes alerts, and notices to the operator. Pure; both kept in Kafka.

A receiver that answered 410 or revoked its credentials is disabled, over restarts and whichever
process tells it, until the operator says `newswatch receiver enable` or its settings change.
"""

from datetime import datetime, timedelta
from hashlib import blake2b

from pydantic import BaseModel

from shared.identity import alert_id
from shared.records import Id, Moment, Record, reckonable


class Standing(Record, frozen=True, kw_only=True):
    """What is known of a receiver. `disabled` is why it takes no alerts; empty: it does.

    `settings` is the fingerprint of the settings that were disabled. Key on the topic: `receiver`.
    """

    receiver: str
    at: Moment
    disabled: str = ""
    settings: str = ""
    by: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError for a time after which there is none."""
        if not reckonable(self.at):
            raise ValueError(f"no receiver was disabled in the year {self.at.year}")


class Notice(Record, frozen=True, kw_only=True):
    """What the operator is to be told about a receiver, by another one. Key: `id`."""

    id: Id
    about: str
    at: Moment
    text: str


def notice_of(about: str, text: str, at: datetime) -> Notice:
    """A notice; its id is made from what it says and when, so that it can come up again later."""
    return Notice(
        id=alert_id(f"notice {at.isoformat()} {text}", about), about=about, at=at, text=text
    )


def fingerprint(receiver: BaseModel) -> str:
    """A hash of a receiver's settings; of secrets only the references are in them."""
    return blake2b(receiver.model_dump_json().encode(), digest_size=8).hexdigest()


def newer(heard: Standing | None, own: Standing | None) -> bool:
    """Whether what was heard is news to us."""
    return heard is not None and (own is None or heard.at > own.at)


def enabled(found: Standing, by: str, now: datetime) -> Standing:
    """The receiver in use again; later than what was found, whatever this machine's clock says."""
    at = max(now, found.at + timedelta(milliseconds=1))
    return Standing(receiver=found.receiver, at=at, by=by)
