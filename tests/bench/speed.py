"""How fast articles are understood: articles a second of one core, beside a word-list tagger.

Two streams of 2,000-character articles: ordinary news in thirteen languages (tests/data/neutral),
of which a twentieth, then all, begin with an item of the labelled set that names a side.
CPU time, of every 32 articles the best of several rounds, all taggers in turn: a machine that is
busy slows some of a round, seldom the same part of all. `reference` is NFKC and casefold alone over
the same stream, so that figures of different machines can be compared.
"""

import resource
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import numpy as np

from services.processors.understand import Asked, Understanding
from shared.records import Field
from tests.bench import wordlist
from tests.bench.relation import Row, fields_of, read

ARTICLES = 1_000
CHARACTERS = 2_000
NEUTRAL = Path(__file__).parents[1] / "data" / "neutral"
ROUNDS = 8
TOGETHER = 32
"""Articles understood at once: about as many as `newswatch tag` reads at once from a full pipe."""
SHARES = (0.05, 1.0)

Fields = Mapping[Field, str]
Tagger = Callable[[Sequence[Fields]], object]


def lines(understanding: Understanding) -> Iterator[dict[str, object]]:
    """A line for each stream and tagger, then one of the memory used."""
    taggers: Mapping[str, Tagger] = {
        "newswatch": lambda articles: understanding.understand_all([*map(Asked, articles)]),
        "newswatch, one by one": lambda articles: [*map(understanding.understand, articles)],
        "word list": lambda articles: [
            wordlist.sides("\n".join(fields.values())) for fields in articles
        ],
        "reference": lambda articles: [
            unicodedata.normalize("NFKC", text).casefold()
            for fields in articles
            for text in fields.values()
        ],
    }
    for share in SHARES:
        found = rates([*taggers.values()], stream(share))
        for name, rate in zip(taggers, found, strict=True):
            yield {"bench": "speed", "share": share, "tagger": name, "articles_a_second": rate}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mebibytes = round(peak / (1024 if sys.platform != "darwin" else 1024**2))
    yield {"bench": "memory", "peak_resident_mib": mebibytes}


def stream(share: float) -> list[Fields]:
    """Articles of which this share names a side; the same at every call."""
    silent = {file.stem: file.read_text(encoding="utf-8") for file in sorted(NEUTRAL.glob("*.txt"))}
    naming = [
        row
        for row in (*read("tune"), *read("test"))
        if any(row["sides"].values()) and row["language"] in silent
    ]
    random = Random(4)
    every = round(1 / share)
    return [
        _naming(random.choice(naming), silent, random)
        if number % every == 0
        else _silent(random.choice(list(silent.values())), CHARACTERS, random)
        for number in range(ARTICLES)
    ]


def _silent(text: str, length: int, random: Random) -> Fields:
    """A stretch of news that names neither side."""
    start = random.randrange(len(text) - length)
    title, text = text[start : start + 60], text[start + 60 : start + length]
    return {"title": title, "summary": "", "text": text}


def _naming(row: Row, silent: Mapping[str, str], random: Random) -> Fields:
    """A labelled item that names a side, filled up to length with such news."""
    fields = fields_of(row)
    more = _silent(silent[row["language"]], CHARACTERS, random)["text"]
    return fields | {"text": f"{fields['text']}\n{more}"[: CHARACTERS - len(fields["title"])]}


def rates(taggers: Sequence[Tagger], articles: Sequence[Fields]) -> list[int]:
    """Articles a second of each, in CPU time: TOGETHER at a time, in turn, the best of ROUNDS."""
    groups = [articles[at : at + TOGETHER] for at in range(0, len(articles), TOGETHER)]
    rounds = [
        [[_seconds(tagger, group) for tagger in taggers] for group in groups] for _ in range(ROUNDS)
    ]
    best = np.array(rounds).min(axis=0).sum(axis=0)
    return [round(len(articles) / seconds) for seconds in best.tolist()]


def _seconds(tagger: Tagger, articles: Sequence[Fields]) -> float:
    begun = time.process_time()
    tagger(articles)
    return time.process_time() - begun
