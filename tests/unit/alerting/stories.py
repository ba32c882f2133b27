"""Story events for tests: real wording of our own, in five languages."""

from datetime import UTC, datetime, timedelta

from shared.identity import article_id, event_id, fingerprint, story_id
from shared.records import (
    EventKind,
    Quote,
    Role,
    Source,
    Story,
    StoryArticle,
    StoryEvent,
)

T0 = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)

HEADLINES = {
    "ar": "وزير الخارجية الإيراني يصل إلى أنقرة لبحث أمن الحدود",
    "fa": "وزیر خارجه ایران برای گفت‌وگو درباره امنیت مرز به آنکارا رسید",
    "tr": "İran Dışişleri Bakanı sınır güvenliğini görüşmek üzere Ankara'ya geldi",
    "en": "Iran's foreign minister arrives in Ankara for talks on border security",
    "he": "שר החוץ של איראן הגיע לאנקרה לשיחות על ביטחון הגבול",
}
QUOTES = {
    "ar": ("وصل وزير الخارجية الإيراني صباح الجمعة إلى أنقرة.", ("الإيراني", "أنقرة")),
    "fa": ("وزیر خارجه ایران بامداد جمعه وارد آنکارا شد.", ("ایران", "آنکارا")),
    "tr": ("İran Dışişleri Bakanı cuma sabahı Ankara'ya indi.", ("İran", "Ankara")),
    "en": ("The Iranian minister landed in Ankara on Friday morning.", ("Iranian", "Ankara")),
    "he": ("השר האיראני נחת באנקרה ביום שישי בבוקר.", ("האיראני", "באנקרה")),
}
OUTLETS = {
    "ar": ("وكالة الشاطئ", "shati"),
    "fa": ("خبرگزاری کرانه", "karaneh"),
    "tr": ("Kıyı Ajansı", "kiyi"),
    "en": ("Shoreline News", "shoreline"),
    "he": ("סוכנות החוף", "hof"),
}


def article(language: str = "en", number: int = 0, minutes: int = 0) -> StoryArticle:
    outlet, family = OUTLETS[language]
    url = f"https://news.example/{family}/{number}"
    seen = T0 + timedelta(minutes=minutes)
    return StoryArticle(
        id=article_id(url),
        fingerprint=fingerprint(HEADLINES[language], "", str(number)),
        url=url,
        title=HEADLINES[language],
        source=Source(feed=family, outlet=outlet, family=family, bloc=f"bloc-{family}"),
        language=language,
        published=seen - timedelta(minutes=2),
        first_seen=seen,
        role=Role.ORIGINAL if minutes == 0 else Role.OWN_REPORT,
        score=0.9,
    )


def story_event(
    language: str = "en",
    number: int = 0,
    *,
    others: tuple[str, ...] = (),
    kind: EventKind = EventKind.OPENED,
    new: tuple[str, ...] = (),
    at: datetime | None = None,
) -> StoryEvent:
    first = article(language, number)
    articles = (
        first,
        *(article(other, number, minutes=7 * i) for i, other in enumerate(others, start=1)),
    )
    text, words = QUOTES[language]
    marks = tuple((text.index(word), text.index(word) + len(word)) for word in words)
    story = Story(
        id=story_id("iran-turkiye", first.id),
        watch="iran-turkiye",
        headline=first.title,
        headline_language=language,
        headlines={a.language: a.title for a in articles},
        first_seen=first.first_seen,
        first_published=first.published,
        articles=articles,
        quote=Quote(text=text, marks=marks, language=language),
        entities=("iran", "turkiye", "ankara"),
        topics=("diplomacy", "security-border"),
        score=0.9,
    )
    last = articles[-1]
    return StoryEvent(
        id=event_id(kind.value, story.id, last.id, last.fingerprint),
        kind=kind,
        at=at or last.first_seen,
        story=story,
        article=last.id,
        new=new,
    )
