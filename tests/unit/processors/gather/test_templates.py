"""What two outlets print of one report is a copy; what one form prints on two days is not."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.processors.gather.dedup import Dedup, Likeness
from services.processors.gather.wording import wordings

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parents[3] / "data" / "gold" / "stories" / "templates.jsonl")
    .read_text("utf-8")
    .splitlines()
]


def is_copy(first: dict[str, str], second: dict[str, str]) -> bool:
    known = Dedup(10)
    one, other = wordings([(text["title"], text["text"]) for text in (first, second)])
    known.judge("first", "https://one.example", one)
    found = known.judge("second", "https://other.example", other)
    return found.verdict in (Likeness.DUPLICATE, Likeness.NEAR_DUPLICATE)


@pytest.mark.parametrize("pair", [pytest.param(one, id=one["id"]) for one in PAIRS])
def test_a_copy_is_one_in_either_order_and_a_template_is_none(pair: dict[str, Any]) -> None:
    first, second = pair["first"], pair["second"]
    assert is_copy(first, second) is is_copy(second, first) is pair["copy"]


def test_an_excerpt_from_behind_many_figures_is_a_copy() -> None:
    lines = [
        f"District {n}: {n * 37 % 1000} of {n * 91 % 5000} votes were valid" for n in range(90)
    ]
    whole, part = ". ".join(lines), ". ".join(lines[60:])
    assert is_copy({"title": "Results", "text": whole}, {"title": "South", "text": part})
