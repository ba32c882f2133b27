"""Whether a step of the table can be one that gather took.

Whoever can write to the changelog may have written it. One that is none of ours would fail in the
middle of what it changes, and again at every match of its watch: no news of it would pass any more.
Such a step is as if it had never been.
"""

from collections.abc import Iterator
from datetime import datetime
from math import isfinite

from services.processors.gather.account import Account
from services.processors.gather.live import Live
from services.processors.gather.minhash import VALUES
from services.processors.gather.signals import DIMENSIONS, FORMER_DIMENSIONS, Signals
from services.processors.gather.steps import Act, Step
from shared.records import reckonable

_SKETCHED = VALUES * 4
"""Bytes of a sketch's values."""


def is_sound(step: Step, seq: int) -> bool:
    """Whether it could be the step of this number, of whichever stories."""
    return (
        step.seq == seq
        and step.origin.rpartition("-")[2].isdecimal()
        and all(map(reckonable, _moments(step)))
        and len(step.signals.sketch.values) == _SKETCHED
        and len(step.signals.sketch.runs) % 8 == 0
        and len(step.signals.vector) in (0, DIMENSIONS, FORMER_DIMENSIONS)
        and _is_tellable(step.signals)
        and step.story not in step.merged
        and (step.counted is not None) == (step.act is Act.COUNTED)
        and (step.counted is None or _counts(step.counted, step.story))
    )


def fits(step: Step, live: Live) -> bool:
    """Whether it could come next: an article is in one story, and opened or joined it once.

    What is left of a story that was deleted fits: nobody needs it.
    """
    if step.act is Act.OPENED:
        return step.story not in live.accounts and step.signals.key not in live.story_of
    if step.story not in live.accounts or step.act is Act.COUNTED:
        return True
    joins = step.act is Act.JOINED
    return live.story_of.get(step.signals.key) == (None if joins else step.story)


def _moments(step: Step) -> Iterator[datetime]:
    yield step.signals.told.published
    yield step.signals.told.first_seen
    if step.now:
        yield step.now
    if step.counted:
        story = step.counted.story
        yield from (story.first_seen, story.first_published, *step.counted.recent)
        yield from filter(None, [story.last_seen])


def _is_tellable(signals: Signals) -> bool:
    """JSON has no word for infinity: nobody could read what is told of it."""
    return isfinite(signals.told.similarity) and isfinite(signals.told.score)


def _counts(counted: Account, story: str) -> bool:
    return counted.story.id == story and not (counted.members or counted.numbers)
