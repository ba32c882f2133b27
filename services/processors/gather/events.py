"""What a step tells: events, with ids made from what they say."""

from collections.abc import Iterator, Mapping

from services.processors.gather.account import Account, as_of
from services.processors.gather.live import Live
from services.processors.gather.steps import Act, Step
from shared.identity import event_id
from shared.records import Change, EventKind, Lane, Story, StoryEvent


def tell(
    step: Step,
    before: Mapping[str, Account],
    after: Live,
    changed: tuple[Change, ...],
) -> Iterator[StoryEvent]:
    """The step's events: what its article did, then what time did.

    A story that was only history so far opens with its first live article.
    """
    story = _told(step, after.accounts[step.story], after)
    known = before.get(step.story)
    if known is None or (step.lane is Lane.LIVE and not known.live):
        yield _event(EventKind.OPENED, step, story)
    elif step.act in (Act.JOINED, Act.COUNTED):
        yield _event(EventKind.GREW, step, story, new=_new(known.story, story))
    elif changed:
        new = _new(known.story, story)
        yield _event(EventKind.REVISED, step, story, new=new, changed=changed)
    if step.merged:
        yield _event(EventKind.MERGED, step, story, merged=step.merged)
    yield from (_quiet(step, _told(step, after.accounts[other], after)) for other in step.quiet)
    yield from (_closed(step, before[other], after) for other in step.closed if other in before)


def _event(
    kind: EventKind,
    step: Step,
    story: Story,
    *,
    new: tuple[str, ...] = (),
    merged: tuple[str, ...] = (),
    changed: tuple[Change, ...] = (),
) -> StoryEvent:
    told = step.signals.told
    content = f"{told.fingerprint} {told.revisions} {' '.join(merged)}"
    return StoryEvent(
        id=event_id(kind, story.id, told.id, content),
        kind=kind,
        at=told.first_seen,
        story=story,
        article=told.id,
        new=new,
        role=told.role,
        merged=merged,
        changed=changed,
    )


def _told(step: Step, account: Account, live: Live) -> Story:
    return as_of(account, step.signals.told.first_seen, live.blocs)


def _quiet(step: Step, story: Story) -> StoryEvent:
    new = tuple(f"silence:{bloc}" for bloc in story.silent)
    return StoryEvent(
        id=event_id(EventKind.GREW, story.id, "", " ".join(new)),
        kind=EventKind.GREW,
        at=step.signals.told.first_seen,
        story=story,
        new=new,
    )


def _closed(step: Step, account: Account, live: Live) -> StoryEvent:
    story = _told(step, account, live)
    content = f"{len(account.members)} {account.last_seen.isoformat()}"
    return StoryEvent(
        id=event_id(EventKind.CLOSED, story.id, "", content),
        kind=EventKind.CLOSED,
        at=step.signals.told.first_seen,
        story=story,
    )


def _new(before: Story, after: Story) -> tuple[str, ...]:
    """What the story did not have before, as `<kind>:<value>`."""
    pairs = (
        ("language", before.languages, after.languages),
        ("family", before.families, after.families),
        ("country", before.countries, after.countries),
        ("bloc", _blocs(before), _blocs(after)),
        ("number", before.facts, after.facts),
        ("entity", before.entities, after.entities),
        ("topic", before.topics, after.topics),
        ("level", (before.level,), (after.level,)),
    )
    return tuple(f"{kind}:{value}" for kind, old, now in pairs for value in now if value not in old)


def _blocs(story: Story) -> tuple[str, ...]:
    return tuple(sorted(share.bloc for share in story.blocs))
