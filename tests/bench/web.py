"""Labelled openings of news pages whose text is not kept in this repository.

    python -m tests.bench.web FILE

FILE holds the texts, a JSON line `{"title", "text"}` each, in any order; an item of
tests/data/gold/web is found by its digest. Prints sides and relation by split and round of
labelling, and what is not there, as JSON lines.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

from services.processors.understand import Understanding
from tests.bench import relation
from tests.bench.elsewhere import by_round
from tests.bench.relation import Row

LABELS = Path(__file__).parents[1] / "data" / "gold" / "web"
CONFIG = Path(__file__).parents[2] / "deploy" / "config"


def main() -> None:
    texts = by_digest(Path(sys.argv[1]).read_text(encoding="utf-8"))
    tagger = relation.ours(Understanding.load(CONFIG))
    for split in ("tune", "test"):
        for number, labels in by_round(read(split)).items():
            rows = there(labels, texts)
            what = {"set": "web", "split": split, "round": number}
            what |= {"missing": len(labels) - len(rows)}
            for line in relation.figures(rows, [tagger(row) for row in rows]):
                print(json.dumps(line | what), flush=True)


def there(labels: Iterable[Row], texts: Mapping[str, dict[str, str]]) -> list[Row]:
    """The items whose texts are there, with them."""
    return [dict(row) | texts[row["digest"]] for row in labels if row["digest"] in texts]


def read(split: str) -> Iterator[Row]:
    """The labels of a split."""
    for line in (LABELS / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def by_digest(lines: str) -> Mapping[str, dict[str, str]]:
    """The texts of a file, each under its digest."""
    texts = (json.loads(line) for line in lines.splitlines())
    return {_digest(text): text for text in texts}


def _digest(text: Mapping[str, str]) -> str:
    return blake2b((text["title"] + text["text"]).encode(), digest_size=6).hexdigest()


if __name__ == "__main__":
    main()
