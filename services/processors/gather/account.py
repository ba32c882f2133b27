"""A story as gather holds it: the record told to others, and the counts it is made from.

An account is a fold: `opened`, `joined`, `revised` and `absorbed` make the next account from the
last one and one article, so that the same steps give the same story.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from msgspec.structs import replace as record

from services.processors.gather import blocs
from services.processors.gather.signals import Signals
from shared.records import Growth, Level, Moment, Role, Story, StoryArticle

LISTED_FIRST = 25
LISTED_LAST = 15
_ENTITIES = 60
_FACTS = 30
_MERGED = 50
_RECENT = 200
_HOUR = timedelta(hours=1)
_STRENGTH = {Level.NONE: 0, Level.CO_MENTION: 1, Level.BILATERAL: 2}


@dataclass(frozen=True)
class Account:
    """A story and what its record does not show."""

    story: Story
    members: tuple[str, ...]  # ids of all its articles, in order of arrival
    outlets: frozenset[str]
    numbers: frozenset[str]  # told by any article: a number told again is a fact
    recent: tuple[Moment, ...]  # first_seen of the newest articles
    live: bool = False  # told as news, not only as history
    silence_told: bool = False

    @property
    def last_seen(self) -> datetime:
        """first_seen of the newest article."""
        return self.story.last_seen or self.story.first_seen

    @property
    def alone(self) -> str:
        """The publisher family that tells it, if no other does."""
        families = self.story.families
        return families[0] if len(families) == 1 else ""


def opened(story: str, watch: str, signals: Signals, *, live: bool) -> Account:
    """The account of a story with its first article."""
    told = signals.told
    empty = Story(
        id=story,
        watch=watch,
        headline=told.title,
        headline_language=told.language,
        first_seen=told.first_seen,
        first_published=told.published,
        articles=(),
        quote=signals.quote,
        level=signals.level,
        growth=Growth(articles=0),
    )
    nothing = Account(empty, (), frozenset(), frozenset(), ())
    return joined(nothing, signals, live=live)


def joined(account: Account, signals: Signals, *, live: bool) -> Account:
    """The account with one more article."""
    story, told = account.story, signals.told
    outlet = told.source.outlet
    facts = [number for number in signals.numbers if number in account.numbers]
    grown = replace(
        account,
        live=account.live or live,
        members=(*account.members, told.id),
        outlets=account.outlets | {outlet},
        numbers=account.numbers | set(signals.numbers),
        recent=tuple(sorted((*account.recent, told.first_seen)))[-_RECENT:],
        story=record(
            story,
            articles=_listed((*story.articles, told)),
            headlines={told.language: told.title} | story.headlines,
            first_seen=min(story.first_seen, told.first_seen),
            first_published=min(story.first_published, told.published),
            last_seen=max(account.last_seen, told.first_seen),
            entities=_added(story.entities, signals.entities)[:_ENTITIES],
            topics=_added(story.topics, signals.topics),
            facts=_added(story.facts, (*signals.title_numbers, *facts))[:_FACTS],
            families=_added(story.families, (told.source.voice,)),
            countries=_added(story.countries, (told.source.home,)),
            languages=_added(story.languages, (told.language,)),
            blocs=blocs.with_article(story.blocs, told),
            level=max(story.level, signals.level, key=_STRENGTH.__getitem__),
            score=max(story.score, told.score),
        ),
    )
    return _counted(grown, copies=int(told.role is Role.COPY))


def counted(account: Account, signals: Signals, *, live: bool) -> Account:
    """The account with one more article that is counted and not held: there are enough of them."""
    grown = joined(account, signals, live=live)
    return replace(grown, members=account.members, numbers=account.numbers)


def revised(account: Account, signals: Signals, *, live: bool) -> Account:
    """The account with a later revision of one of its articles."""
    story, told = account.story, signals.told
    articles = tuple(_revision(one, told) if one.id == told.id else one for one in story.articles)
    before = next((one.title for one in story.articles if one.id == told.id), None)
    headlines = {
        code: told.title if title == before else title for code, title in story.headlines.items()
    }
    return replace(
        account,
        live=account.live or live,
        numbers=account.numbers | set(signals.numbers),
        story=record(
            story,
            articles=articles,
            headline=told.title if story.headline == before else story.headline,
            headlines=headlines,
            entities=_added(story.entities, signals.entities)[:_ENTITIES],
            facts=_added(story.facts, signals.title_numbers)[:_FACTS],
            level=max(story.level, signals.level, key=_STRENGTH.__getitem__),
            score=max(story.score, told.score),
        ),
    )


def absorbed(account: Account, other: Account) -> Account:
    """The account once another story has turned out to be the same."""
    story, gone = account.story, other.story
    growth, more = _growth(account), _growth(other)
    both = replace(
        account,
        live=account.live or other.live,
        silence_told=account.silence_told or other.silence_told,
        members=(*account.members, *other.members),
        outlets=account.outlets | other.outlets,
        numbers=account.numbers | other.numbers,
        recent=tuple(sorted((*account.recent, *other.recent)))[-_RECENT:],
        story=record(
            story,
            articles=_listed(_by_arrival(story.articles + gone.articles)),
            headlines=gone.headlines | story.headlines,
            first_seen=min(story.first_seen, gone.first_seen),
            first_published=min(story.first_published, gone.first_published),
            last_seen=max(account.last_seen, other.last_seen),
            entities=_added(story.entities, gone.entities)[:_ENTITIES],
            topics=_added(story.topics, gone.topics),
            facts=_added(story.facts, gone.facts)[:_FACTS],
            families=_added(story.families, gone.families),
            countries=_added(story.countries, gone.countries),
            languages=_added(story.languages, gone.languages),
            blocs=blocs.together(story.blocs, gone.blocs),
            level=max(story.level, gone.level, key=_STRENGTH.__getitem__),
            score=max(story.score, gone.score),
            merged=_added(story.merged, (gone.id, *gone.merged))[-_MERGED:],
            growth=record(growth, articles=growth.articles + more.articles - 1),
        ),
    )
    return _counted(both, copies=more.copies)


def as_of(account: Account, at: datetime, known: tuple[str, ...]) -> Story:
    """The record to tell at this time: the last hour and which known blocs are silent."""
    last_hour = sum(1 for seen in account.recent if at - _HOUR < seen <= at)
    growth = record(_growth(account), last_hour=last_hour)
    quiet = blocs.silent(account.story.blocs, known, account.story.first_seen, at)
    return record(account.story, growth=growth, silent=quiet)


def _counted(account: Account, *, copies: int) -> Account:
    story, growth = account.story, _growth(account)
    counted = Growth(
        articles=growth.articles + 1,
        copies=growth.copies + copies,
        families=len(story.families),
        outlets=len(account.outlets),
        languages=len(story.languages),
        countries=len(story.countries),
    )
    return replace(account, story=record(story, growth=counted))


def _growth(account: Account) -> Growth:
    return account.story.growth or Growth(articles=0)


def _listed(articles: tuple[StoryArticle, ...]) -> tuple[StoryArticle, ...]:
    if len(articles) <= LISTED_FIRST + LISTED_LAST:
        return articles
    return articles[:LISTED_FIRST] + articles[-LISTED_LAST:]


def _by_arrival(articles: tuple[StoryArticle, ...]) -> tuple[StoryArticle, ...]:
    return tuple(sorted(articles, key=lambda one: (one.first_seen, one.id)))


def _revision(before: StoryArticle, after: StoryArticle) -> StoryArticle:
    """The later revision; the article itself became known with the first."""
    return record(after, published=before.published, first_seen=before.first_seen)


def _added(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*known, *(one for one in more if one)]))
