"""The labelled sets are well-formed, their splits are disjoint, and they hold what is promised."""

from collections import Counter
from pathlib import Path
from typing import Literal

import msgspec

from shared.records import Level

GOLD = Path(__file__).parents[1] / "data" / "gold"
LANGUAGES = {"ar", "fa", "tr", "en", "de", "ru", "fr", "az", "ku", "ckb", "he"}

Topic = Literal[
    "diplomacy",
    "security-border",
    "terrorism",
    "military",
    "energy",
    "trade-economy",
    "migration",
    "crime-trafficking",
    "transport-flights",
    "culture-tourism",
    "sport",
    "syria-iraq",
    "nuclear",
    "domestic-politics",
    "disaster-health",
]


class Sides(msgspec.Struct, forbid_unknown_fields=True):
    iran: bool
    turkiye: bool


class Item(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    language: str
    title: str
    sides: Sides
    level: Level
    topics: list[Topic]
    source: str
    licence: str
    summary: str = ""
    text: str = ""
    note: str = ""


def read(path: Path) -> list[Item]:
    """Decode every line of a file, strictly."""
    return [msgspec.json.decode(line, type=Item) for line in path.read_bytes().splitlines()]


TUNE = read(GOLD / "relation" / "tune.jsonl")
TEST = read(GOLD / "relation" / "test.jsonl")
HEADLINES = read(GOLD / "relation" / "headlines.jsonl")
ALL = TUNE + TEST + HEADLINES


def test_ids_are_unique_over_all_splits() -> None:
    assert [i for i, n in Counter(item.id for item in ALL).items() if n > 1] == []


def test_no_text_is_in_both_splits() -> None:
    def told(items: list[Item]) -> set[str]:
        return {f"{item.title}\n{item.summary}\n{item.text}".strip() for item in items}

    assert told(TUNE) & told(TEST) == set()
    trained = (GOLD.parent / "relation" / "headlines.jsonl").read_text(encoding="utf-8")
    assert [item.title for item in HEADLINES if item.title in trained] == []


def faults(item: Item) -> list[str]:
    """Every rule that this item breaks, of those a machine can check."""
    both = item.sides.iran and item.sides.turkiye
    checks = {
        "a level above none needs both sides": both == (item.level is not Level.NONE),
        "a language we promise": item.language in LANGUAGES,
        "a title, trimmed": item.title == item.title.strip() != "",
        "at most three topics, each once": len(item.topics) == len(set(item.topics)) <= 3,
        "source and licence": bool(item.source and item.licence),
    }
    return [f"{item.id}: {rule}" for rule, kept in checks.items() if not kept]


def test_every_item_obeys_the_rules() -> None:
    assert [fault for item in ALL for fault in faults(item)] == []


def test_there_are_enough_in_each_split_and_of_each_level() -> None:
    assert len(TUNE + TEST) >= 590
    for items in (TUNE, TEST):
        levels = Counter(item.level for item in items)
        assert len(items) >= 290
        assert min(levels.values()) >= 45, levels


def test_ten_languages_are_in_each_split() -> None:
    for items in (TUNE, TEST):
        languages = Counter(item.language for item in items)
        assert all(languages[code] >= 30 for code in ("ar", "fa", "tr", "en")), languages
        assert set(languages) == LANGUAGES


def test_the_three_given_reports_are_in() -> None:
    given = [item for item in ALL if item.id.startswith("given-")]
    assert len(given) == 3
    assert {item.level for item in given} == {Level.BILATERAL}


def test_every_licence_that_is_named_lies_beside_the_data() -> None:
    kept = {path.name for path in (GOLD / "licences").iterdir()}
    assert {"Apache-2.0.txt", "CC-BY-SA-3.0.txt", "CC-BY-SA-4.0.txt", "MIT-KurdishLID.txt"} <= kept
    for item in ALL:
        assert item.licence.startswith(("Apache-2.0", "CC BY-SA", "MIT", "given")), item.licence


class Elsewhere(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    language: str
    sides: Sides
    level: Level
    repository: str
    commit: str
    path: str
    format: str
    place: str
    digest: str
    licence: str
    round: int = 1
    doubt: bool = False  # whether the labeller hesitated


def elsewhere(split: str) -> list[Elsewhere]:
    lines = (GOLD / "elsewhere" / f"{split}.jsonl").read_bytes().splitlines()
    return [msgspec.json.decode(line, type=Elsewhere) for line in lines]


def test_labels_of_texts_kept_elsewhere_say_where_and_follow_the_rules() -> None:
    labels = [*elsewhere("tune"), *elsewhere("test")]
    assert len({label.digest for label in labels}) == len(labels) >= 180
    for label in labels:
        both = label.sides.iran and label.sides.turkiye
        assert (label.level is not Level.NONE) == both, label.id
        assert label.commit, label.id
        assert label.licence, label.id
