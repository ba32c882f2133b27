"""What is known of stories, as lines for a person: who told what when, and who was told. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from services.alerting.bidi import clean
from services.alerting.view import Reader, view
from shared.records import (
    Delivery,
    Growth,
    Outcome,
    Role,
    Story,
    StoryArticle,
    StoryEvent,
    reckonable,
)


@dataclass(frozen=True, kw_only=True)
class Chronicle:
    """One story, what happened to it and to those that it swallowed, and the ledger's entries."""

    story: Story
    events: tuple[StoryEvent, ...]
    deliveries: tuple[Delivery, ...]


def sound(event: StoryEvent) -> bool:
    """Whether it can be told: whoever may write to the topic can write what is of no story."""
    articles = event.story.articles
    return bool(articles) and all(map(reckonable, (event.at, *(a.published for a in articles))))


def latest(events: Iterable[StoryEvent]) -> dict[str, StoryEvent]:
    """What last happened to each story, by its id; an event that was said again counts once.

    A month of events, each with its whole story, would take gigabytes: of a story one is held.
    """
    found: dict[str, StoryEvent] = {}
    seen: set[str] = set()
    for event in events:
        if event.id not in seen:
            seen.add(event.id)
            found[event.story.id] = event
    return found


def swallowed(found: Mapping[str, StoryEvent]) -> dict[str, str]:
    """Stories that turned out to be others: by their ids, the ids of those."""
    return {taken: story for story, event in found.items() for taken in event.story.merged}


def chronicle(
    own: str,
    found: Mapping[str, StoryEvent],
    events: Iterable[StoryEvent],
    ledger: Iterable[Delivery],
) -> Chronicle:
    """All of the story that goes by this id now; `found` is the latest of these events."""
    gone = swallowed(found)
    for _ in gone:  # who swallowed it may have been swallowed, too
        own = gone.get(own, own)
    story = found[own].story
    ids = {own, *story.merged}
    happened: dict[str, StoryEvent] = {}
    for event in events:
        if event.story.id in ids:
            happened.setdefault(event.id, event)
    deliveries = (replace(entry, held=None) for entry in ledger if entry.story in ids)
    return Chronicle(
        story=story,
        events=tuple(sorted(happened.values(), key=lambda event: (event.at, event.id))),
        deliveries=tuple(sorted(deliveries, key=lambda told: (told.at, told.alert))),
    )


def heading(last: StoryEvent, reader: Reader) -> str:
    """A story in a line: its id, when it last grew, how large it is, and what it is about."""
    story = last.story
    size = _growth(story)
    return (
        f"{clean(story.id)}  {_at(last.at, reader)}  "
        f"{_count(size.articles, 'article'):>12}  {_count(size.outlets, 'outlet'):>10}  "
        f"{' '.join(map(clean, story.languages)):<12}  {view(last, reader).headline}"
    )


def lines(told: Chronicle, reader: Reader) -> Iterator[str]:
    """All of it."""
    yield from _summary(told, reader)
    yield "\nwho reported it"
    yield from _reports(told.story, reader)
    yield "\nwhat happened"
    yield from (_happened(event, reader) for event in told.events)
    yield "\nwho was told"
    kinds = {event.id: event.kind.value for event in told.events}
    widest = max((len(clean(entry.receiver)) for entry in told.deliveries), default=0)
    yield from (_delivered(entry, kinds, widest, reader) for entry in told.deliveries)
    if not told.deliveries:
        yield "  nobody: no route asked for it"


def _summary(told: Chronicle, reader: Reader) -> Iterator[str]:
    story, size = told.story, _growth(told.story)
    seen = view(replace(told.events[-1], story=story), reader)
    yield seen.headline
    yield f"  story     {clean(story.id)}"
    yield f"  watch     {clean(story.watch)}: {story.level}, score {story.score:.2f}"
    yield (
        f"  size      {_count(size.articles, 'article')} ({size.copies} copies),"
        f" {_count(size.outlets, 'outlet')}, {_count(size.languages, 'language')}"
    )
    facts = [
        ("evidence", "".join(f"«{part.text}»" if part.bold else part.text for part in seen.quote)),
        ("topics", ", ".join(seen.topics)),
        ("named", ", ".join(seen.entities)),
        ("facts", ", ".join(map(clean, story.facts))),
        ("silent", ", ".join(map(clean, story.silent))),
        ("merged", ", ".join(map(clean, story.merged))),
    ]
    yield from (f"  {name:<9} {said}" for name, said in facts if said)


def _reports(story: Story, reader: Reader) -> Iterator[str]:
    ordered = sorted(story.articles, key=lambda told: (told.published, told.first_seen, told.id))
    outlet = max(len(clean(told.source.outlet)) for told in ordered)
    bloc = max(len(clean(told.source.bloc)) for told in ordered)
    for told in ordered:
        lag = _lag(told.published - ordered[0].published) if told is not ordered[0] else "first"
        yield (
            f"  {_at(told.published, reader)}  {lag:>8}  {clean(told.source.outlet):<{outlet}}  "
            f"{clean(told.source.bloc):<{bloc}}  {clean(told.language):<3}  {_role(told)}"
        )
        yield f"    {clean(told.title)}"
        yield f"    {clean(told.url)}"
    if unlisted := _growth(story).articles - len(ordered):
        yield f"  and {unlisted} more that are not listed"


def _role(told: StoryArticle) -> str:
    alike = "" if told.role is Role.ORIGINAL else f", similarity {told.similarity:.2f}"
    revised = f", {_count(told.revisions, 'revision')}" if told.revisions else ""
    return f"{told.role}{alike}{revised}"


def _happened(event: StoryEvent, reader: Reader) -> str:
    news = ", ".join(view(event, reader).news)
    changes = ", ".join(change.what for change in event.changed)
    taken = ", ".join(map(clean, event.merged))
    outlet = next((a.source.outlet for a in event.story.articles if a.id == event.article), "")
    said = "; ".join(filter(None, (clean(outlet), news, changes, taken)))
    return f"  {_at(event.at, reader)}  {event.kind:<8}  {said}".rstrip()


def _delivered(told: Delivery, kinds: Mapping[str, str], widest: int, reader: Reader) -> str:
    reason = "" if told.reason in {"", told.outcome} else f": {clean(told.reason)}"
    tries = f", {told.attempts} attempts" if told.attempts > 1 else ""
    waits = told.outcome in {Outcome.PENDING, Outcome.RETRY} and told.next_at
    until = f", next at {_at(waits, reader)}" if waits else ""
    return (
        f"  {_at(told.at, reader)}  {kinds.get(told.event, 'earlier'):<8}  "
        f"{clean(told.receiver):<{widest}}  {told.outcome}{reason}{tries}{until}"
    )


def _growth(story: Story) -> Growth:
    return story.growth or Growth(articles=len(story.articles))  # a version ago it was not told


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def _at(moment: datetime, reader: Reader) -> str:
    return f"{moment.astimezone(ZoneInfo(reader.zone)):%Y-%m-%d %H:%M}"


def _lag(lag: timedelta) -> str:
    hours, minutes = divmod(lag // timedelta(minutes=1), 60)
    return f"+{hours}:{minutes:02d}"
