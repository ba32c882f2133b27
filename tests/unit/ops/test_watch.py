"""`newswatch watch check` and `watch test`."""

import json
from pathlib import Path

import pytest

from services.ops.watch import check, measure

CONFIG = Path(__file__).parents[3] / "deploy" / "config"
SHIPPED = CONFIG / "watches" / "iran-turkiye.toml"


def test_the_shipped_watch_has_no_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(SHIPPED, config_dir=CONFIG) == 0
    assert capsys.readouterr().out.endswith("no mistakes\n")


def test_names_that_nothing_knows_are_told_with_line_and_hint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    text = text.replace('entities = ["turkiye"]', 'entities = ["turkye"]')
    text = text.replace("score = 0.0", 'topics = ["enrgy"]\nscore = 0.0')
    bad = tmp_path / "bad.toml"
    bad.write_text(text + '\n[weights]\n"word:trad" = 1.0\n', encoding="utf-8")
    assert check(bad, config_dir=CONFIG) == 2
    told = capsys.readouterr().out
    lines = text.splitlines()
    place = next(n for n, line in enumerate(lines, 1) if "turkye" in line)
    assert f"{bad}:{place}: side.1.entities: no such entity: turkye; did you mean turkiye?" in told
    assert "no such topic: enrgy; did you mean energy?" in told
    assert "no such feature: word:trad; did you mean word:trade?" in told


def test_figures_and_differing_items(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"id": "right", "title": "Iran and Turkey sign gas agreement", "level": "bilateral"},
        {"id": "extra", "title": "Erdogan visits Tehran for talks with Pezeshkian", "match": False},
        {"id": "missed", "title": "Rain in Norway", "level": "bilateral"},
        {"id": "none", "title": "Sun in Norway", "level": "none"},
    ]
    on = tmp_path / "on.jsonl"
    on.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert measure(SHIPPED, on=on, config_dir=CONFIG) == 0
    told = capsys.readouterr().out
    for part in ("precision 0.500", "recall    0.500", "f1        0.500"):
        assert part in told
    assert "missed missed" in told
    assert "extra  extra" in told


def test_a_former_office_holders_short_name_counts_while_he_was_in_office(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    visit = "آقای روحانی به ترکیه سفر کرد"  # "Mr Rouhani travelled to Türkiye"
    rows = [
        {"id": "in-office", "title": visit, "published": "2020-01-10", "match": True},
        {"id": "of-that-name", "title": visit, "published": "2026-01-10", "match": False},
    ]
    labelled = tmp_path / "labelled.jsonl"
    labelled.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    measure(SHIPPED, on=labelled, config_dir=CONFIG)
    told = capsys.readouterr().out
    assert "in-office" not in told
    assert "of-that-name" not in told


def test_an_item_without_a_label_is_a_mistake(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    on = tmp_path / "on.jsonl"
    on.write_text('{"id": "1", "title": "x"}\n', encoding="utf-8")
    assert measure(SHIPPED, on=on, config_dir=CONFIG) == 2
    assert "on.jsonl:1: no label" in capsys.readouterr().err
