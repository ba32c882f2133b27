"""What relate sees of real news whose text is not kept: numbers for training, no words.

    python -m tests.bench.met FILE FOLDER

Writes tests/data/relation/met.jsonl from the tune halves of `tests.bench.web` (FILE) and
`tests.bench.elsewhere` (FOLDER), as they ask for them: of each item that names both sides its
digest, whether it is bilateral, and its features. To be run again when features change. An item
whose text is not there keeps the numbers it has.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from services.processors.understand import Understanding
from tests.bench import elsewhere, train_relation, web
from tests.bench.relation import Row, fields_of
from tests.bench.web import CONFIG

SPLIT = "tune"


def main() -> None:
    understanding = Understanding.load(CONFIG)
    rows = [*_web(Path(sys.argv[1])), *elsewhere.read(SPLIT, Path(sys.argv[2]))]
    items = _kept() | {row["digest"]: seen(understanding, row) for row in rows}
    lines = [json.dumps(item) for item in items.values() if item["features"]]
    train_relation.MET.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _kept() -> dict[str, dict[str, object]]:
    """The items of the file as it is."""
    items = map(json.loads, train_relation.lines_of(train_relation.MET))
    return {item["digest"]: item for item in items}


def _web(file: Path) -> Iterator[Row]:
    yield from web.there(web.read(SPLIT), web.by_digest(file.read_text(encoding="utf-8")))


def seen(understanding: Understanding, row: Row) -> dict[str, object]:
    """One item, as a line of the file."""
    features = train_relation.features_of(understanding, fields_of(row), row["language"])
    return {
        "digest": row["digest"],
        "bilateral": row["level"] == "bilateral",
        "features": {name: round(value, 4) for name, value in sorted(features.items())},
    }


if __name__ == "__main__":
    main()
