"""What a route calls notice: which events are worth a message of their own."""

from collections.abc import Collection
from typing import Literal

from shared.records import EventKind, StoryEvent

Notice = Literal[
    "opened",
    "grew",
    "revised",
    "merged",
    "closed",
    "new-language",
    "new-family",
    "new-country",
    "new-bloc",
    "new-name",
    "new-topic",
    "new-fact",
    "escalation",
    "silence",
]
"""The kinds of events, and what may be new in one that grew or was revised."""

_NEW: dict[str, str] = {
    "new-language": "language",
    "new-family": "family",
    "new-country": "country",
    "new-bloc": "bloc",
    "new-name": "entity",
    "new-topic": "topic",
    "new-fact": "number",
    "escalation": "level",
    "silence": "silence",
}
"""Which word before the colon in `StoryEvent.new` each stands for."""

_KINDS = {kind.value for kind in EventKind}


def is_notice(event: StoryEvent, threshold: Collection[str]) -> bool:
    """Whether this event passes this threshold of notice."""
    if event.kind.value in threshold:
        return True
    new = {item.partition(":")[0] for item in event.new}
    return any(_NEW[name] in new for name in threshold if name not in _KINDS)
