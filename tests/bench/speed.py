"""How fast articles are understood: articles a second of one core, beside a word-list tagger.

Two streams of 2,000-character articles in eleven languages, made from the labelled set: text that
names a side is an item of it, filled up with professional news translations (NTREX) that name none.
CPU time, the best of several rounds; `reference` is NFKC and casefold alone over the same stream,
so that figures of different machines can be compared.
"""

import resource
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from services.processors.understand import Understanding
from shared.records import Field
from tests.bench import wordlist
from tests.bench.relation import Row, fields_of, read

ARTICLES = 1_000
CHARACTERS = 2_000
ROUNDS = 5
SHARES = (0.05, 1.0)

Fields = Mapping[Field, str]


def lines(understanding: Understanding) -> Iterator[dict[str, object]]:
    """A line for each stream and tagger, then one of the memory used."""
    taggers: Mapping[str, Callable[[Fields], object]] = {
        "newswatch": understanding.understand,
        "word list": lambda fields: wordlist.sides("\n".join(fields.values())),
        "reference": lambda fields: [
            unicodedata.normalize("NFKC", text).casefold() for text in fields.values()
        ],
    }
    for share in SHARES:
        articles = stream(share)
        for name, tagger in taggers.items():
            rate = round(articles_a_second(tagger, articles))
            yield {"bench": "speed", "share": share, "tagger": name, "articles_a_second": rate}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mebibytes = round(peak / (1024 if sys.platform != "darwin" else 1024**2))
    yield {"bench": "memory", "peak_resident_mib": mebibytes}


def stream(share: float) -> list[Fields]:
    """Articles of which this share names a side; the same at every call."""
    rows = [*read("tune"), *read("test")]
    naming = [row for row in rows if any(row["sides"].values())]
    silent = [r for r in rows if r["source"].startswith("NTREX") and not any(r["sides"].values())]
    filling = {row["language"]: row for row in silent}
    naming = [row for row in naming if row["language"] in filling]
    random = Random(4)  # noqa: S311  a fixed stream, no secret
    every = round(1 / share)
    return [
        _filled(random.choice(naming if number % every == 0 else silent), filling, random)
        for number in range(ARTICLES)
    ]


def _filled(row: Row, filling: Mapping[str, Row], random: Random) -> Fields:
    fields = fields_of(row)
    more = fields_of(filling[row["language"]])["text"]
    turn = random.randrange(len(more))
    padded = fields["text"] + "\n" + (more[turn:] + " " + more[:turn] + "\n") * 20
    return fields | {"text": padded[: CHARACTERS - len(fields["title"])]}


def articles_a_second(tagger: Callable[[Fields], object], articles: Sequence[Fields]) -> float:
    """The best of several rounds, in CPU time of this process."""
    best = 0.0
    for _ in range(ROUNDS):
        begun = time.process_time()
        for fields in articles:
            tagger(fields)
        best = max(best, len(articles) / (time.process_time() - begun))
    return best
