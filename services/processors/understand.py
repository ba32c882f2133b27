"""All that is understood of an article, in one pure call.

    detect ▸ find ▸ relate (each watch) ▸ topics

Most news names no side of any watch: for those, find answers early and nothing after it runs.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from services.processors import detect
from services.processors.concepts import Concepts
from services.processors.find import Finder
from services.processors.relate import Relating, Weighed, features, meeting
from services.processors.topics import Topics
from services.processors.watches import Watch, load_watches
from services.processors.wording import FIELDS, Wording
from shared.keep import Keep, anew
from shared.records import (
    Article,
    Field,
    Language,
    Level,
    Mention,
    Relation,
    TaggedArticle,
    Verdict,
)


class Understood(Struct, frozen=True):
    """What an article says: TaggedArticle without the article."""

    language: Language
    mentions: tuple[Mention, ...] = ()
    relations: Mapping[str, Relation] = {}  # levels above none only
    topics: tuple[str, ...] = ()

    def tagged(self, article: Article, verdict: Verdict) -> TaggedArticle:
        """With the article of which it was understood."""
        return TaggedArticle(
            article=article,
            verdict=verdict,
            language=self.language,
            mentions=self.mentions,
            relations=dict(self.relations),
            topics=self.topics,
        )


class Asked(NamedTuple):
    """An article to be understood."""

    fields: Mapping[Field, str]
    prior: str | None = None  # a guess of its language
    on: date | None = None  # the day it was published


class Understanding:
    """detect, find, relate and topics with their data. Pure, and safe to share."""

    def __init__(
        self,
        finder: Finder,
        concepts: Concepts,
        relating: Relating,
        topics: Topics,
        watches: Sequence[Watch],
    ) -> None:
        self._finder = finder
        self._concepts = concepts
        self._relating = relating
        self._topics = topics
        self._sides = {watch.id: (watch.sides, watch.weights) for watch in watches}
        self.watches = tuple(watches)

    @classmethod
    def load(
        cls, config_dir: Path, watches: Sequence[Watch] | None = None, keep: Keep = anew
    ) -> "Understanding":
        """From `gazetteer/`, `concepts/`, `topics.toml`, and `watches/` unless those are given.

        Raises ConfigError.
        """
        return cls(
            Finder.load(config_dir / "gazetteer", keep),
            Concepts.load(config_dir / "concepts", keep),
            Relating.load(),
            Topics.load(config_dir / "topics.toml"),
            load_watches(config_dir / "watches") if watches is None else watches,
        )

    def understand(
        self,
        fields: Mapping[Field, str],
        *,
        prior: str | None = None,
        on: date | None = None,
    ) -> Understood:
        """What these fields say, published on that day; `prior` is a guess of their language."""
        [said] = self.understand_all([Asked(fields, prior, on)])
        return said

    def understand_all(self, asked: Sequence[Asked]) -> list[Understood]:
        """What each of these says. A stage at a time, which finds its data in the cache then."""
        languages = detect.detect_all([(_sample(one.fields), one.prior) for one in asked])
        named = self._finder.find_all(
            [(one.fields, said.code, one.on) for one, said in zip(asked, languages, strict=True)]
        )
        return [
            self._said(one.fields, language, mentions) if mentions else Understood(language)
            for one, language, mentions in zip(asked, languages, named, strict=True)
        ]

    def _said(
        self, fields: Mapping[Field, str], language: Language, mentions: tuple[Mention, ...]
    ) -> Understood:
        wording = Wording(fields, language.code, self._concepts)
        relations = {
            watch.id: weighed.relation
            for watch in self.watches
            if (weighed := self._weigh(wording, mentions, watch)).relation.level is not Level.NONE
        }
        return Understood(language, mentions, relations, self._topics.of(wording))

    def weigh(self, fields: Mapping[Field, str], said: Understood, watch: Watch) -> Weighed:
        """The relation of one watch's sides, with each feature's part in it."""
        wording = Wording(fields, said.language.code, self._concepts)
        return self._weigh(wording, said.mentions, watch)

    def features(
        self, fields: Mapping[Field, str], said: Understood, watch: Watch
    ) -> Mapping[str, float]:
        """What relate sees of one watch's sides, none where one is not named; for training."""
        if not watch.sides.both(said.mentions):
            return {}
        wording = Wording(fields, said.language.code, self._concepts)
        return features(meeting(wording, said.mentions, watch.sides))

    def _weigh(self, wording: Wording, mentions: Sequence[Mention], watch: Watch) -> Weighed:
        sides, own = self._sides[watch.id]
        return self._relating.relate(wording, mentions, sides, own)


SAMPLE = 240
"""Code points of an article that are enough to know its language."""


def _sample(fields: Mapping[Field, str]) -> str:
    """What the fields open with: title, summary and text, in this order."""
    return "\n".join([fields.get(name, "")[:SAMPLE] for name in FIELDS])[:SAMPLE]
