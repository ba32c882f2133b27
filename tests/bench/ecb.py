"""The ECB+ corpus as labelled stories: real English news, whose text is not kept here.

Cybulska and Vossen 2014, https://github.com/cltl/ecbPlus; annotation CC BY 3.0. 43 topics of two
events each, told by up to some twenty papers: the second is of the first's kind, with other people
in another place, so that it nearly misses it. The corpus has no times; here all are of one day.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from lxml import etree

_DAY = "2012-05-05T05:00:00+00:00"
_TITLE_MAX, _TEXT_MAX = 160, 1_200
_SENTENCE = re.compile(r"(?<=[.!?]) ")
_ADDRESS = re.compile(r"https?[ :]")
_TIGHT = ((re.compile(r" ([.,;:!?%)'])"), r"\1"), (re.compile(r"([($]) "), r"\1"),
          (re.compile(r"`` | ''"), '"'), (re.compile(r" n't\b"), "n't"))  # fmt: skip


def items(split: str, folder: Path) -> list[dict[str, Any]]:
    """The articles of a split; both events of a topic are in one. `folder` holds one a topic.

    In no order that says anything. 16 topics of 43 are to tune on, by their digest.
    """
    files = [file for file in folder.glob("*/*.xml") if _split(file.parent.name) == split]
    return [_item(file) for file in sorted(files, key=lambda file: _digest(file.name))]


def headlines(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same articles as if a feed gave no more than their first sentence."""
    return [
        {**item, "title": item["title"] or _SENTENCE.split(item["text"])[0], "text": ""}
        for item in items
    ]


def _split(topic: str) -> str:
    return "test" if _digest(topic)[0] % 2 else "tune"


def _digest(text: str) -> bytes:
    return sha256(text.encode()).digest()


def _item(file: Path) -> dict[str, Any]:
    first, *rest = _sentences(file)
    title = first if len(first) <= _TITLE_MAX else ""
    return {
        "id": file.stem,
        "event": f"{file.parent.name}-{'second' if 'plus' in file.name else 'first'}",
        "language": "en",
        "title": title,
        "text": " ".join(rest if title else [first, *rest])[:_TEXT_MAX],
        "published": _DAY,
    }


def _sentences(file: Path) -> list[str]:
    """Its sentences but addresses, put together from their tokens."""
    tokens: dict[str, list[str]] = defaultdict(list)
    for token in etree.parse(file).iter("token"):
        tokens[token.get("sentence", "")].append(token.text or "")
    said = (_as_written(" ".join(words)) for words in tokens.values())
    return [sentence for sentence in said if not _ADDRESS.match(sentence)]


def _as_written(sentence: str) -> str:
    for apart, together in _TIGHT:
        sentence = apart.sub(together, sentence)
    return sentence
