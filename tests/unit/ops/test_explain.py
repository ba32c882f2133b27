"""`newswatch explain` reads lines as `tag` does, and what a person has: a file with one article."""

import json
from io import BytesIO

import pytest

from services.ops.explain import _apart

ARTICLE = {"title": "İran ve Türkiye", "text": "Ankara'da\ngörüşme"}


def articles(written: str) -> list[object]:
    return [json.loads(line) for line in _apart(BytesIO(written.encode())) if line.strip()]


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(ARTICLE),
        json.dumps(ARTICLE, indent=2),
        "\ufeff" + json.dumps(ARTICLE, indent=2, ensure_ascii=False),
        "\n\n" + json.dumps([ARTICLE], indent=2),
        json.dumps([ARTICLE]) + "\n",
    ],
)
def test_one_article_is_read_however_it_is_laid_out(written: str) -> None:
    assert articles(written) == [ARTICLE]


def test_lines_are_lines() -> None:
    line = json.dumps(ARTICLE)
    assert articles(f"{line}\n\n{line}\n") == [ARTICLE, ARTICLE]
    assert list(_apart(BytesIO(f"bad\n{line}\n".encode())))[1] == line.encode()


@pytest.mark.parametrize("written", [b"", b"\n", b"{", b"[" * 100_000, b"\xff\n\xfe"])
def test_what_is_no_article_is_left_to_be_told(written: bytes) -> None:
    assert b"\n".join(_apart(BytesIO(written))).replace(b"\n", b"") == written.replace(b"\n", b"")
