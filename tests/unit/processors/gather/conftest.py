from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from zlib import crc32

import numpy as np
import pytest

from services.processors.gather.lexicon import Lexicon
from services.processors.gather.reader import Reader
from services.processors.gather.signals import DIMENSIONS, Vector
from services.processors.gather.stories import Stories
from shared.identity import fingerprint
from shared.records import (
    Article,
    Language,
    Level,
    Match,
    Mention,
    Relation,
    Source,
    TaggedArticle,
    Verdict,
)

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
WATCH = "iran-turkiye"


def embed(texts: Sequence[str]) -> list[Vector]:
    """A fake: words hashed into places, so that shared words are shared meaning."""
    vectors = []
    for text in texts:
        vector = np.zeros(DIMENSIONS, np.float32)
        for word in text.lower().split():
            vector[crc32(word.encode("utf-8", "surrogatepass")) % DIMENSIONS] += 1
        vectors.append(vector / max(float(np.linalg.norm(vector)), 1.0))
    return vectors


def match(
    name: str,
    title: str,
    *,
    text: str = "",
    hours: float = 0.0,
    outlet: str = "aa",
    bloc: str = "",
    language: str = "en",
    entities: Sequence[str] = (),
    published: datetime | None = None,
) -> Match:
    seen = START + timedelta(hours=hours)
    article = Article(
        id=name,
        url=f"https://{outlet}.example/{name}",
        title=title,
        text=text,
        published=published or seen,
        first_seen=seen,
        fingerprint=fingerprint(title, "", text),
        source=Source(feed=outlet, outlet=outlet, home="TR", family=outlet, bloc=bloc),
    )
    mentions = tuple(
        Mention(side="x", entity=e, kind="person", field="title", start=0, end=1, surface=title[:1])
        for e in entities
    )
    tagged = TaggedArticle(
        article=article,
        verdict=Verdict.NEW,
        language=Language(code=language, confidence=1.0),
        mentions=mentions,
        relations={WATCH: Relation(level=Level.BILATERAL, score=0.9)},
    )
    return Match(watch=WATCH, tagged=tagged)


def a_reader(lexicon: Lexicon | None = None, blocs: tuple[str, ...] = ()) -> Reader:
    """A reader with the fake model."""
    return Reader(embed, lexicon or Lexicon({}), blocs)


@pytest.fixture
def stories() -> Stories:
    return Stories(WATCH, a_reader())


@pytest.fixture
def make() -> Callable[..., Match]:
    return match
