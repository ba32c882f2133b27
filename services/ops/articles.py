"""Articles as the command line reads them: a JSON object a line."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from msgspec import DecodeError, Struct
from msgspec.json import Decoder

from services.processors.understand import Asked, Understood
from shared.records import Article, Field, Source, TaggedArticle, Verdict

CONFIG_DIR = Path(__file__).parents[2] / "deploy" / "config"

_UNKNOWN = datetime.fromtimestamp(0, UTC)

ConfigDir = Annotated[Path, Parameter(env_var="NEWSWATCH_CONFIG_DIR")]
"""Where gazetteer, concepts, topics and watches are read from."""


class ArticleLine(Struct, frozen=True, kw_only=True):
    """A line of input. `feed_language` is a prior, not an answer; other fields are ignored."""

    id: str | int
    title: str
    summary: str | None = None
    text: str | None = None
    url: str | None = None
    published: str | None = None
    feed_language: str | None = None

    @property
    def fields(self) -> Mapping[Field, str]:
        """What is read of it; offsets count code points in these."""
        return {"title": self.title, "summary": self.summary or "", "text": self.text or ""}

    @property
    def day(self) -> date | None:
        """The day it was published, if it says one."""
        try:
            return datetime.fromisoformat(self.published or "").date()
        except ValueError:
            return None

    @property
    def asked(self) -> Asked:
        """As it is given to be understood."""
        return Asked(self.fields, self.feed_language, self.day)

    def tagged(self, said: Understood) -> TaggedArticle:
        """As the watches see it; times and source are unknown here, so none of theirs count."""
        fields = self.fields
        article = Article(
            id=str(self.id),
            url=self.url or "",
            title=fields["title"],
            summary=fields["summary"],
            text=fields["text"],
            published=_UNKNOWN,
            first_seen=_UNKNOWN,
            fingerprint="",
            source=Source(feed="", outlet=""),
        )
        return TaggedArticle(
            article=article,
            verdict=Verdict.NEW,
            language=said.language,
            mentions=said.mentions,
            relations=dict(said.relations),
            topics=said.topics,
        )


class Unreadable(ValueError):  # noqa: N818  the field's word for such a line
    """A line that is not an article; the message begins with its number, counted from 1."""


def read_articles(lines: Iterable[bytes], first: int = 1) -> Iterator[ArticleLine | Unreadable]:
    """Each line's article, or why it is none. Blank lines are skipped; nothing is kept.

    `first` is the number of the first of these lines.
    """
    decoder = Decoder(ArticleLine)
    for number, line in enumerate(lines, start=first):
        if line.strip():
            yield _article(decoder, number, line)


def _article(decoder: Decoder[ArticleLine], number: int, line: bytes) -> ArticleLine | Unreadable:
    try:
        return decoder.decode(line)
    except (DecodeError, UnicodeDecodeError) as error:
        return Unreadable(f"line {number}: not an article: {error}")
