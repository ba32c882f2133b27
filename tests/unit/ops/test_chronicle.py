# ruff: noqa: E501  lines as they are told
"""What the command line tells of stories: each once, whole, in lines that stay lines."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from services.alerting.view import Reader
from services.ops.chronicle import chronicle, heading, latest, lines, sound, swallowed
from shared.identity import alert_id
from shared.records import BlocShare, Delivery, EventKind, Growth, Outcome, StoryEvent
from tests.unit.alerting.stories import T0, story_event


def sized(event: StoryEvent) -> StoryEvent:
    """With its growth, as gather says it."""
    count = len(event.story.articles)
    growth = Growth(articles=count, outlets=count, languages=count)
    return replace(event, story=replace(event.story, growth=growth))


ENGLISH = Reader(names={"turkiye": "Türkiye"})
OPENED = story_event("en")
GREW = sized(story_event("en", others=("tr", "fa"), kind=EventKind.GREW, new=("language:tr",)))
OTHER = story_event("tr", number=2, at=T0 + timedelta(hours=1))


def merged(event: StoryEvent, *others: StoryEvent) -> StoryEvent:
    ids = tuple(other.story.id for other in others)
    story = replace(event.story, merged=ids)
    return replace(event, id="m" * 32, kind=EventKind.MERGED, story=story, merged=ids)


def entry(event: StoryEvent, receiver: str, outcome: Outcome, **more: Any) -> Delivery:
    return Delivery(
        alert=alert_id(event.id, receiver),
        receiver=receiver,
        event=event.id,
        story=event.story.id,
        outcome=outcome,
        at=event.at,
        **more,
    )


def told(own: StoryEvent, events: list[StoryEvent], *ledger: Delivery) -> str:
    return "\n".join(lines(chronicle(own.story.id, latest(events), events, ledger), ENGLISH))


def test_an_event_that_was_said_again_counts_once() -> None:
    events = [OPENED, GREW, OPENED, OTHER]
    assert latest(events) == {OPENED.story.id: GREW, OTHER.story.id: OTHER}
    assert chronicle(OPENED.story.id, latest(events), events, ()).events == (OPENED, GREW)


def test_what_cannot_be_told_is_left_out() -> None:
    article = OPENED.story.articles[0]
    late = replace(article, published=datetime.max.replace(tzinfo=UTC))
    nobody, never = (replace(OPENED.story, articles=told) for told in ((), (late,)))
    assert sound(OPENED)
    assert not sound(replace(OPENED, story=nobody))
    assert not sound(replace(OPENED, story=never))
    assert not sound(replace(OPENED, at=datetime.min.replace(tzinfo=UTC)))


def test_a_line_says_how_large_the_story_is_and_what_it_is_about() -> None:
    large = replace(GREW, story=replace(GREW.story, growth=Growth(articles=41, outlets=1)))
    own, at, *_ = heading(large, ENGLISH).split("  ")
    assert (own, at) == (OPENED.story.id, "2026-11-20 08:44")
    said = heading(large, Reader(zone="Europe/Istanbul", language="tr"))
    assert "2026-11-20 11:44" in said
    assert "41 articles" in said
    assert "1 outlet " in said
    assert said.endswith("İran Dışişleri Bakanı sınır güvenliğini görüşmek üzere Ankara'ya geldi")


def test_a_story_tells_who_reported_it_what_happened_and_who_was_told() -> None:
    ledger = (
        entry(OPENED, "desk", Outcome.DELIVERED, attempts=1, reason="delivered"),
        entry(GREW, "archive", Outcome.DEAD, attempts=3, reason="refused"),
        entry(OTHER, "desk", Outcome.DELIVERED),
    )
    assert told(OPENED, [OPENED, GREW, OTHER], *ledger).splitlines() == [
        "Iran's foreign minister arrives in Ankara for talks on border security",
        f"  story     {OPENED.story.id}",
        "  watch     iran-turkiye: bilateral, score 0.90",
        "  size      3 articles (0 copies), 3 outlets, 3 languages",
        "  evidence  The «Iranian» minister landed in «Ankara» on Friday morning.",
        "  topics    Diplomacy, Security and border",
        "  named     iran, Türkiye, ankara",
        "",
        "who reported it",
        "  2026-11-20 08:28     first  Shoreline News  bloc-shoreline  en   original",
        "    Iran's foreign minister arrives in Ankara for talks on border security",
        "    https://news.example/shoreline/0",
        "  2026-11-20 08:35     +0:07  Kıyı Ajansı     bloc-kiyi       tr   own-report, similarity 1.00",
        "    İran Dışişleri Bakanı sınır güvenliğini görüşmek üzere Ankara'ya geldi",
        "    https://news.example/kiyi/0",
        "  2026-11-20 08:42     +0:14  خبرگزاری کرانه  bloc-karaneh    fa   own-report, similarity 1.00",
        "    وزیر خارجه ایران برای گفت‌وگو درباره امنیت مرز به آنکارا رسید",
        "    https://news.example/karaneh/0",
        "",
        "what happened",
        "  2026-11-20 08:30  opened    Shoreline News",
        "  2026-11-20 08:44  grew      خبرگزاری کرانه; Turkish",
        "",
        "who was told",
        "  2026-11-20 08:30  opened    desk     delivered",
        "  2026-11-20 08:44  grew      archive  dead: refused, 3 attempts",
    ]  # fmt: skip


def test_a_story_that_nobody_was_told_says_so_and_what_waits_says_until_when() -> None:
    assert told(OPENED, [OPENED]).endswith("who was told\n  nobody: no route asked for it")
    waiting = entry(OPENED, "desk", Outcome.RETRY, reason="timeout", next_at=T0)
    assert told(OPENED, [OPENED], waiting).endswith("retry: timeout, next at 2026-11-20 08:30")


def test_a_story_that_was_swallowed_is_told_by_whoever_swallowed_it() -> None:
    by = merged(OTHER, OPENED)
    events = [OPENED, OTHER, by]
    assert swallowed(latest(events)) == {OPENED.story.id: OTHER.story.id}
    whole = chronicle(
        OPENED.story.id, latest(events), events, [entry(OPENED, "desk", Outcome.DELIVERED)]
    )
    assert (whole.story.id, whole.events) == (OTHER.story.id, (OPENED, OTHER, by))
    assert [told.receiver for told in whole.deliveries] == ["desk"]


def test_what_the_ledger_holds_to_tell_is_not_told_twice() -> None:
    whole = chronicle(
        OPENED.story.id,
        latest([OPENED]),
        [OPENED],
        [entry(OPENED, "desk", Outcome.DEAD, held=OPENED)],
    )
    assert whole.deliveries[0].held is None


def test_whatever_a_record_holds_no_line_turns_the_terminal() -> None:
    bad = "\x1b[31m\u202eevil\n"
    article = OPENED.story.articles[0]
    hostile = replace(
        article,
        title=bad, url=bad, language=bad, source=replace(article.source, outlet=bad, bloc=bad),
    )  # fmt: skip
    story = replace(
        OPENED.story,
        id=bad, articles=(hostile,), headline=bad, headlines={}, facts=(bad,), silent=(bad,),
        watch=bad, topics=(bad,), entities=(bad,), merged=(bad,), languages=(bad,),
        blocs=(BlocShare(bloc=bad, outlet=bad, article=bad, at=T0, lag_s=0.0, articles=1),),
    )  # fmt: skip
    event = replace(OPENED, story=story, new=(f"number:{bad}",), merged=(bad,))
    ledger = replace(entry(event, bad, Outcome.DEAD), reason=bad)
    said = told(event, [event], ledger) + heading(event, ENGLISH)
    assert not {"\x1b", "\u202e"} & set(said)
