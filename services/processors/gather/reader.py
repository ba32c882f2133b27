"""Reads an article's signals: wording, meaning, entities, numbers, names, concepts."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from services.processors.gather.embed import Embed, model
from services.processors.gather.lexicon import Lexicon
from services.processors.gather.quote import quote
from services.processors.gather.revision import is_withdrawn
from services.processors.gather.signals import Signals, packed
from services.processors.gather.wording import Wording, folded_whole, wordings
from services.processors.gather.words import LEAD, Words, read
from shared.config import read_toml
from shared.keep import Keep, anew
from shared.records import Article, Level, Match, Mention, Relation, StoryArticle

_TITLE_MAX = 300
_PERSON = "person"
_SIDES_THEMSELVES = frozenset(("country", "demonym", "capital"))


class Feed(BaseModel):
    """What gather reads of a feed; the fetcher knows the rest."""

    bloc: str = ""


class Catalogue(BaseModel):
    """The feeds of feeds.toml."""

    feed: list[Feed] = []

    @property
    def blocs(self) -> tuple[str, ...]:
        """The blocs of the catalogue: only theirs can be silent."""
        return tuple(sorted({feed.bloc for feed in self.feed} - {""}))


class Reading(Struct, frozen=True):
    """Signals that lack the embedding, and the text to embed."""

    signals: Signals
    said: str


class Reader:
    """Makes signals. Holds the embedding model; safe to share between the watches."""

    def __init__(self, embed: Embed, lexicon: Lexicon, blocs: tuple[str, ...] = ()) -> None:
        """`blocs` are the catalogue's, whose silence is told of."""
        self.blocs = blocs
        self._embed = embed
        self.lexicon = lexicon

    @classmethod
    def load(cls, config_dir: Path, keep: Keep = anew) -> "Reader":
        """With the model from its wheel; lexicon and blocs of this configuration.

        Raises ConfigError.
        """
        feeds = read_toml(config_dir / "feeds.toml", Catalogue)
        lexicon = Lexicon.load(config_dir, keep)
        return cls(model(), lexicon, feeds.blocs)

    def skim(self, match: Match) -> Reading:
        """All signals of a matched article but its meaning, which costs more than all others."""
        return self.skim_all([match])[0]

    def skim_all(self, matches: Sequence[Match]) -> list[Reading]:
        """`skim` of several: their words are hashed together."""
        worded = wordings(
            [(one.tagged.article.title, _body(one.tagged.article)) for one in matches]
        )
        return [self._reading(one, how) for one, how in zip(matches, worded, strict=True)]

    def embedded(self, readings: Sequence[Reading]) -> list[Signals]:
        """The signals of several, meaning included."""
        vectors = self._embed([one.said for one in readings]) if readings else []
        return [
            replace(one.signals, vector=packed(vector))
            for one, vector in zip(readings, vectors, strict=True)
        ]

    def embedded_one(self, reading: Reading) -> Signals:
        """The signals of one, embedded unless that has been done."""
        return reading.signals if reading.signals.vector else self.embedded([reading])[0]

    def renewed(self, signals: Signals) -> Signals:
        """The signals embedded anew, by all that is kept of what is embedded: the title."""
        [vector] = self._embed([f"{signals.told.title}."])
        return replace(signals, vector=packed(vector))

    def read(self, match: Match) -> Signals:
        """The signals of one matched article."""
        return self.read_many([match])[0]

    def read_many(self, matches: Sequence[Match]) -> list[Signals]:
        """The signals of several."""
        return self.embedded(self.skim_all(matches))

    def _reading(self, match: Match, worded: Wording) -> Reading:
        tagged = match.tagged
        words = read(tagged.article, tagged.mentions, tagged.language.code, self.lexicon)
        return Reading(_signals(match, worded, words), words.said)


def _body(article: Article) -> str:
    return f"{article.summary} {article.text}"


def _signals(match: Match, worded: Wording, words: Words) -> Signals:
    tagged = match.tagged
    article, code = tagged.article, tagged.language.code
    relation = tagged.relations.get(match.watch, Relation(level=Level.NONE, score=0.0))
    beginning = folded_whole(worded.title, _body(article)[:LEAD])[:LEAD]
    return Signals(
        told=_told(article, code, relation),
        sketch=worded.sketch,
        entities=_entities(tagged.mentions),
        named=tuple(dict.fromkeys(_named(one) for one in tagged.mentions)),
        persons=_entities(one for one in tagged.mentions if one.kind == _PERSON),
        numbers=words.numbers,
        title_numbers=words.title_numbers,
        names=words.names,
        concepts=words.concepts,
        title_concepts=words.title_concepts,
        title_stems=words.title_stems,
        stems=words.stems,
        topics=tagged.topics,
        level=relation.level,
        quote=quote(article, relation, tagged.mentions, code),
        essence=worded.essence,
        withdrawn=is_withdrawn(beginning),
        length=worded.length,
    )


def _told(article: Article, code: str, relation: Relation) -> StoryArticle:
    return StoryArticle(
        id=article.id,
        fingerprint=article.fingerprint,
        url=article.url,
        title=article.title[:_TITLE_MAX],
        source=article.source,
        language=code,
        published=article.published,
        first_seen=article.first_seen,
        score=relation.score,
    )


def _entities(mentions: Iterable[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mention.entity for mention in mentions))


def _named(mention: Mention) -> str:
    """The capital, the country and its people say one thing: which side."""
    return mention.side if mention.kind in _SIDES_THEMSELVES else mention.entity
