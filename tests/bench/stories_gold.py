"""The labelled stories of tests/data/gold/stories as matches, and how to score a clustering."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from services.processors.concepts import Concepts
from services.processors.find import Finder
from services.processors.gather.reader import Reader, Reading
from services.processors.gather.signals import Signals
from services.processors.gather.stories import Stories
from services.processors.topics import Topics
from services.processors.wording import Wording
from shared.identity import fingerprint
from shared.keep import Keep, anew
from shared.records import (
    Article,
    Field,
    Lane,
    Language,
    Level,
    Match,
    Mention,
    Relation,
    Source,
    TaggedArticle,
    Verdict,
)
from tests.bench.web import by_digest

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "deploy" / "config"
GOLD = ROOT / "tests" / "data" / "gold" / "stories"
WATCH = "iran-turkiye"
_SOME_DAY = datetime(2020, 1, 1, tzinfo=UTC)


def lines(name: str) -> list[dict[str, Any]]:
    """The objects of a JSON-lines file of the gold set."""
    return [json.loads(line) for line in (GOLD / name).read_text("utf-8").splitlines()]


def not_kept(split: str, file: Path) -> list[dict[str, Any]]:
    """The labels of tests/data/gold/web_stories with their texts, as far as `file` has them.

    In order of publication.
    """
    texts = by_digest(file.read_text("utf-8"))
    lines = (GOLD.parent / "web_stories" / f"{split}.jsonl").read_text("utf-8").splitlines()
    labels = sorted(map(json.loads, lines), key=lambda label: label["published"])
    return [label | texts[label["digest"]] for label in labels if label["digest"] in texts]


class Tagger:
    """What a processor says of a labelled article, its language being the label's."""

    def __init__(self, keep: Keep = anew) -> None:
        """With the data of deploy/config."""
        self._finder = Finder.load(CONFIG / "gazetteer", keep)
        self._concepts = Concepts.load(CONFIG / "concepts", keep)
        self._topics = Topics.load(CONFIG / "topics.toml")

    def mentions(self, article: Article, language: str) -> tuple[Mention, ...]:
        """Who is named."""
        fields: dict[Field, str] = {"title": article.title, "text": article.text}
        return self._finder.find(fields, language, article.published.date())

    def topics(self, article: Article, language: str) -> tuple[str, ...]:
        """What it is about."""
        fields: dict[Field, str] = {"title": article.title, "text": article.text}
        return self._topics.of(Wording(fields, language, self._concepts))


def as_match(item: Mapping[str, Any], tagger: Tagger) -> Match:
    """A labelled article as gather receives it; its language is the label's."""
    title, text = item["title"], item.get("text", "")
    at = datetime.fromisoformat(item["published"]) if "published" in item else _SOME_DAY
    source = Source(feed=item.get("outlet", ""), outlet=item.get("outlet", ""))
    article = Article(
        id=item["id"],
        url="",
        title=title,
        text=text,
        published=at,
        first_seen=at,
        fingerprint=fingerprint(title, "", text),
        source=source,
    )
    mentions = tagger.mentions(article, item["language"])
    tagged = TaggedArticle(
        article=article,
        verdict=Verdict.NEW,
        language=Language(code=item["language"], confidence=1.0),
        mentions=mentions,
        topics=tagger.topics(article, item["language"]) if mentions else (),
        relations={WATCH: Relation(level=Level.BILATERAL, score=1.0)},
    )
    return Match(watch=WATCH, tagged=tagged)


def read_all(
    items: Sequence[Mapping[str, Any]], reader: Reader, keep: Keep = anew
) -> list[Signals]:
    """The signals of labelled articles."""
    tagger = Tagger(keep)
    return reader.read_many([as_match(item, tagger) for item in items])


def clustered(arriving: Sequence[Signals], reader: Reader) -> dict[str, str]:
    """Each article's story in the end, merges followed."""
    stories, found, into = Stories(WATCH, reader), {}, {}
    for offset, one in enumerate(arriving):
        step = stories.place(Reading(one, ""), f"bench-0-{offset}", Lane.LIVE)
        if step:
            found[one.key] = step.story
            into.update(dict.fromkeys(step.merged, step.story))
    return {key: _end(story, into) for key, story in found.items()}


def _end(story: str, into: Mapping[str, str]) -> str:
    while story in into:
        story = into[story]
    return story


Groups = Mapping[str, str]
"""Article → its story or its event."""


def bcubed(found: Groups, gold: Groups) -> dict[str, float]:
    """BCubed precision, recall and F1 (Bagga and Baldwin 1998)."""
    precision = sum(_overlap(key, found, gold) for key in gold) / len(gold)
    recall = sum(_overlap(key, gold, found) for key in gold) / len(gold)
    return _figures(precision, recall)


def _overlap(key: str, inside: Groups, also: Groups) -> float:
    together = [other for other in inside if inside[other] == inside[key]]
    return sum(also[other] == also[key] for other in together) / len(together)


def pairwise(found: Groups, gold: Groups, among: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Precision, recall and F1 over pairs of articles."""
    outcome = Counter((found[a] == found[b], gold[a] == gold[b]) for a, b in among)
    right = outcome[True, True]
    said, true = right + outcome[True, False], right + outcome[False, True]
    figures = _figures(right / said if said else 1.0, right / true if true else 1.0)
    return {**figures, "pairs": true}


def by_languages(languages: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """All pairs of articles by their two languages, e.g. "en-fa"."""
    groups = defaultdict(list)
    for a, b in combinations(sorted(languages), 2):
        groups["-".join(sorted((languages[a], languages[b])))].append((a, b))
    return dict(sorted(groups.items()))


def impure(found: Groups, gold: Groups) -> float:
    """The share of stories with an article that does not belong: one not of its main event."""
    stories = defaultdict(list)
    for key, story in found.items():
        stories[story].append(gold[key])
    return sum(len(set(events)) > 1 for events in stories.values()) / max(1, len(stories))


def _figures(precision: float, recall: float) -> dict[str, float]:
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def in_batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    """The items in order, at most `size` at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))
