"""Features: what is known of a meeting, as named numbers between about 0 and 3.

Names are stable: they are the keys of `weights.toml` and of a watch's own `weights`. Features that
start with `word:` say that a concept's words stand in the deciding scene; `lead:` that they stand
in the title or in the first scene; `alone` is of articles that are one sentence.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from math import log1p

from services.processors.relate.scenes import Meeting, Scene

Features = Mapping[str, float]

ADJACENT, CLOSE, NEAR = 3, 30, 90
LEAD = 3
"""The title and the sentences that make the lead."""
OPENING = 2
"""The sentences behind the title that say what an article is about."""
LONG = 3_000
SHORT = 600
"""Code points up to which one reported fact is enough (LABELLING.md, 4g)."""
MOST_COUNTRIES = 16
UNTELLING = frozenset(
    {"list", "survey", "assembly", "apart", "nature", "market", "outsider", "digest", "tournament"}
)
"""Concepts that speak against a scene, or not for it."""
MARKETS = UNTELLING | {"conflict", "energy", "mediation", "statement", "visit"}
"""Concepts of a market that fears a crisis of one country and moves in another."""
JOINT = frozenset({"agreement", "format", "joint", "mediation", "meet", "reciprocal", "relations"})
"""Concepts of what several do together."""
GOODS = frozenset({"energy", "evasion", "trade", "transport"})
"""Concepts of what goes from one to the other; the rest are acts of somebody."""

_CLASSES = {
    "country": "place",
    "capital": "place",
    "city": "place",
    "province": "place",
    "geography": "place",
    "border": "place",
    "demonym": "demonym",
    "person": "person",
    "team": "team",
    "currency": "money",
}


def features(meeting: Meeting, ranked: Sequence[Scene] | None = None) -> Features:
    """Every feature of this meeting that is not zero; `ranked` are its scenes as `deciding` has."""
    ranked = ranked or deciding(meeting)
    values = {"bias": 1.0} | _document(meeting) | _best(meeting, ranked)
    if meeting.sentences == 1:
        values |= _alone(ranked[0])
    return {name: value for name, value in values.items() if value}


def deciding(meeting: Meeting) -> Sequence[Scene]:
    """The scenes, the most telling first."""
    if len(meeting.scenes) == 1:
        return meeting.scenes
    return sorted(meeting.scenes, key=_telling, reverse=True)


def _document(meeting: Meeting) -> dict[str, float]:
    first, second = meeting.named
    counts = sorted((first.total(), second.total()))
    lead = [min(side) < LEAD for side in meeting.named]
    titles = range(meeting.titles)
    titled = any(min(side) < meeting.titles for side in meeting.named)
    headline = any(first[n] and second[n] for n in titles)
    return (
        {
            "title:both": float(headline),
            "title:one": float(titled and not headline),
            "lead:both": float(all(lead)),
            "lead:one": float(any(lead) and not all(lead)),
            "scenes": min(log1p(meeting.together), 2.5),
            "scenes:share": meeting.together / meeting.sentences,
            "apart:long": (not meeting.together) * min(meeting.length / LONG, 1.0),
            "mentions:fewer": min(log1p(counts[0]), 3.0),
            "mentions:balance": counts[0] / counts[1],
            "title:others": min(meeting.headline_countries, 3) / 2,
            "others:text": min(meeting.countries, MOST_COUNTRIES) / 4,
            "long": min(meeting.length / LONG, 3.0),
        }
        | {f"lead:{name}": 1.0 for name in meeting.lead}
        | _told(meeting)
    )


def _told(meeting: Meeting) -> dict[str, float]:
    """Whether the rarer side is part of what is told, or named once in passing."""
    rarer = min(meeting.named, key=lambda side: (len(side), side.total()))
    opening = min(rarer) < meeting.titles + OPENING
    passing = len(rarer) == 1 and not opening
    return {
        "rarer:opening": float(opening),
        "passing": float(passing),
        "passing:long": passing * min(meeting.length / LONG, 1.0),
        "passing:short": float(passing and meeting.length <= SHORT),
    }


def _best(meeting: Meeting, ranked: Sequence[Scene]) -> dict[str, float]:
    best = ranked[0]
    led = meeting.led(best)
    first = min(scene.place[0] for scene in ranked)
    return (
        _closeness(best)
        | _kinds(best)
        | {f"word:{name}": 1.0 for name in best.words}
        | (_led(meeting, ranked) if led and (best.paired or best.listed) else {})
        | {
            "others": min(best.countries, 5) / 2,
            "others:first": float(led),
            "ties:alone": _ties(best) * (not best.countries),
            "ties:crowd": _ties(best) * (best.countries > 0),
            "late": first / meeting.sentences,
            "scene:title": float(first < meeting.titles),
            "led:apart": float(led and not (best.paired or best.listed)),
        }
    )


def _alone(scene: Scene) -> dict[str, float]:
    """Of a single headline or sentence: nothing else can say whether it ties the two."""
    untied = not _ties(scene)
    return {
        "alone": 1.0,
        "alone:untied": float(untied and bool(scene.words & UNTELLING - {"outsider"})),
        "alone:places": _kinds(scene).get("kinds:place+place", 0.0) * untied,
        "alone:market": float("market" in scene.words and scene.words <= MARKETS),
    }


def _led(meeting: Meeting, ranked: Sequence[Scene]) -> dict[str, float]:
    """Of a pair that another is named before: who acts. The two may be its objects, or join it."""
    words = ranked[0].words
    joint = min(len(words & JOINT), 3)
    return {
        "led:acts": min(len(words - UNTELLING - JOINT - GOODS), 3),
        "led:joint": joint,
        "led:pair": float(not joint),
        "led:all": float(all(map(meeting.led, ranked[1:]))),
    }


def _ties(scene: Scene) -> int:
    """How many kinds of words that tie the two stand in a scene, up to three."""
    return min(len(scene.words - UNTELLING), 3)


def _closeness(scene: Scene) -> dict[str, float]:
    if len(scene.place) > 1:
        return {"apart": 1.0, "apart:far": float(scene.place[1] - scene.place[0] > 1)}
    return {
        "pair": float(scene.paired),
        "listed": float(scene.listed),
        "gap:adjacent": float(scene.gap <= ADJACENT),
        "gap:close": float(ADJACENT < scene.gap <= CLOSE),
        "gap:near": float(CLOSE < scene.gap <= NEAR),
        "gap:far": float(scene.gap > NEAR),
    }


def _kinds(scene: Scene) -> dict[str, float]:
    classes = [{_CLASSES.get(kind, "body") for kind in kinds} for kinds in scene.kinds]
    pairs = {"kinds:" + "+".join(sorted(pair)) for pair in product(*classes)}
    return dict.fromkeys(pairs, 1 / len(pairs))


def _telling(scene: Scene) -> tuple[float, int]:
    """How much a scene says: its words and closeness count for it, other countries against."""
    words = len(scene.words - UNTELLING) - len(scene.words & UNTELLING)
    closeness = 2.0 * scene.paired + (scene.gap <= CLOSE) + 0.5 * (scene.gap <= NEAR)
    titled = 2.0 * (scene.spans[0].field == "title")
    return min(words, 6) + closeness + titled - 1.5 * min(scene.countries, 4), -scene.place[0]
