"""`newswatch tag`: the public contract, line by line."""

import io
import json
from typing import Any

import pytest

from services.ops.articles import ArticleLine
from services.ops.explain import explanation
from services.ops.tagging import tag_lines
from services.processors.watches import chosen
from tests.shipped import understanding


def tagged(*lines: bytes, watch: str | None = None) -> tuple[int, list[dict[str, Any]], str]:
    out, problems = io.BytesIO(), io.StringIO()
    looked_for = chosen(understanding().watches, watch)
    status = tag_lines([lines], out, problems, understanding(), looked_for)
    return status, [json.loads(line) for line in out.getvalue().splitlines()], problems.getvalue()


def line(**fields: Any) -> bytes:
    return json.dumps({"id": "1"} | fields, ensure_ascii=False).encode() + b"\n"


def test_every_field_of_the_contract_is_there_also_when_empty() -> None:
    _, [answer], _ = tagged(line(title="Nothing of interest happened"))
    assert answer.keys() >= {"id", "language", "mentions", "relation", "topics"}
    assert answer["relation"] == {"level": "none", "score": 0.0, "evidence": []}
    assert answer["mentions"] == []
    assert answer["language"].keys() == {"code", "confidence"}


def test_offsets_are_code_points_of_the_field_as_given() -> None:
    text = "🇮🇷 قال الرئيس الإيرانيّ إنّ العلاقات مع تـركيا جيدة."
    title = "İRAN ile Türkiye'nin sınırı"
    _, answers, _ = tagged(line(title=title, text=text, summary="ايران"))
    [answer] = answers
    fields = {"title": title, "text": text, "summary": "ايران"}
    assert {m["side"] for m in answer["mentions"]} == {"iran", "turkiye"}
    for mention in answer["mentions"]:
        field = fields[mention["field"]]
        assert field[mention["start"] : mention["end"]] == mention["surface"]
    for span in answer["relation"]["evidence"]:
        assert 0 <= span["start"] < span["end"] <= len(fields[span["field"]])


@pytest.mark.parametrize(
    "bad",
    [
        b"not json\n",
        b"[]\n",
        b'{"title": "Iran"}\n',
        b'{"id": "x", "title": 5}\n',
        b'{"id": "x", "title": "\xff"}\n',
        b'{"id": "x", "title": "cut off\n',
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_others_are_answered(bad: bytes) -> None:
    good = line(title="Iran and Turkey sign gas agreement")
    status, answers, problems = tagged(good, bad, good)
    assert status == 2
    assert len(answers) == 2
    assert problems.startswith("line 2: ")
    assert problems.count("\n") == 1


def test_null_and_unknown_fields_are_no_mistake() -> None:
    status, answers, _ = tagged(line(title="Iran", text=None, summary=None, more=[1]))
    assert (status, len(answers)) == (0, 1)


@pytest.mark.parametrize("fields", [{"text": "Iran"}, {"title": None, "summary": "Iran"}])
def test_a_line_need_not_have_a_title(fields: dict[str, str | None]) -> None:
    status, [answer], _ = tagged(line(**fields))
    assert status == 0
    assert [mention["surface"] for mention in answer["mentions"]] == ["Iran"]


def test_an_article_without_any_words_is_answered() -> None:
    status, [answer], _ = tagged(line())
    assert (status, answer["language"]["code"]) == (0, "und")


def test_lines_come_in_order_with_their_ids() -> None:
    _, answers, _ = tagged(*(line(id=n, title="Iran") for n in range(5)))
    assert [answer["id"] for answer in answers] == list(range(5))


def test_another_watch_prints_its_own_sides() -> None:
    _, [answer], _ = tagged(
        line(title="Iran and Turkey sign gas agreement"), watch="armenia-azerbaijan"
    )
    assert answer["mentions"] == []
    assert answer["relation"]["level"] == "none"


def test_an_explanation_names_the_words_the_verdict_and_the_reasons() -> None:
    article = ArticleLine(id="1", title="Iran and Turkey sign gas agreement")
    watch = chosen(understanding().watches, None)
    told = "\n".join(explanation(article, understanding(), watch))
    for part in ("Iran [iran, country]", "matched", "scene:title", "“Iran and Turkey sign"):
        assert part in told


def test_an_explanation_holds_nothing_that_a_terminal_obeys() -> None:
    title = "Iran\x1b[2J\x1b]0;title\x07 and Turkey\u202e\r sign\x9b1m gas deal\nwatch: matched"
    article = ArticleLine(id="\x1b[31m", title=title)
    told = [*explanation(article, understanding(), chosen(understanding().watches, None))]
    assert all("\n" not in line and not {*line} & {*"\x07\r\x1b\x9b\u202e"} for line in told)
