"""Articles as `dedup` and `stories` read them: `tag`'s lines, with a source if there is one."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from msgspec import DecodeError, Struct
from msgspec.json import Decoder

from services.ops.lines import batches
from shared.identity import article_id, fingerprint
from shared.records import Article, Source
from shared.urls import canonical

WINDOW = 20_000
"""Articles that are remembered, unless the command line says how many."""

TOGETHER = 32
"""Articles read at once, at most: more gain nothing."""

_UNKNOWN = datetime.fromtimestamp(0, UTC)


class SourceLine(Struct, frozen=True, kw_only=True):
    """Who published an article, as far as the line says."""

    feed: str = ""
    outlet: str = ""
    home: str = ""
    family: str = ""
    bloc: str = ""
    language: str | None = None


class Arrival(Struct, frozen=True, kw_only=True):
    """A line of input; unknown fields are ignored. Without times, articles are of one time."""

    id: str | int
    title: str = ""
    summary: str | None = None
    text: str | None = None
    url: str | None = None
    published: str | None = None
    first_seen: str | None = None
    feed_language: str | None = None
    source: SourceLine | str | None = None
    outlet: str | None = None

    @property
    def address(self) -> str:
        """What makes two lines one article: the URL's id, else the line's own."""
        return article_id(canonical(self.url)) if self.url else str(self.id)

    @property
    def body(self) -> str:
        """Summary and text."""
        return "\n".join(part for part in (self.summary, self.text) if part)

    def article(self) -> Article:
        """The line as an article."""
        published = _time(self.published) or _time(self.first_seen) or _UNKNOWN
        summary, text = self.summary or "", self.text or ""
        return Article(
            id=self.address,
            url=canonical(self.url) if self.url else "",
            title=self.title,
            summary=summary,
            text=text,
            published=published,
            first_seen=_time(self.first_seen) or published,
            fingerprint=fingerprint(self.title, summary, text),
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


def arriving(stream: BinaryIO) -> Iterator[list[Arrival | str]]:
    """`arrivals` of the stream, as many at a time as can be read without waiting."""
    number = 1
    for lines in batches(stream):
        for start in range(0, len(lines), TOGETHER):
            yield list(arrivals(lines[start : start + TOGETHER], number + start))
        number += len(lines)


def arrivals(lines: Iterable[bytes], first: int = 1) -> Iterator[Arrival | str]:
    """Each line's article, or what is wrong with line `first` and so on. Blank ones are skipped."""
    decoder = Decoder(Arrival)
    for number, line in enumerate(lines, start=first):
        if line.strip():
            try:
                yield decoder.decode(line)
            except (DecodeError, UnicodeDecodeError) as error:
                yield f"line {number}: not an article: {error}"


def _time(text: str | None) -> datetime | None:
    try:
        time = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time
