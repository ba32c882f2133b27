"""What `newswatch tag` does: what is understood of each article, JSON lines in, JSON lines out.

A public contract: fields may be added to the output, none may change.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO

from msgspec import Struct
from msgspec.json import Encoder

from services.ops.articles import ArticleLine, read_articles
from services.ops.config_dir import CONFIG_DIR
from services.ops.decoded import Unreadable
from services.ops.lines import batches
from services.ops.ready import BAD_INPUT, ready
from services.processors.understand import Asked, Understanding, Understood
from services.processors.watches import Watch
from shared.records import Language, Level, Mention, Relation


class RelationLine(Struct, frozen=True):
    """`relation` of a line of output: every field, also an empty one."""

    level: Level
    score: float
    evidence: tuple[object, ...]


class TagLine(Struct, frozen=True):
    """A line of output."""

    id: str | int
    language: Language
    mentions: tuple[Mention, ...]
    relation: RelationLine
    topics: tuple[str, ...]


def tag_input(watch: str | None = None, config_dir: Path = CONFIG_DIR) -> int:
    """Tag the articles on standard input, for this watch or the default one; the exit status."""
    if (by := ready(config_dir, watch)) is None:
        return BAD_INPUT
    return tag_lines(batches(sys.stdin.buffer), sys.stdout.buffer, sys.stderr, *by)


def tag_lines(
    arriving: Iterable[Sequence[bytes]],
    out: BinaryIO,
    problems: TextIO,
    understanding: Understanding,
    watch: Watch,
) -> int:
    """Answer each batch of lines as it comes; the exit status: 0, or 2 where one was no article."""
    encode = Encoder().encode
    status, number = 0, 1
    for lines in arriving:
        articles = list(read_articles(lines, number))
        said = iter(
            understanding.understand_all(
                [_asked(article) for article in articles if isinstance(article, ArticleLine)]
            )
        )
        for article in articles:
            if isinstance(article, Unreadable):
                print(article, file=problems, flush=True)
                status = BAD_INPUT
            else:
                out.write(encode(tag_line(article, next(said), watch)) + b"\n")
        out.flush()
        number += len(lines)
    return status


def _asked(article: ArticleLine) -> Asked:
    return Asked(article.fields, article.feed_language, article.day)


def tag_line(article: ArticleLine, said: Understood, watch: Watch) -> TagLine:
    """The output for one article, as this watch sees it."""
    relation = said.relations.get(watch.id, Relation(level=Level.NONE, score=0.0))
    return TagLine(
        id=article.id,
        language=said.language,
        mentions=tuple(m for m in said.mentions if watch.sides.of(m) is not None),
        relation=RelationLine(relation.level, relation.score, relation.evidence),
        topics=said.topics,
    )
