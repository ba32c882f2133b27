"""match: a watch's rules, each with its reason."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.processors.match import Reason, match, reason
from services.processors.watches import Watch
from shared.records import Article, Language, Level, Relation, Source, TaggedArticle, Verdict

SIDES = [{"name": "iran", "entities": ["iran"]}, {"name": "turkiye", "entities": ["turkiye"]}]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def watch(**rules: Any) -> Watch:
    return Watch.model_validate({"id": "w", "side": SIDES} | rules)


def tagged(level: Level | None = Level.BILATERAL, score: float = 0.9) -> TaggedArticle:
    source = Source(feed="fa-irna", outlet="IRNA", home="IR", family="irna", bloc="iranian-state")
    return TaggedArticle(
        article=Article(
            id="a", url="https://example.org/a", title="تجارت با ترکیه", text="صادرات گاز ايران",
            published=NOW, first_seen=NOW, fingerprint="f", source=source,
        ),
        verdict=Verdict.NEW,
        language=Language(code="fa", confidence=0.99),
        relations={} if level is None else {"w": Relation(level=level, score=score)},
        topics=("energy", "trade-economy"),
    )  # fmt: skip


CASES = [
    ("the plain watch matches", {}, Reason.MATCHED),
    ("a score that is reached", {"score": 0.9}, Reason.MATCHED),
    ("a score that is not", {"score": 0.95}, Reason.SCORE),
    ("its language", {"languages": ["ar", "fa"]}, Reason.MATCHED),
    ("another language", {"languages": ["ar"]}, Reason.LANGUAGE),
    ("one of its topics", {"topics": ["sport", "energy"]}, Reason.MATCHED),
    ("none of its topics", {"topics": ["sport"]}, Reason.TOPIC),
    ("a topic it leaves out", {"without_topics": ["energy"]}, Reason.TOPIC),
    ("its source, by bloc", {"sources": ["iranian-state"]}, Reason.MATCHED),
    ("another source", {"sources": ["fa-isna"]}, Reason.SOURCE),
    ("a source it leaves out, by outlet", {"without_sources": ["IRNA"]}, Reason.SOURCE),
    ("a word it must have, another spelling", {"must": ["ایران"]}, Reason.MATCHED),
    ("a word it must have is missing", {"must": ["نفت", "قطار"]}, Reason.MUST),
    ("a word it must not have", {"must_not": ["صادر*"]}, Reason.MUST_NOT),
    ("a part of a word is not the word", {"must_not": ["صادر"]}, Reason.MATCHED),
]


@pytest.mark.parametrize(("rule", "rules", "expected"), CASES)
def test_the_first_broken_rule_is_the_reason(
    rule: str, rules: dict[str, Any], expected: Reason
) -> None:
    assert reason(tagged(), watch(**rules)) is expected, rule


@pytest.mark.parametrize(
    ("asked", "level", "expected"),
    [
        ("bilateral", Level.BILATERAL, Reason.MATCHED),
        ("bilateral", Level.CO_MENTION, Reason.LEVEL),
        ("co-mention", Level.CO_MENTION, Reason.MATCHED),
        ("co-mention", Level.BILATERAL, Reason.MATCHED),
        ("co-mention", None, Reason.NO_RELATION),
    ],
)
def test_the_level_must_be_reached(asked: str, level: Level | None, expected: Reason) -> None:
    assert reason(tagged(level), watch(level=asked)) is expected


def test_one_match_for_each_enabled_watch_that_is_satisfied() -> None:
    article = tagged()
    watches = [watch(), watch(id="other"), watch(enabled=False), watch(languages=["tr"])]
    assert [(found.watch, found.tagged) for found in match(article, watches)] == [("w", article)]
