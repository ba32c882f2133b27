"""Sentences of TICO-19 in nine languages: does the score know a sentence again in another one?

    python -m tests.bench.parallel FOLDER

FOLDER holds `all.en-fa.tmx.zip` and so on, the translation memories of TICO-19
(https://tico-19.github.io, CC0), which are not kept here. 160 sentences of Wikinews and Wikipedia,
all on one disease: only the very sentence is the same event. Nothing was trained or tuned on them.
Prints, as JSON lines by group of pairs, the average precision of the score, and precision and
recall of joining from gather's threshold on.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

from lxml import etree

from services.processors.gather.decide import JOIN
from services.processors.gather.rarity import Rarity
from services.processors.gather.reader import Reader
from services.processors.gather.score import probability
from tests.bench.fit_stories import rows
from tests.bench.stories_gold import CONFIG

LANGUAGES = ("ar", "ckb", "en", "fa", "fr", "ku", "ps", "ru", "ur")
LESS_READ = {"ckb", "fa", "ku", "ps", "ur"}
"""Languages of which the embedding model has read less."""

SENTENCES = 160
SHORTEST = 60
"""Code points of the English: shorter ones are captions."""

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Pair(NamedTuple):
    """Two sentences of different languages."""

    languages: frozenset[str]
    score: float
    same: bool


def main() -> int:
    """Print the figures; the exit status."""
    pairs = list(_pairs(_sentences(Path(sys.argv[1]))))
    for name, belongs in _groups():
        print(json.dumps({"pairs": name, **_figures([p for p in pairs if belongs(p.languages)])}))
    return 0


def _groups() -> Iterator[tuple[str, Callable[[frozenset[str]], bool]]]:
    yield "with a language that the model has read less of", lambda two: bool(two & LESS_READ)
    for language in sorted(LESS_READ):
        yield f"with {language}", lambda two, language=language: language in two
    yield "of languages that it has read much of", lambda two: not two & LESS_READ


def _sentences(folder: Path) -> list[dict[str, str]]:
    """What every language has, drawn by chance: each language's text of each sentence."""
    found: dict[str, dict[str, str]] = {}
    for language in set(LANGUAGES) - {"en"}:
        for unit, english, other in _units(folder / f"all.en-{language}.tmx.zip", language):
            found.setdefault(unit, {})["en"] = english
            found[unit][language] = other
    whole = [unit for unit, said in found.items() if len(said) == len(LANGUAGES)]
    whole = [unit for unit in whole if len(found[unit]["en"]) >= SHORTEST]
    drawn = sorted(whole, key=lambda unit: sha256(unit.encode()).digest())[:SENTENCES]
    return [found[unit] for unit in drawn]


def _units(file: Path, language: str) -> Iterator[tuple[str, str, str]]:
    with ZipFile(file) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".tmx"))
        tree = etree.fromstring(archive.read(name))
    for unit in tree.iter("tu"):
        said = {one.get(_LANG): "".join(one.find("seg").itertext()) for one in unit.iter("tuv")}
        if unit.get("tuid", "").startswith(("Wikinews", "Wikipedia")) and language in said:
            yield unit.get("tuid"), said["en"], said[language]


def _pairs(sentences: Sequence[dict[str, str]]) -> Iterator[Pair]:
    items = [
        {
            "id": f"{number}-{language}",
            "event": str(number),
            "language": language,
            "title": "",
            "text": said[language],
        }
        for number, said in enumerate(sentences)
        for language in LANGUAGES
    ]
    reader = Reader.load(CONFIG)
    known, rarity = rows(items, reader), Rarity(reader.lexicon.usual)
    for item, row in zip(items, known, strict=True):
        rarity.add(row.tags, item["event"])
    for (one, mine), (other, theirs) in combinations(zip(items, known, strict=True), 2):
        if one["language"] != other["language"]:
            languages = frozenset((one["language"], other["language"]))
            same = one["event"] == other["event"]
            yield Pair(languages, probability(mine, theirs, rarity), same)


def _figures(pairs: Sequence[Pair]) -> dict[str, float]:
    ranked = sorted(pairs, key=lambda pair: -pair.score)
    true = sum(pair.same for pair in pairs)
    right, total = 0, 0.0
    for place, pair in enumerate(ranked, 1):
        if pair.same:
            right += 1
            total += right / place
    joined = [pair.same for pair in pairs if pair.score >= JOIN]
    return {
        "average_precision": round(total / true, 4),
        "precision": round(sum(joined) / max(1, len(joined)), 4),
        "recall": round(sum(joined) / true, 4),
    }


if __name__ == "__main__":
    sys.exit(main())
