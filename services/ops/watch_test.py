"""A watch beside labelled articles: what should match, what does, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec.json import Decoder

from services.ops.articles import ArticleLine
from services.processors.match import Reason, reason
from services.processors.understand import Understanding
from services.processors.watches import Watch
from shared.codec import UNREADABLE
from shared.records import Level, Verdict


class Labelled(ArticleLine, frozen=True, kw_only=True):
    """An article and what a person says of it."""

    language: str | None = None
    level: Level | None = None
    match: bool | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What should be, what is, and why."""

    expected: bool
    matched: bool
    why: str


def read_labelled(file: Path) -> Iterator[Labelled]:
    """Every item of the file. Raises ValueError, with the line, for one without a label."""
    decoder = Decoder(Labelled)
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                item = decoder.decode(line)
            except UNREADABLE as error:
                raise ValueError(f"{file}:{number}: not a labelled article: {error}") from error
            if item.match is None and item.level is None:
                raise ValueError(f'{file}:{number}: no label; give "level" or "match"')
            yield item


def compare(item: Labelled, understanding: Understanding, watch: Watch) -> Outcome:
    """What the watch says of this item beside its label."""
    prior = item.feed_language or item.language
    said = understanding.understand(item.fields, prior=prior, on=item.day)
    why = reason(said.tagged(item.unsourced, Verdict.NEW), watch)
    relation = said.relations.get(watch.id)
    score = f"{relation.score:.2f}" if relation else "-"
    return Outcome(_expected(item, watch), why is Reason.MATCHED, f"{why} {score}")


def _expected(item: Labelled, watch: Watch) -> bool:
    if item.match is not None:
        return item.match
    enough = {Level.BILATERAL} | ({Level.CO_MENTION} if watch.level is Level.CO_MENTION else set())
    return item.level in enough
