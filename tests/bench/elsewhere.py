"""Labelled news whose text is not kept in this repository: labels here, text in others' corpora.

    python -m tests.bench.elsewhere FOLDER

FOLDER holds a clone of each repository that tests/data/gold/elsewhere names, as `owner+name`. An
item says where its text stands (commit, path, place); its digest says that it is the same text.
Prints sides and relation by split and round of labelling, as JSON lines, and the same of the items
of which the labeller was in no doubt.
"""

import json
import re
import subprocess
import sys
from ast import literal_eval
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from services.processors.understand import Understanding
from tests.bench import relation
from tests.bench.relation import Row

LABELS = Path(__file__).parents[1] / "data" / "gold" / "elsewhere"
CONFIG = Path(__file__).parents[2] / "deploy" / "config"
LONGEST = {1: 1_200, 2: 3_000, 3: 3_000, 4: 3_000, 5: 3_000}
"""Code points by round: a longer text is cut at the last end of a sentence before that and MORE."""
SHORTEST, MORE = 300, 200

_SENTENCE_END = re.compile(r"[.!?؟۔]\s")
Texts = tuple[str, str, str]
"""Title, summary, text."""


def main() -> None:
    folder = Path(sys.argv[1])
    tagger = relation.ours(Understanding.load(CONFIG))
    for split in ("tune", "test"):
        for number, rows in by_round(read(split, folder)).items():
            clear = [row for row in rows if not row.get("doubt")]
            for doubt, chosen in ((True, rows), (False, clear)):
                what = {"set": "elsewhere", "split": split, "round": number, "doubt": doubt}
                for line in relation.figures(chosen, [tagger(row) for row in chosen]):
                    print(json.dumps(line | what), flush=True)


def by_round(rows: Iterable[Row]) -> Mapping[int, list[Row]]:
    """The items of each round of labelling; those that do not say are of the first."""
    rounds: dict[int, list[Row]] = {}
    for row in rows:
        rounds.setdefault(row.get("round", 1), []).append(row)
    return rounds


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


def _texts(label: Mapping[str, Any], folder: Path) -> Texts:
    file = _file(folder / label["repository"].replace("/", "+"), label["commit"], label["path"])
    title, summary, text = _FORMATS[label["format"]](file, label["place"])
    return _on_one_line(title), _on_one_line(summary), _cut(text, LONGEST[label.get("round", 1)])


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


def _of_numbers(file: str, _: str) -> Texts:
    """A line of fields that "###" parts, a line to be left, a numbered line a sentence."""
    head, _left, *sentences = file.split("\n")
    text = (re.sub(r"^\d+\t", "", sentence) for sentence in sentences if sentence.strip())
    return head.split("###")[1], "", "\n".join(text)


def _of_contents(file: str, place: str) -> Texts:
    """A Python list of paragraphs a line."""
    paragraphs = literal_eval(file.split("\n")[int(place)].split("content: ", 1)[1])
    return "", "", "\n".join(paragraph.replace("\xa0", " ") for paragraph in paragraphs)


def _of_columns(file: str, place: str) -> Texts:
    """A headline a line, in its fourth column."""
    return file.split("\n")[int(place)].split("\t")[3], "", ""


def _of_documents(file: str, place: str) -> Texts:
    """Articles in elements, known by a number."""
    start = file.index(f"<DOCNO> {place} </DOCNO>")
    found = re.search("<TITLE>(.*?)</TITLE>\\s*<TEXT>(.*?)</TEXT>", file[start:], re.DOTALL)
    return (found[1].strip(), "", found[2].strip()) if found else ("", "", "")


def _of_headed(file: str, place: str) -> Texts:
    """Text alone; its headline is the one of its file's name, which `place` says."""
    return place, "", file


def _of_topped(file: str, _: str) -> Texts:
    """A headline in the first line, then the text."""
    title, _line, text = file.partition("\n")
    return title, "", text


_TAGS = ("TITLE", "ABSTRACT", "TEXT")
_FORMATS = {
    "list": _of_list,
    "object": _of_object,
    "tags": _of_tags,
    "lines": _of_lines,
    "tokens": _of_tokens,
    "numbered": _of_numbers,
    "content": _of_contents,
    "tabs": _of_columns,
    "docs": _of_documents,
    "headed": _of_headed,
    "topped": _of_topped,
}


def _on_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _cut(text: str, longest: int) -> str:
    text = re.sub(r"[ \t\u00a0]+", " ", text).strip()
    if len(text) <= longest:
        return text
    ends = [end.end() for end in _SENTENCE_END.finditer(text)]
    fitting = [end for end in ends if SHORTEST < end <= longest + MORE]
    return text[: fitting[-1]].strip() if fitting else text[:longest]


if __name__ == "__main__":
    main()
