"""Sides and relation on the labelled set: precision, recall and F1, beside a word-list tagger."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.processors.understand import Understanding
from services.processors.watches import chosen
from shared.records import Field, Level
from tests.bench import wordlist

GOLD = Path(__file__).parents[1] / "data" / "gold" / "relation"

FIELDS: tuple[Field, ...] = ("title", "summary", "text")
Row = Mapping[str, Any]
Said = tuple[frozenset[str], Level, frozenset[str], float]
"""Sides, level, topics, the relation's score."""
Tagger = Callable[[Row], Said]


def lines(understanding: Understanding) -> Iterator[dict[str, object]]:
    """A line for each split, tagger and question that the split can answer."""
    taggers: Mapping[str, Tagger] = {"newswatch": ours(understanding), "word list": plain}
    for split in ("tune", "test", "headlines"):
        rows = read(split)
        for name, tagger in taggers.items():
            said = [tagger(row) for row in rows]
            for line in figures(rows, said):
                yield {"split": split, "tagger": name} | line
            if name == "newswatch" and any(row["topics"] for row in rows):
                topics = scores(_topic_pairs(rows, said))
                yield {"split": split, "tagger": name, "bench": "topics"} | topics


def figures(rows: Sequence[Row], said: Sequence[Said]) -> Iterator[dict[str, object]]:
    """Sides, of all and of real texts, and relation."""
    size = {"items": len(rows)}
    yield {"bench": "sides"} | size | scores(_side_pairs(rows, said))
    real = [n for n, row in enumerate(rows) if row["source"] != "own"]
    if real:
        pairs = _side_pairs([rows[n] for n in real], [said[n] for n in real])
        yield {"bench": "sides, real", "items": len(real)} | scores(pairs)
    yield {"bench": "bilateral"} | size | scores(_level_pairs(rows, said)) | ranking(rows, said)
    yield {"bench": "bilateral, sides found"} | size | scores(_met_pairs(rows, said))


def read(split: str) -> list[Row]:
    """The labelled items of this split."""
    text = (GOLD / f"{split}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def fields_of(row: Row) -> dict[Field, str]:
    """An item as the pipeline gets it."""
    return {name: row.get(name) or "" for name in FIELDS}


def ours(understanding: Understanding) -> Tagger:
    """What `newswatch tag` says; the item's language is not told."""
    watch = chosen(understanding.watches, None)

    def tag(row: Row) -> Said:
        said = understanding.understand(fields_of(row))
        relation = said.relations.get(watch.id)
        level = relation.level if relation else Level.NONE
        sides = frozenset(mention.side for mention in said.mentions)
        return sides, level, frozenset(said.topics), relation.score if relation else 0.0

    return tag


def plain(row: Row) -> Said:
    """What the word list says."""
    text = "\n".join(fields_of(row).values())
    level = wordlist.level(text)
    return wordlist.sides(text), level, frozenset(), float(level is Level.BILATERAL)


def scores(pairs: Sequence[tuple[bool, bool]]) -> dict[str, float]:
    """Precision, recall, F1 of (is, said) pairs."""
    right = sum(both for both in map(all, pairs))
    said = sum(answer for _, answer in pairs)
    there = sum(truth for truth, _ in pairs)
    return {
        "precision": round(right / said, 4) if said else 1.0,
        "recall": round(right / there, 4) if there else 1.0,
        "f1": round(2 * right / (said + there), 4) if said + there else 1.0,
    }


def ranking(rows: Sequence[Row], said: Sequence[Said]) -> dict[str, float]:
    """How well the score ranks: average precision, of equal scores the wrong items first."""
    truths = [row["level"] == Level.BILATERAL for row in rows]
    ranked = sorted(zip(truths, said, strict=True), key=lambda pair: (-pair[1][-1], pair[0]))
    places = [place for place, (truth, _) in enumerate(ranked, 1) if truth]
    shares = [right / place for right, place in enumerate(places, 1)]
    return {"average_precision": round(sum(shares) / len(shares), 4)} if shares else {}


def _side_pairs(rows: Sequence[Row], said: Sequence[Said]) -> list[tuple[bool, bool]]:
    return [
        (bool(row["sides"][side]), side in sides)
        for row, (sides, *_) in zip(rows, said, strict=True)
        for side in wordlist.NAMES
    ]


def _level_pairs(rows: Sequence[Row], said: Sequence[Said]) -> list[tuple[bool, bool]]:
    return [
        (row["level"] == Level.BILATERAL, level is Level.BILATERAL)
        for row, (_, level, *_) in zip(rows, said, strict=True)
    ]


def _topic_pairs(rows: Sequence[Row], said: Sequence[Said]) -> list[tuple[bool, bool]]:
    """Every topic that is right or said, of the items that name a side."""
    return [
        (topic in row["topics"], topic in topics)
        for row, (sides, _, topics, _) in zip(rows, said, strict=True)
        if sides
        for topic in topics | set(row["topics"])
    ]


def _met_pairs(rows: Sequence[Row], said: Sequence[Said]) -> list[tuple[bool, bool]]:
    """Only where both sides are meant and were found: relate's own part in the result."""
    return [
        (row["level"] == Level.BILATERAL, level is Level.BILATERAL)
        for row, (sides, level, *_) in zip(rows, said, strict=True)
        if row["level"] != Level.NONE and len(sides) == len(wordlist.NAMES)
    ]
