"""The whole of understanding, on the data that we ship."""

import json
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.processors.understand import Asked, Understood
from shared.records import Field, Level
from tests.shipped import understanding

ROOT = Path(__file__).parents[3]
WATCH = "iran-turkiye"


def said(title: str, text: str = "") -> Understood:
    fields: dict[Field, str] = {"title": title, "summary": "", "text": text}
    return understanding().understand(fields)


def level(said: Understood, watch: str = WATCH) -> Level:
    return said.relations[watch].level if watch in said.relations else Level.NONE


def given_reports() -> list[dict[str, str]]:
    files = ("tune", "test")
    rows = [
        json.loads(line)
        for name in files
        for line in (ROOT / f"tests/data/gold/relation/{name}.jsonl").open(encoding="utf-8")
    ]
    return [row for row in rows if row["source"].startswith("given")]


@pytest.mark.parametrize("report", given_reports(), ids=lambda row: row["id"])
def test_the_given_reports_are_arabic_and_bilateral_with_evidence(report: dict[str, str]) -> None:
    found = said(report["title"], report["text"])
    relation = found.relations[WATCH]
    assert found.language.code == "ar"
    assert relation.level is Level.BILATERAL
    assert relation.evidence
    assert {"iran", "turkiye"} <= {mention.side for mention in found.mentions}


def test_a_short_name_counts_in_news_of_its_time_only() -> None:
    fields: dict[Field, str] = {"title": "ظریف: آماده گفتگو هستیم", "summary": "", "text": ""}
    of_2015 = understanding().understand(fields, prior="fa", on=date(2015, 7, 14))
    of_2026 = understanding().understand(fields, prior="fa", on=date(2026, 7, 14))
    assert [mention.entity for mention in of_2015.mentions] == ["zarif"]
    assert of_2026.mentions == ()


HEADLINES = [
    ("ar", "أردوغان يصل إلى طهران في زيارة رسمية", Level.BILATERAL),
    ("fa", "دیدار وزیران خارجه ایران و ترکیه در آنکارا", Level.BILATERAL),
    ("tr", "İran-Türkiye sınırında 20 kilo uyuşturucu ele geçirildi", Level.BILATERAL),
    ("en", "Iran and Turkey sign gas agreement", Level.BILATERAL),
    ("ru", "Президенты Ирана и Турции обсудили торговлю", Level.BILATERAL),
    ("en", "Turkey raises interest rates again", Level.NONE),
    ("en", "Roast turkey for eight: what to buy", Level.NONE),
]


@pytest.mark.parametrize(("language", "title", "expected"), HEADLINES)
def test_headlines(language: str, title: str, expected: Level) -> None:
    found = said(title)
    assert (found.language.code, level(found)) == (language, expected)


def test_nothing_more_is_said_of_an_article_that_names_no_side() -> None:
    found = said("Elections in Norway", "The government lost its majority.")
    assert (found.mentions, found.relations, found.topics) == ((), {}, ())


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=60)
def test_any_text_is_understood_and_every_offset_is_true(title: str, text: str) -> None:
    fields: dict[Field, str] = {
        "title": title + " Iran", "summary": text, "text": "Türkiye'de " + text,
    }  # fmt: skip
    found = understanding().understand(fields)
    for mention in found.mentions:
        assert fields[mention.field][mention.start : mention.end] == mention.surface
    for relation in found.relations.values():
        assert 0 <= relation.score <= 1
        for span in relation.evidence:
            assert fields[span.field][span.start : span.end].strip()


def test_understanding_is_a_function_of_its_input() -> None:
    assert said("Iran, Turkey to open border gate") == said("Iran, Turkey to open border gate")


titles = st.sampled_from([title for _, title, _ in HEADLINES]) | st.text(max_size=80)


@given(st.lists(st.builds(lambda title, prior: Asked({"title": title}, prior, date(2020, 1, 1)),
                          titles, st.sampled_from([None, "fa", "tr"])), max_size=5))  # fmt: skip
@settings(max_examples=60)
def test_articles_are_understood_in_company_as_alone(asked: list[Asked]) -> None:
    alone = [understanding().understand(a.fields, prior=a.prior, on=a.on) for a in asked]
    assert understanding().understand_all(asked) == alone


def test_a_text_of_names_alone_is_answered_with_bounded_evidence() -> None:
    relation = said("", "Iran. Türkiye! " * 3_000).relations[WATCH]
    assert 1 <= len(relation.evidence) <= 6


def calls(text: str) -> int:
    """How many functions are called, ours and those of C, to understand a text."""
    called = 0

    def count(_frame: object, event: str, _what: object) -> None:
        nonlocal called
        called += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        understanding().understand({"title": "", "summary": "", "text": text})
    finally:
        sys.setprofile(None)
    return called


@pytest.mark.parametrize(
    "unit",
    [
        "ا", "Iran", "Iran ", "Iran Turkey ", "و", "İran'", "e\u0301", "\u0301", "\u200c", "تركيا ",
        "الامير تركي ", "Yazdı ", "ß", "ﷺ", "중", "𐌰", "  ", "\ud800", "土耳其", "ایران و ترکیه. ",
    ],
)  # fmt: skip
def test_eight_times_the_text_is_at_most_eight_times_the_work(unit: str) -> None:
    calls(unit * 100)  # what is remembered from text to text is remembered now
    small, large = calls(unit * 2_000), calls(unit * 16_000)
    assert large <= 8 * small + 1_000
