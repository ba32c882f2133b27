"""Reads an article's signals: wording, meaning, entities, numbers, names, concepts."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import BaseModel

from services.processors.gather.embed import Embed, model
from services.processors.gather.lexicon import Lexicon
from services.processors.gather.names import names
from services.processors.gather.numbers import numbers
from services.processors.gather.quote import quote
from services.processors.gather.revision import essence, is_withdrawn
from services.processors.gather.shingles import word_hashes
from services.processors.gather.signals import Signals, packed
from services.processors.gather.sketch import sketch_of
from shared.config import read_toml
from shared.records import Article, Level, Match, Mention, Relation, StoryArticle
from shared.text import fold

LEAD = 700
"""How many code points of an article, title included, say what happened."""
_TITLE_MAX = 300
_WORD = re.compile(r"\w+")
_LONG = 4
_STEM = 5


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


class Reader:
    """Makes signals. Holds the embedding model; safe to share between the watches."""

    def __init__(self, embed: Embed, lexicon: Lexicon, blocs: tuple[str, ...] = ()) -> None:
        """`blocs` are the catalogue's, whose silence is told of."""
        self.blocs = blocs
        self._embed = embed
        self.lexicon = lexicon

    @classmethod
    def load(cls, config_dir: Path) -> "Reader":
        """With the model from its wheel; lexicon and blocs of this configuration.

        Raises ConfigError.
        """
        feeds = read_toml(config_dir / "feeds.toml", Catalogue)
        return cls(model(), Lexicon.load(config_dir), feeds.blocs)

    def read(self, match: Match) -> Signals:
        """The signals of one matched article."""
        return self.read_many([match])[0]

    def read_many(self, matches: Sequence[Match]) -> list[Signals]:
        """The signals of several: the model is twice as fast on batches."""
        vectors = self._embed([_said(match.tagged.article) for match in matches])
        return [
            _signals(match, packed(vector), self.lexicon)
            for match, vector in zip(matches, vectors, strict=True)
        ]


def _signals(match: Match, vector: bytes, lexicon: Lexicon) -> Signals:
    tagged = match.tagged
    article, code = tagged.article, tagged.language.code
    relation = tagged.relations.get(match.watch, Relation(level=Level.NONE, score=0.0))
    title = fold(article.title)
    folded = f"{title} {fold(f'{article.summary} {article.text}')}"
    hashed = word_hashes(folded)
    lead = _lead(article)
    plain = fold(lead)
    return Signals(
        told=_told(article, code, relation),
        sketch=sketch_of(title, folded, hashed),
        vector=vector,
        entities=_entities(tagged.mentions),
        numbers=numbers(plain),
        title_numbers=numbers(title),
        names=tuple(sorted(names(lead, code))),
        concepts=lexicon.concepts(_WORD.findall(plain.replace("\u200c", "")), code),
        title_stems=_stems(title),
        topics=tagged.topics,
        level=relation.level,
        quote=quote(article, relation, tagged.mentions, code),
        essence=essence(folded, hashed),
        withdrawn=is_withdrawn(folded[:LEAD]),
        length=len(hashed),
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


def _lead(article: Article) -> str:
    return f"{article.title}. {article.summary} {article.text}"[:LEAD]


def _said(article: Article) -> str:
    return f"{article.title}. {article.summary or article.text}"


def _entities(mentions: Iterable[Mention]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(mention.entity for mention in mentions))


def _stems(title: str) -> tuple[str, ...]:
    """Five letters are about a word without its endings, in all the languages we meet."""
    long_words = (
        word[:_STEM] for word in _WORD.findall(title.replace("\u200c", "")) if len(word) >= _LONG
    )
    return tuple(dict.fromkeys(long_words))
