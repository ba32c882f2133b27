"""Articles as the command line reads them: a JSON object a line."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime

from msgspec import Struct
from msgspec.json import Decoder

from services.ops.decoded import Unreadable, decoded
from services.ops.instants import Written, instant
from shared.records import Article, Field, Source

_UNKNOWN = datetime.fromtimestamp(0, UTC)


class ArticleLine(Struct, frozen=True, kw_only=True):
    """A line of input. `feed_language` is a prior, not an answer; other fields are ignored."""

    id: str | int
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    url: str | None = None
    published: Written = None
    feed_language: str | None = None

    @property
    def fields(self) -> Mapping[Field, str]:
        """What is read of it; offsets count code points in these."""
        return {"title": self.title or "", "summary": self.summary or "", "text": self.text or ""}

    @property
    def time(self) -> datetime | None:
        """When it was published, if it says so."""
        return instant(self.published)

    @property
    def day(self) -> date | None:
        """The day of its time: who held which office then."""
        return self.time.date() if self.time else None

    @property
    def unsourced(self) -> Article:
        """As the watches see it; times and source are unknown here, so none of theirs count."""
        fields = self.fields
        return Article(
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


def read_articles(lines: Iterable[bytes], first: int = 1) -> Iterator[ArticleLine | Unreadable]:
    """Each line's article, or why it is none; see `decoded`."""
    return decoded(Decoder(ArticleLine).decode, lines, first)
