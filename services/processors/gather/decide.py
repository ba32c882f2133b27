"""Which story an article belongs to: a copy's, the likeliest one's above a threshold, or none."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from services.processors.gather.bound import Bound
from services.processors.gather.live import LIFE, Live
from services.processors.gather.score import Row, differ, probability
from services.processors.gather.signals import Signals
from services.processors.gather.sketch import LINK, resemblance
from shared.records import Role

JOIN = 0.75
"""A wrong join is silence where only `opened` is told, a missed one a second alert: so one is held
for more than twice as bad as the other."""
BRIDGE = 0.9
_ONE = 0.7
"""How much the likelier half of the pairs of two stories' articles must agree: to make one of two
large stories wrongly is the worst mistake."""
_FOLLOWS_AFTER = timedelta(hours=24)
_COPY_WITHIN = timedelta(days=3)
_SPEAK_FOR_A_STORY = 4
_OF_THE_BEST = 0.55
"""What an article's best pair with a story counts; all that speak for the story count the rest."""
_OPENING = 20
_OPENS_ALIKE = 0.4
"""Of so many stems below the title copies share nearly all, an outlet's other articles a tenth."""
_FEWEST = 3
"""An article with fewer words than this ("Video") tells no event that could be told from others."""


@dataclass(frozen=True)
class Place:
    """Where an article belongs; `story` None opens one. `bridges`: stories it shows to be one."""

    story: str | None
    role: Role = Role.ORIGINAL
    similarity: float = 1.0
    bridges: tuple[str, ...] = ()


def worded(live: Live, signals: Signals) -> Place | None:
    """The place of an article whose wording is known, if it was told nearby in time.

    Where all numbers differ it may be a template, as of weather and markets: the score decides. So
    it does where other words open them: then all that is alike may be what an outlet, or somebody
    who wants its news to be taken for copies, puts under every article. What short texts that are
    no copies have in common, letters, says nothing of what they tell.
    """
    if _tells_nothing(signals):
        return None
    for likeness in live.wordings.find(signals.sketch):
        known = live.signals[likeness.key]
        if (
            (likeness.copy or not signals.sketch.short)
            and abs(known.at - signals.at) <= _COPY_WITHIN
            and not differ(known.numbers, signals.numbers)
            and _opens_alike(known, signals)
        ):
            role = Role.COPY if likeness.copy else Role.OWN_REPORT
            return Place(live.story_of[likeness.key], role, likeness.similarity)
    return None


def _opens_alike(one: Signals, other: Signals) -> bool:
    """Whether the two have a title in common, or what opens each is in the other's lead."""
    if one.sketch.title == other.sketch.title != 0:
        return True
    return _opened_in(one, other) and _opened_in(other, one)


def _opened_in(one: Signals, other: Signals) -> bool:
    opening = [stem for stem in one.stems if stem not in one.title_stems][:_OPENING]
    return sum(stem in other.stems for stem in opening) >= _OPENS_ALIKE * len(opening)


def decide(live: Live, row: Row, copied: Place | None) -> Place:
    """The article's place among the open stories; `copied` is what `worded` says of it."""
    if copied and copied.role is Role.COPY:
        return copied
    ranked = [] if _tells_nothing(row.signals) else _ranked(live, row)
    if not ranked or ranked[0][0] < JOIN:
        return copied or Place(None)
    score, story = ranked[0]
    bridges = (other for p, other in ranked[1:] if p >= BRIDGE and _one(live, story, other))
    return _in_order(live, row, score, (story, *islice(bridges, 1)))


def _tells_nothing(signals: Signals) -> bool:
    return max(signals.length, len(signals.stems)) < _FEWEST


def _ranked(live: Live, row: Row) -> list[tuple[float, str]]:
    """Stories by how likely the article belongs, best first; ties by id."""
    rarity = live.window.rarity
    candidates = live.window.candidates(row)
    known = {
        other.signals.key: probability(row, other, rarity)
        for other in Bound(row, rarity).allowed(candidates, JOIN)
        if _lives(live, other, row.signals.at) and not _template(row.signals, other.signals)
    }
    best: dict[str, float] = {}
    for key, chance in known.items():
        story = live.story_of[key]
        best[story] = max(chance, best.get(story, 0.0))
    scored = []
    for story, chance in best.items():
        if chance >= JOIN:
            pairs = [
                known.get(one.signals.key) or probability(row, one, rarity)
                for one in _speakers(live, story)
            ]
            scored.append((_belongs(chance, pairs), story))
    return sorted(scored, key=lambda one: (-one[0], one[1]))


def _lives(live: Live, row: Row, at: datetime) -> bool:
    """Whether the story of this article lived then. A late article finds stories that are newer."""
    account = live.accounts[live.story_of[row.signals.key]]
    return account.story.first_published - LIFE <= at <= account.last_seen + LIFE


def _template(one: Signals, other: Signals) -> bool:
    """Whether two say other numbers in the same words: rates of two days, quakes of two nights."""
    return differ(one.numbers, other.numbers) and resemblance(one.sketch, other.sketch) >= LINK


def _belongs(best: float, pairs: list[float]) -> float:
    """The best pair and the mean of those with all that speak for the story, weighed.

    Reports pick different facts: one that belongs need not resemble all that a large story has.
    """
    if not pairs:
        return best
    return round(_OF_THE_BEST * best + (1 - _OF_THE_BEST) * sum(pairs) / len(pairs), 5)


def _speakers(live: Live, story: str) -> list[Row]:
    """A story's first articles and its newest."""
    rows = list(live.rows_of(story))
    if len(rows) <= 2 * _SPEAK_FOR_A_STORY:
        return rows
    return rows[:_SPEAK_FOR_A_STORY] + rows[-_SPEAK_FOR_A_STORY:]


def _one(live: Live, story: str, other: str) -> bool:
    """Whether two stories' own articles agree that they are one."""
    pairs = sorted(
        (
            probability(one, another, live.window.rarity)
            for one in _speakers(live, story)
            for another in _speakers(live, other)
        ),
        reverse=True,
    )
    likelier = pairs[: (len(pairs) + 1) // 2]
    return bool(likelier) and sum(likelier) / len(likelier) >= _ONE


def _in_order(live: Live, row: Row, score: float, stories: tuple[str, ...]) -> Place:
    """The earliest story survives a merge."""
    survivor, *others = (
        [one for one in live.accounts if one in stories] if len(stories) > 1 else stories
    )
    follows = row.signals.at - live.accounts[survivor].story.first_published > _FOLLOWS_AFTER
    role = Role.FOLLOW_UP if follows else Role.OWN_REPORT
    return Place(survivor, role, round(score, 4), tuple(others))
