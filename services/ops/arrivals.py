"""Articles as `dedup` and `stories` read them: `tag`'s lines, with a source if there is one."""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from msgspec import Struct
from msgspec.json import Decoder

from services.ops.articles import ArticleLine
from services.ops.decoded import Unreadable, decoded
from services.ops.instants import Written, instant
from services.ops.lines import batches
from shared.identity import article_id, fingerprint
from shared.records import Article, Source
from shared.urls import canonical

WINDOW = 20_000
"""Articles that are remembered, unless the command line says how many."""

TOGETHER = 32
"""Articles read at once, at most: more gain nothing."""


class SourceLine(Struct, frozen=True, kw_only=True):
    """Who published an article, as far as the line says."""

    feed: str = ""
    outlet: str = ""
    home: str = ""
    family: str = ""
    bloc: str = ""
    language: str | None = None


class Arrival(ArticleLine, frozen=True, kw_only=True):
    """A line of input: as `tag` reads it, with its source."""

    first_seen: Written = None
    source: SourceLine | str | None = None
    outlet: str | None = None

    @property
    def time(self) -> datetime | None:
        """When it was published, else when it was first seen, if it says either."""
        return instant(self.published) or instant(self.first_seen)

    @property
    def address(self) -> str:
        """What makes two lines one article: the URL's id, else the line's own."""
        return article_id(canonical(self.url)) if self.url else str(self.id)

    @property
    def body(self) -> str:
        """Summary and text."""
        return "\n".join(part for part in (self.summary, self.text) if part)

    def article(self, undated: datetime) -> Article:
        """The line as an article; one without a time is taken to be of `undated`."""
        published = self.time or undated
        fields = self.fields
        return Article(
            id=self.address,
            url=canonical(self.url) if self.url else "",
            title=fields["title"],
            summary=fields["summary"],
            text=fields["text"],
            published=published,
            first_seen=instant(self.first_seen) or published,
            fingerprint=fingerprint(fields["title"], fields["summary"], fields["text"]),
            source=self._source(),
        )

    def _source(self) -> Source:
        if isinstance(self.source, SourceLine):
            line = self.source
            return Source(
                feed=line.feed,
                outlet=line.outlet or self.outlet or "",
                home=line.home,
                family=line.family,
                bloc=line.bloc,
                language=line.language or self.feed_language,
            )
        name = self.source or self.outlet or ""
        return Source(feed=name, outlet=name, language=self.feed_language)


def arriving(stream: BinaryIO) -> Iterator[list[Arrival | Unreadable]]:
    """The articles of the stream, as many at a time as can be read without waiting."""
    decode = Decoder(Arrival).decode
    number = 1
    for lines in batches(stream):
        for start in range(0, len(lines), TOGETHER):
            yield list(decoded(decode, lines[start : start + TOGETHER], number + start))
        number += len(lines)
