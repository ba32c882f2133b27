"""What people asked not to be told, until when. Pure; kept in the topic `silences`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2b

from shared.records import Moment, Record, StoryEvent

CLOCKS = timedelta(minutes=1)
"""By how much the clock of whoever made a silence may be ahead of ours: it holds at once."""


class Silence(Record, frozen=True, kw_only=True):
    """Events that fit every condition given are told to nobody until then. Key: `id`."""

    id: str
    until: Moment
    made: Moment
    by: str = ""
    why: str = ""
    receiver: str | None = None
    watch: str | None = None
    story: str | None = None
    topic: str | None = None
    outlet: str | None = None

    def covers(self, event: StoryEvent, receiver: str, moment: datetime) -> bool:
        """Whether this event was not to be told to this receiver at this moment."""
        story = event.story
        outlets = {article.source.outlet for article in story.articles}
        return (
            self.made <= moment + CLOCKS  # not from `made`: whoever wrote it may write year 1
            and moment < self.until
            and self.receiver in {None, receiver}
            and self.watch in {None, story.watch}
            and self.story in {None, story.id}
            and (self.topic is None or self.topic in story.topics)
            and (self.outlet is None or outlets == {self.outlet})
        )


def silenced(
    silences: Iterable[Silence], event: StoryEvent, receiver: str, moment: datetime
) -> bool:
    """Whether any of them covers it. An outlet's silence covers stories that only it tells."""
    return any(silence.covers(event, receiver, moment) for silence in silences)


def silence_id(until: datetime, receiver: str | None, **fits: str | None) -> str:
    """An id made from what it says: the same silence made twice is one."""
    said = [f"{name}={value}" for name, value in sorted(fits.items()) if value]
    parts = "\x1f".join([until.isoformat(timespec="minutes"), receiver or "", *said])
    return blake2b(parts.encode(), digest_size=6).hexdigest()
