"""Labelled news whose text is not kept in this repository: labels here, text in others' corpora.

    python -m tests.bench.elsewhere FOLDER

FOLDER holds a clone of each repository that tests/data/gold/elsewhere names, as `owner+name`. An
item says where its text stands (commit, path, place); its digest says that it is the same text.
Prints sides and relation by split, as JSON lines.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

from services.processors.understand import Understanding
from tests.bench import relation
from tests.bench.relation import Row

LABELS = Path(__file__).parents[1] / "data" / "gold" / "elsewhere"
CONFIG = Path(__file__).parents[2] / "deploy" / "config"
LONGEST, SHORTEST, MORE = 1_200, 300, 200
"""Code points: a longer text is cut at the last end of a sentence before LONGEST + MORE."""

_SENTENCE_END = re.compile(r"[.!?؟۔]\s")
Texts = tuple[str, str, str]
"""Title, summary, text."""


def main() -> None:
    folder = Path(sys.argv[1])
    tagger = relation.ours(Understanding.load(CONFIG))
    for split in ("tune", "test"):
        rows = list(read(split, folder))
        said = [tagger(row) for row in rows]
        for line in relation.figures(rows, said):
            print(json.dumps(line | {"set": "elsewhere", "split": split}), flush=True)


def read(split: str, folder: Path) -> Iterator[Row]:
    """The items of a split with their texts. Raises ValueError where a text is another one."""
    for line in (LABELS / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
        label = json.loads(line)
        title, summary, text = _texts(label, folder)
        if blake2b((title + text).encode(), digest_size=6).hexdigest() != label["digest"]:
            raise ValueError(f"{label['id']}: another text than was labelled")
        yield label | {
            "source": label["repository"],
            "title": title,
            "summary": summary,
            "text": text,
        }


def _texts(label: Mapping[str, str], folder: Path) -> Texts:
    file = _file(folder / label["repository"].replace("/", "+"), label["commit"], label["path"])
    title, summary, text = _FORMATS[label["format"]](file, label["place"])
    return _on_one_line(title), _on_one_line(summary), _cut(text)


def _file(clone: Path, commit: str, path: str) -> str:
    shown = subprocess.run(
        ["git", "-C", clone, "show", f"{commit}:{path}"], capture_output=True, check=True
    )
    return shown.stdout.decode(errors="ignore")


def _of_list(file: str, place: str) -> Texts:
    """A JSON list of articles in paragraphs."""
    article = json.loads(file)[int(place)]
    return article["title"], article.get("abstract") or "", "\n".join(article["paragraphs"])


def _of_object(file: str, _: str) -> Texts:
    article = json.loads(file)
    return article["title"], "", article["content"]


def _of_tags(file: str, _: str) -> Texts:
    found = (re.search(f"<{tag}>(.*?)</{tag}>", file, re.DOTALL) for tag in _TAGS)
    title, summary, text = (match[1].strip() if match else "" for match in found)
    return title, summary, text


def _of_lines(file: str, place: str) -> Texts:
    return "", "", re.sub(r"^__label__\S+\s", "", file.split("\n")[int(place)])


def _of_tokens(file: str, place: str) -> Texts:
    """CoNLL: a token a line, sentences divided by empty lines."""
    lines = file.split("\n\n")[int(place)].split("\n")
    return "", "", " ".join(line.split()[0] for line in lines if line.split())


_TAGS = ("TITLE", "ABSTRACT", "TEXT")
_FORMATS = {
    "list": _of_list,
    "object": _of_object,
    "tags": _of_tags,
    "lines": _of_lines,
    "tokens": _of_tokens,
}


def _on_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _cut(text: str) -> str:
    text = re.sub(r"[ \t\u00a0]+", " ", text).strip()
    if len(text) <= LONGEST:
        return text
    ends = [end.end() for end in _SENTENCE_END.finditer(text)]
    fitting = [end for end in ends if SHORTEST < end <= LONGEST + MORE]
    return text[: fitting[-1]].strip() if fitting else text[:LONGEST]


if __name__ == "__main__":
    main()
